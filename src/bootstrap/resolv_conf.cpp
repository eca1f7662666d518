#include "bootstrap/resolv_conf.h"

#include "sys/files.h"

namespace bootstrap {

std::string_view local_resolver_config() {
    return "# Written at every start: the resolver of this container is its own Unbound.\n"
           "nameserver 127.0.0.1\n"
           "options edns0 trust-ad\n";
}

base::Result<> use_local_resolver(const std::filesystem::path& file) {
    return sys::write_in_place(file, local_resolver_config());
}

}  // namespace bootstrap
