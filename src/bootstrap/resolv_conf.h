#pragma once
/// Makes the container's programs ask our own Unbound.
#include <filesystem>

#include "base/error.h"

namespace bootstrap {

/// The content of a resolv.conf that names the resolver on 127.0.0.1 and believes its DNSSEC verdict (`trust-ad`:
/// without it glibc strips the AD bit, and Postfix never does DANE).
std::string_view local_resolver_config();

/// Sees to it that `file` is that. start_mailserver.sh mounts it so (scripts/host/resolv.conf), because nothing in /etc
/// can be written. Elsewhere it is written in place: container engines mount resolv.conf as a single file, which cannot
/// be replaced by a rename. It is looked at at every start, so a half-written one heals itself.
base::Result<> use_local_resolver(const std::filesystem::path& file = "/etc/resolv.conf");

}  // namespace bootstrap
