#include "engines/template_files.h"

#include <format>

#include "sys/files.h"

namespace engines {

base::Result<std::vector<RenderedFile>> fill_templates(const Paths& paths, std::string_view engine,
                                                       const std::vector<Draft>& drafts) {
    std::vector<RenderedFile> files;
    for (const auto& draft : drafts) {
        const auto text = sys::read_file(std::format("{}/{}{}.tmpl", paths.templates, engine, draft.path));
        if (!text) return base::context(std::format("cannot render {}", draft.path), text.error());
        auto content = render::fill(draft.path, *text, draft.values);
        if (!content) return std::unexpected(content.error());
        files.push_back({.path = draft.path, .content = std::move(*content)});
    }
    return files;
}

}  // namespace engines
