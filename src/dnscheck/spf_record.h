#pragma once
/// The text of an SPF record made into terms (RFC 7208 §4.6, §5, §6, §12). Pure; the text comes from a stranger. One
/// bad term makes the whole record a permanent error (§4.6), so a record is parsed completely before it is used.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ip.h"

namespace dnscheck {

enum class SpfMechanism { all, include, a, mx, ptr, ip4, ip6, exists };

/// One mechanism with its qualifier.
struct SpfTerm {
    SpfMechanism mechanism = SpfMechanism::all;
    char qualifier = '+';                         ///< + - ~ ?
    std::string domain_spec = {};                 ///< unexpanded; empty: the current domain
    std::optional<base::IpAddress> network = {};  ///< ip4, ip6; nothing for an ip6 that stands for IPv4 (§5)
    unsigned prefix_v4 = 32;
    unsigned prefix_v6 = 128;
    std::string text = {};  ///< as written, for messages
};

struct SpfRecord {
    std::vector<SpfTerm> terms;
    std::optional<std::string> redirect;  ///< unexpanded domain-spec
};

/// True for a TXT record that claims to be SPF version 1 (§4.5).
bool is_spf_record(std::string_view text);

/// The terms of a record, or the first term that is wrong and why.
base::Result<SpfRecord> parse_spf_record(std::string_view text);

}  // namespace dnscheck
