#pragma once
/// From a template in Paths::templates to the file an engine reads.
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "render/render.h"

namespace engines {

/// A file to render: where it belongs and what fills its template.
struct Wanted {
    std::string path;
    render::Values values;
};

/// Adds each of `wanted` to `engine.files`: root's, mode 0644, made of `<templates>/<engine.name><path>.tmpl`.
base::Result<> add_files(Engine& engine, const Paths& paths, const std::vector<Wanted>& wanted);

}  // namespace engines
