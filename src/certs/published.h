#pragma once
/// What DNS records may say about our certificates. Reads files only; safe beside a running server.
#include <string>
#include <vector>

#include "certs/source.h"

namespace certs {

struct Published {
    /// SHA-256 (hexadecimal) of the public keys (SubjectPublicKeyInfo) of the certificate in use and, when another one
    /// comes with the next renewal, of that. Empty when nobody can tell which key comes next: the operator's own files,
    /// or no certificate yet.
    std::vector<std::string> keys;
    std::string account_url;  ///< at the CA of the settings; empty: not opened yet
};

Published published(const Options& options);

}  // namespace certs
