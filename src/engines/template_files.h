#pragma once
/// From templates to the files of an engine. The template of /etc/x/y is <templates>/<engine>/etc/x/y.tmpl.
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "render/render.h"

namespace engines {

/// A file to be: where it goes and what its template is filled with.
struct Draft {
    std::string path;
    render::Values values;
};

/// The files, readable by everybody and owned by root. Fails for a missing template and one that does not fit its
/// values.
base::Result<std::vector<RenderedFile>> fill_templates(const Paths& paths, std::string_view engine,
                                                       const std::vector<Draft>& drafts);

}  // namespace engines
