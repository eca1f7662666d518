#include "bootstrap/resolv_conf.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <format>

namespace bootstrap {

std::string_view local_resolver_config() {
    return "# Written at every start: the resolver of this container is its own Unbound.\n"
           "nameserver 127.0.0.1\n"
           "options edns0 trust-ad\n";
}

base::Result<> use_local_resolver(const std::filesystem::path& file) {
    const auto fail = [&] {
        return base::fail(std::format("cannot write {}: {}", file.string(), base::errno_text(errno)));
    };
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return fail();
    const auto content = local_resolver_config();
    const bool written = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    const int cause = errno;
    ::close(descriptor);
    errno = cause;
    if (!written) return fail();
    return {};
}

}  // namespace bootstrap
