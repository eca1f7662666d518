#pragma once
/// May this address send mail for this domain? The evaluation a receiving server does (RFC 7208 §4), so that we judge
/// an SPF record by what it means and not by how it looks. Explanations (`exp=`) are not fetched.
#include <string>
#include <string_view>

#include "base/ip.h"
#include "resolver/resolver.h"

namespace dnscheck {

/// RFC 7208 §2.6
enum class SpfResult { none, neutral, pass, fail, softfail, temperror, permerror };

/// "softfail"
std::string_view result_name(SpfResult result);

struct SpfOutcome {
    SpfResult result = SpfResult::none;
    std::string reason;    ///< the term that decided, or what is wrong; fit for a person
    unsigned lookups = 0;  ///< terms that asked the DNS; 10 are allowed (§4.6.4)
};

/// The limits of §4.6.4.
inline constexpr unsigned max_spf_lookups = 10;
inline constexpr unsigned max_spf_void_lookups = 2;

/// check_host() of RFC 7208 §4.1; `sender` is the envelope sender, `helo` the name the client gave.
SpfOutcome check_host(const base::IpAddress& ip, std::string_view domain, std::string_view sender,
                      std::string_view helo, resolver::Resolver& resolver);

}  // namespace dnscheck
