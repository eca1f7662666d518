#pragma once
/// A private key with the certificate chain that belongs to it.
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/certificate.h"
#include "crypto/key.h"

namespace certs {

struct Pair {
    std::vector<crypto::Certificate> chain;  ///< the server's own first
    crypto::PrivateKey key;

    const crypto::Certificate& leaf() const { return chain.front(); }
};

/// Reads both and checks that the key is the certificate's and the name is `hostname`; dates are the caller's matter.
base::Result<Pair> make_pair(std::string_view chain_pem, std::string_view key_pem, const base::Hostname& hostname);

/// Key, then chain: what the engines read.
base::Result<base::Secret> combined_pem(const Pair& pair);

}  // namespace certs
