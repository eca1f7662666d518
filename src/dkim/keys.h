#pragma once
/// The DKIM private keys of the workspace, `<keys>/<domain>/<selector>.private`, each with its DNS record beside it in
/// `<selector>.txt`. A key that exists is never replaced: its public half is in the DNS.
#include <filesystem>
#include <string>

#include "base/address.h"
#include "base/error.h"
#include "sys/files.h"

namespace dkim {

struct Keys {
    std::filesystem::path folder;  ///< etc/opendkim/keys of the workspace
    std::string selector;
    sys::Owner owner;  ///< of folders (0750) and private keys (0640): root, and the group of who signs

    std::filesystem::path private_key(const base::Domain& domain) const;
    std::filesystem::path record(const base::Domain& domain) const;
};

enum class Ensured {
    there,   ///< nothing to do but to set owners and modes
    copied,  ///< from the single key for all domains of an older workspace, `<keys>/<selector>.private`
    made,    ///< a new RSA key of 2048 bits
};

/// Sees to it that the domain has a key and its record file. A key that is there but damaged is an error: a new one
/// would not match what is in the DNS.
base::Result<Ensured> ensure_key(const Keys& keys, const base::Domain& domain);

/// The TXT value of the domain's key; not_found when there is no key yet.
base::Result<std::string> published_value(const Keys& keys, const base::Domain& domain);

}  // namespace dkim
