#pragma once
/// SPF macros (RFC 7208 §7): `%{ir}.%{v}._spf.%{d2}`. Pure, but for the validated name behind %{p}, which the caller
/// looks up when it is needed.
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ip.h"

namespace dnscheck {

/// What the macro letters stand for (§7.2).
struct MacroValues {
    base::IpAddress ip;
    std::string domain;                           ///< %{d}
    std::string sender_local;                     ///< %{l}
    std::string sender_domain;                    ///< %{o}
    std::string helo;                             ///< %{h}
    std::function<std::string()> validated_name;  ///< %{p}
};

/// An error when `text` is no macro-string (§7.1). %{c}, %{r} and %{t} are refused: they exist only in explanations.
base::Result<> check_macro_string(std::string_view text);

/// An error when `text` is no domain-spec: a macro-string that ends in a macro or in a top label (§7.1).
base::Result<> check_domain_spec(std::string_view text);

/// `text`, which check_macro_string() let pass, with its macros replaced (§7.3).
std::string expand_macros(std::string_view text, const MacroValues& values);

}  // namespace dnscheck
