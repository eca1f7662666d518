#include "app/start/render.h"

#include <filesystem>

#include "engines/all.h"
#include "sys/files.h"

namespace app {
namespace {

base::Result<> render_into(const std::filesystem::path& directory, const settings::Settings& settings,
                           const Installation& here) {
    const auto all = engines::all(settings, here);
    if (!all) return std::unexpected(all.error());
    for (const auto& engine : *all) {
        for (const auto& file : engine.files) {
            const auto target = directory / std::filesystem::path(file.path).relative_path();
            if (const auto made = sys::ensure_directory(target.parent_path()); !made) return made;
            if (const auto written = sys::write_file(target, file.content, {.mode = file.mode}); !written)
                return written;
        }
    }
    return {};
}

}  // namespace

base::ExitCode render_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (arguments.size() != 1) return report(usage_error("render", "DIRECTORY"));
    const auto rendered = render_into(std::string(arguments[0]), settings, here);
    return rendered ? base::ExitCode::ok : report(rendered.error());
}

}  // namespace app
