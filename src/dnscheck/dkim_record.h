#pragma once
/// A published DKIM key record compared with our own (RFC 6376 §3.6.1). Pure.
#include <string>
#include <string_view>

namespace dnscheck {

struct DkimVerdict {
    bool good = false;
    bool testing = false;  ///< t=y: receivers treat our mail as unsigned
    std::string why = {};  ///< what is wrong, a sentence fit for a person
    bool operator==(const DkimVerdict&) const = default;
};

/// Whether mail signed with the key of `own` verifies against `published`; both are TXT values.
DkimVerdict compare_dkim(std::string_view published, std::string_view own);

}  // namespace dnscheck
