#pragma once
/// The DNS record of a DKIM key (RFC 6376 §3.6.1). Pure.
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/error.h"

namespace dkim {

/// The TXT value `v=DKIM1; k=rsa; p=…` of a private key (PEM).
base::Result<std::string> record_value(std::string_view private_key);

/// The record as zone file text, in the form opendkim-genkey prints: the value in strings of at most 255 octets
/// (RFC 1035 §3.3.14).
base::Result<std::string> zone_text(std::string_view private_key, const base::Domain& domain,
                                    std::string_view selector);

/// The `p=` value (base64) of a record in zone file or plain form; empty when there is none.
std::string public_key_in(std::string_view record);

}  // namespace dkim
