#pragma once
/// The private keys the ACME client keeps. All are on disk before they are used, so that a restart in the middle
/// of an order goes on with the same keys.
#include <filesystem>
#include <string>

#include "base/error.h"
#include "certs/live_folder.h"
#include "crypto/key.h"

namespace certs {

/// The key of the account at the CA of this directory URL: `accounts/<ca host>/mailserver.key`. A damaged one is an
/// error: with a new one the CA would count a new account.
base::Result<crypto::PrivateKey> account_key(const std::filesystem::path& letsencrypt,
                                             const std::string& directory_url);

/// The key of the server's certificates: `keys/<HOSTNAME>.pem`, P-256. It stays the same at every renewal, so that
/// TLSA records of the form 3 1 1 keep matching (RFC 7671 §5.1). At first it is the key in use, if that is P-256.
base::Result<crypto::PrivateKey> server_key(const LiveFolder& folder);

/// The same, when it is there already and good; makes none.
base::Result<crypto::PrivateKey> kept_server_key(const LiveFolder& folder);

/// The key after it, `keys/<HOSTNAME>.next.pem`: made ahead, so that its TLSA record can be in the DNS before a
/// certificate has it. A damaged one is replaced: nothing depends on it yet.
base::Result<crypto::PrivateKey> next_server_key(const LiveFolder& folder);

/// The same, when it is there already and good; makes none.
base::Result<crypto::PrivateKey> kept_next_key(const LiveFolder& folder);

/// The next key becomes the server's key, in one step; not_found when there is none.
base::Result<> take_over_next_key(const LiveFolder& folder);

/// SHA-256 of the public key as TLSA records of the form 3 1 1 have it (RFC 6698 §2.1), hexadecimal.
std::string tlsa_digest(const crypto::PrivateKey& key);

}  // namespace certs
