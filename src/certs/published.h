#pragma once
/// What DNS records may say about our certificates. Reads files only; safe beside a running server.
#include <optional>
#include <string>
#include <vector>

#include "certs/source.h"

namespace certs {

struct Published {
    /// Digests (tlsa_digest()) of the key of the certificate in use, first, and of those the next one may have. Empty
    /// when nobody can tell which key comes next: the operator's own files, or no certificate yet.
    std::vector<std::string> keys;
    /// Since when every name server has shown the last of them; nothing when they do not.
    std::optional<base::SystemTime> next_shown = std::nullopt;
    std::string account_url;  ///< at the CA of the settings; empty: not opened yet
};

Published published(const Options& options);

}  // namespace certs
