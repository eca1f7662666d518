#pragma once
/// The DNS record of a DKIM key (RFC 6376 §3.6.1). Pure.
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/error.h"
#include "dkim/ring.h"

namespace dkim {

/// A new private key as a file holds it: RSA of 2048 bits as PEM; Ed25519 as the filter reads it, its two halves one
/// after the other in base64 (RFC 8463).
base::Result<std::string> new_private_key(Algorithm algorithm);

/// The name of a key's record: "<selector>._domainkey.<domain>" (RFC 6376 §3.6.2.1).
std::string record_name(std::string_view selector, const base::Domain& domain);

/// The TXT value `v=DKIM1; k=rsa; p=…` (or `k=ed25519`) of such a private key.
base::Result<std::string> record_value(std::string_view private_key);

/// The record as zone file text, in the form opendkim-genkey prints: the value in strings of at most 255 octets
/// (RFC 1035 §3.3.14).
base::Result<std::string> zone_text(std::string_view private_key, const base::Domain& domain,
                                    std::string_view selector);

/// The `p=` value (base64) of a record in zone file or plain form; empty when there is none.
std::string public_key_in(std::string_view record);

}  // namespace dkim
