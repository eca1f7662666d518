#include "tlsrpt/record.h"

#include <algorithm>
#include <optional>

#include "base/address.h"
#include "base/text.h"

namespace tlsrpt {
namespace {

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

/// RFC 3986 §2.1. Nothing when it is broken.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return decoded;
}

/// What comes behind `mailto:`, without the header fields a URI may propose (RFC 6068 §2).
std::optional<std::string> mail_address(std::string_view text) {
    const auto decoded = percent_decoded(text.substr(0, text.find('?')));
    if (!decoded || !decoded->contains('@') || decoded->starts_with('@')) return std::nullopt;
    const auto address = base::parse_address_or_domain(*decoded);
    return address ? std::optional(*address) : std::nullopt;
}

std::optional<std::string> target(std::string_view uri) {
    const auto scheme = base::lower(uri.substr(0, uri.find(':')));
    if (scheme == "mailto") return mail_address(uri.substr(7));
    const bool visible = std::ranges::all_of(uri, [](char c) { return c > ' ' && c < '\x7f'; });
    if (scheme == "https" && visible && uri.size() <= 1000) return std::string(uri);
    return std::nullopt;
}

bool is_record(std::string_view text) {
    constexpr std::string_view version = "v=TLSRPTv1";
    return text.starts_with(version) && base::trim(text.substr(version.size())).starts_with(';');
}

}  // namespace

std::string record_name(std::string_view domain) {
    return "_smtp._tls." + std::string(domain);
}

std::vector<std::string> report_targets(const std::vector<std::string>& texts) {
    if (std::ranges::count_if(texts, is_record) != 1) return {};
    std::vector<std::string> targets;
    for (const auto field : base::split(*std::ranges::find_if(texts, is_record), ';')) {
        const auto trimmed = base::trim(field);
        if (!trimmed.starts_with("rua=")) continue;
        for (const auto uri : base::split(trimmed.substr(4), ',')) {
            auto found = target(base::trim(uri));
            if (found && targets.size() < most_targets && !std::ranges::contains(targets, *found))
                targets.push_back(std::move(*found));
        }
    }
    return targets;
}

}  // namespace tlsrpt
