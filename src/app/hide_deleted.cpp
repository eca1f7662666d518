#include "app/hide_deleted.h"

#include <unistd.h>

#include <cerrno>

#include "imapsync/hide_deleted.h"

namespace app {
namespace {

/// False when nobody reads any more.
bool write_all(std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

base::ExitCode hide_deleted_command(Arguments arguments) {
    if (!arguments.empty()) return report(usage_error("hide-deleted", ""));
    imapsync::HideDeleted filter;
    char buffer[64 * 1024];
    for (;;) {
        const auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (!write_all(filter.feed({buffer, static_cast<std::size_t>(got)}))) return base::ExitCode::failed;
    }
    return write_all(filter.finish()) ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace app
