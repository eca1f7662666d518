#include "certs/pair.h"

#include <format>

#include "base/text.h"

namespace certs {

base::Result<Pair> make_pair(std::string_view chain_pem, std::string_view key_pem, const base::Hostname& hostname) {
    auto chain = crypto::parse_chain(chain_pem);
    if (!chain) return std::unexpected(chain.error());
    auto key = crypto::PrivateKey::parse(key_pem);
    if (!key) return std::unexpected(key.error());
    const auto& leaf = chain->front();
    if (!crypto::matches(leaf, *key))
        return base::fail("the private key does not belong to the certificate",
                          "The server's own certificate must come first in the chain.");
    if (!crypto::valid_for(leaf, hostname))
        return base::fail(
            std::format("the certificate is for {}, not for {}",
                        leaf.names.empty() ? "no host" : base::printable(base::join(leaf.names, ", "), 200),
                        hostname.str()),
            "Get a certificate whose names include HOSTNAME.");
    return Pair{.chain = std::move(*chain), .key = std::move(*key)};
}

base::Result<base::Secret> combined_pem(const Pair& pair) {
    return pair.key.pem().transform(
        [&](const base::Secret& key) { return base::Secret(key.reveal() + crypto::chain_pem(pair.chain)); });
}

}  // namespace certs
