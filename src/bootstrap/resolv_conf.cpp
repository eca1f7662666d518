#include "bootstrap/resolv_conf.h"

#include "sys/files.h"

namespace bootstrap {

std::string_view local_resolver_config() {
    return "# The resolver of this container is its own Unbound.\n"
           "nameserver 127.0.0.1\n"
           "options edns0 trust-ad\n";
}

base::Result<> use_local_resolver(const std::filesystem::path& file) {
    if (sys::read_file(file).value_or("") == local_resolver_config()) return {};
    auto written = sys::write_in_place(file, local_resolver_config());
    if (!written)
        written.error().remedy =
            "Start the container by ./start_mailserver.sh, which puts scripts/host/resolv.conf there.";
    return written;
}

}  // namespace bootstrap
