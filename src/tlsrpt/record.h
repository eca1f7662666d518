#pragma once
/// The TXT record by which a domain asks for reports (RFC 8460 §3). Pure; every octet comes from a stranger.
#include <string>
#include <string_view>
#include <vector>

namespace tlsrpt {

/// Where the record of a domain is: "_smtp._tls.example.org".
std::string record_name(std::string_view domain);

/// As many places as one domain's report goes to.
inline constexpr std::size_t most_targets = 4;

/// Where reports shall go: mail addresses (lower case) and https:// URLs. Others, and those we cannot use, are left
/// out; nothing when there is no record, more than one, or a malformed one.
std::vector<std::string> report_targets(const std::vector<std::string>& texts);

}  // namespace tlsrpt
