#pragma once
/// Which DKIM keys sign which domain's mail, as the filter's signing modules include it. It changes while the server
/// runs, when a new key takes over; the rest of the filter's configuration stays the same from start to start.
#include <map>
#include <vector>

#include "base/address.h"
#include "dkim/ring.h"
#include "engines/engine.h"
#include "sys/command.h"

namespace engines {

std::string dkim_signing_file(const Paths& paths);
/// ARC knows one signature a seal (RFC 8617 §4.1.2), made with the RSA key.
std::string arc_sealing_file(const Paths& paths);

std::vector<RenderedFile> signing_files(const Paths& paths, const std::map<base::Domain, dkim::Ring>& rings);

/// Makes the running filter read its configuration anew. It answers all the time.
sys::Command reread_signing();

}  // namespace engines
