#pragma once
/// The two private keys the ACME client keeps. Both are on disk before they are used, so that a restart in the middle
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

}  // namespace certs
