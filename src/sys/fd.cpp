#include "sys/fd.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <cerrno>

namespace sys {

base::Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return base::fail_transient("cannot make a pipe: " + base::errno_text(errno));
    return Pipe{.read_end = UniqueFd(ends[0]), .write_end = UniqueFd(ends[1])};
}

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

UniqueFd open_pidfd(pid_t child) {
    // By number: glibc 2.41 declares pidfd_open() without extern "C".
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
}

}  // namespace sys
