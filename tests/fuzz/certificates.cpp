/// Certificates: of the CA, of a folder the operator names.
#include "crypto/certificate.h"
#include "fuzz.h"

void fuzz::feed(std::string_view input) {
    const auto chain = crypto::parse_chain(input);
    if (!chain) return;
    const auto again = crypto::parse_chain(crypto::chain_pem(*chain));
    must(again && *again == *chain, "a chain is read as it is written");
}
