#include "engines/template_file.h"

#include <format>

#include "sys/files.h"

namespace engines {

base::Result<> add_files(Engine& engine, const Paths& paths, const std::vector<Wanted>& wanted) {
    for (const auto& [path, values] : wanted) {
        const auto text = sys::read_file(std::format("{}/{}{}.tmpl", paths.templates, engine.name, path));
        if (!text) return base::context(std::format("cannot make {}", path), text.error());
        auto content = render::fill(path, *text, values);
        if (!content) return std::unexpected(content.error());
        engine.files.push_back({.path = path, .content = std::move(*content)});
    }
    return {};
}

}  // namespace engines
