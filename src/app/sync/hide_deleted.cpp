#include "app/sync/hide_deleted.h"

#include <unistd.h>

#include <cerrno>

#include "imapsync/hide_deleted.h"
#include "sys/fd.h"

namespace app {
base::ExitCode hide_deleted_command(Arguments arguments) {
    if (!arguments.empty()) return report(usage_error("hide-deleted", ""));
    imapsync::HideDeleted filter;
    char buffer[64 * 1024];
    for (;;) {
        const auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (!sys::write_all(STDOUT_FILENO, filter.feed({buffer, static_cast<std::size_t>(got)})))
            return base::ExitCode::failed;
    }
    return sys::write_all(STDOUT_FILENO, filter.finish()) ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace app
