#include "app/start/progress.h"

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "app/start/ready_block.h"
#include "base/text.h"
#include "bootstrap/progress.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::chrono::minutes longest_start{5};
constexpr std::chrono::milliseconds look_again{50};

/// The password file is removed before the password is printed: it is shown at most once, whatever happens then.
std::optional<base::Secret> take_first_password(const Installation& here) {
    const auto password = sys::read_file(here.first_password());
    std::error_code error;
    if (!password || !std::filesystem::remove(here.first_password(), error)) return std::nullopt;
    return base::Secret(std::string(base::trim(*password)));
}

}  // namespace

base::ExitCode progress_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty()) return report(usage_error("progress", ""));
    const auto deadline = std::chrono::steady_clock::now() + longest_start;
    std::size_t shown = 0;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto text = sys::read_file(here.progress_file());
        if (text) {
            for (std::size_t end; (end = text->find('\n', shown)) != std::string::npos; shown = end + 1) {
                const auto event = bootstrap::from_line(std::string_view(*text).substr(shown, end - shown));
                if (!event) continue;
                std::cout << bootstrap::for_people(*event) << std::endl;
                if (event->kind == bootstrap::ProgressKind::failed) return base::ExitCode::failed;
                if (event->kind != bootstrap::ProgressKind::ready) continue;
                std::cout << ready_block(settings,
                                         {.first_password = take_first_password(here), .certificate = event->detail});
                return base::ExitCode::ok;
            }
        }
        std::this_thread::sleep_for(look_again);
    }
    return report({.text = "cannot see the server become ready: it takes longer than five minutes",
                   .remedy = "`./mailserver.sh status` shows which service is missing, the container's log why."});
}

}  // namespace app
