#pragma once
/// The DKIM private keys of the workspace, `<keys>/<domain>/<selector>.private`, each with its DNS record beside it in
/// `<selector>.txt`; which of them sign stands in `<keys>/<domain>/ring.json`. A key that exists is never replaced:
/// its public half is in the DNS.
#include <filesystem>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "dkim/ring.h"
#include "sys/files.h"

namespace dkim {

struct Keys {
    std::filesystem::path folder;  ///< etc/opendkim/keys of the workspace
    std::string selector;          ///< the operator's choice, of the first key
    sys::Owner owner = {};         ///< of folders (0750) and private keys (0640): root, and the group of who signs

    std::filesystem::path private_key(const base::Domain& domain, std::string_view selector) const;
    std::filesystem::path record(const base::Domain& domain, std::string_view selector) const;
    std::filesystem::path ring(const base::Domain& domain) const;
};

enum class Ensured {
    there,   ///< nothing to do but to set owners and modes
    copied,  ///< from the single key for all domains of an older workspace, `<keys>/<selector>.private`
    made,    ///< a new RSA key of 2048 bits
};

/// Sees to it that the domain has a key that signs, an announced Ed25519 key, and their record files. A selector that
/// the operator changed names a key that is announced (its file may be there already). A key that is there but damaged
/// is an error: a new one would not match what is in the DNS.
base::Result<Ensured> ensure_keys(const Keys& keys, const base::Domain& domain, base::SystemTime now);

enum class Adopted {
    there,      ///< this very key is one of the domain's
    signs,      ///< it signs from now on
    announced,  ///< it signs once its record is seen, which it may be at once
    conflict,   ///< another key of this selector is there; nothing was changed
};

/// Takes the key that another server signed with: its public half is in the DNS under this selector. Where no key of
/// the domain signs yet, it does at once. With `replace` it also takes the place of a key of the same selector that was
/// made here, which becomes an announced one of another name. An error when `private_key` is none.
base::Result<Adopted> adopt_key(const Keys& keys, const base::Domain& domain, const std::string& selector,
                                const std::string& private_key, bool replace, base::SystemTime now);

/// The domain's ring; not_found before ensure_keys().
base::Result<Ring> read_ring(const Keys& keys, const base::Domain& domain);

/// A key with the value of its TXT record.
struct PublicKey {
    Key key;
    std::string value;
    bool operator==(const PublicKey&) const = default;
};

/// All keys of the ring; not_found when there is none yet.
base::Result<std::vector<PublicKey>> public_keys(const Keys& keys, const base::Domain& domain);

/// Announces a new key of each algorithm that has none announced; their selectors, in this order.
base::Result<std::vector<std::string>> announce_next(const Keys& keys, const base::Domain& domain,
                                                     base::SystemTime now);

/// Signs with this key from now on; not_found when the ring has no such key.
base::Result<> take_over(const Keys& keys, const base::Domain& domain, std::string_view selector, base::SystemTime now);

/// Lets go of keys whose retirement is over; their files stay.
base::Result<> forget_retired(const Keys& keys, const base::Domain& domain, base::SystemTime now);

}  // namespace dkim
