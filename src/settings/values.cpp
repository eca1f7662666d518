#include "settings/values.h"

#include <algorithm>
#include <charconv>
#include <format>

#include "base/text.h"

namespace settings {
namespace {

constexpr std::string_view workspace = "/host/";
constexpr std::uint64_t smallest_message = 64 * 1024;
constexpr std::uint64_t largest_message = 1024 * 1024 * 1024;
constexpr std::uint64_t smallest_default_quota = 1024 * 1024;
constexpr std::uint64_t largest_quota = 1024ULL * 1024 * 1024 * 1024 * 1024;
constexpr double largest_score = 1000;

bool is_word(std::string_view text, std::string_view also) {
    return std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || also.contains(c);
    });
}

/// A number, or one with a unit: the first of `units` is 1, each further one 1024 times the one before.
base::Result<std::uint64_t> octets(std::string_view text, std::string_view units, std::uint64_t largest,
                                   std::string_view largest_name) {
    const auto is_last = [&](char unit) { return text.ends_with(unit) || base::lower(text).ends_with(unit); };
    const auto found = std::ranges::find_if(units, is_last);
    const bool has_unit = found != units.end();
    const std::uint64_t unit = has_unit ? std::uint64_t{1} << (10 * (found - units.begin())) : 1;
    const auto number = base::parse_number(has_unit ? text.substr(0, text.size() - 1) : text);
    if (!number)
        return base::fail(std::format("it must be a number of octets, or a number with {} or {}",
                                      units.substr(1, units.size() - 2), units.back()));
    if (*number > largest / unit) return base::fail(std::format("it is more than {}", largest_name));
    return *number * unit;
}

bool is_loopback_or_unspecified(const base::IpAddress& address) {
    const auto inside = [&](std::string_view network, unsigned length) {
        return address.within(*base::IpAddress::parse(network), length);
    };
    return inside("127.0.0.0", 8) || inside("0.0.0.0", 8) || inside("::1", 128) || inside("::", 128);
}

}  // namespace

base::Result<bool> parse_switch(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return base::fail("it must be true or false, in lower case");
}

base::Result<std::uint64_t> parse_size(std::string_view text) {
    const auto size = octets(text, "bkMG", largest_message, "1G");
    if (size && *size < smallest_message) return base::fail("it is less than 64k, ordinary mail would be refused");
    return size;
}

base::Result<std::uint64_t> parse_quota(std::string_view text) {
    return octets(text, "bkMGT", largest_quota, "1024T");
}

base::Result<std::uint64_t> parse_default_quota(std::string_view text) {
    const auto quota = parse_quota(text);
    if (quota && *quota != 0 && *quota < smallest_default_quota)
        return base::fail("it is less than 1M, nobody could get mail; for gigabytes write a G behind the number");
    return quota;
}

base::Result<std::optional<double>> parse_score(std::string_view text) {
    if (text == "off") return std::nullopt;
    double score = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), score, std::chars_format::fixed);
    // Written this way round, what is not a number ("nan") fails too.
    if (fault == std::errc() && end == text.data() + text.size() && score > 0 && score <= largest_score) return score;
    return base::fail("it must be a number above 0, or off");
}

base::Result<std::vector<std::string_view>> parse_list(std::string_view text) {
    if (text.find_first_of(" \t") != std::string_view::npos)
        return base::fail("there is a space in it; separate the entries by a comma only");
    if (text.contains(';')) return base::fail("there is a ';' in it; separate the entries by a comma");
    auto pieces = base::split(text, ',');
    if (std::ranges::any_of(pieces, [](std::string_view piece) { return piece.empty(); }))
        return base::fail("it has an empty entry: a comma at an end, or two in a row");
    return pieces;
}

base::Result<std::string> parse_selector(std::string_view text) {
    if (text.size() > 63) return base::fail("it is longer than 63 characters");
    for (const auto label : base::split(text, '.'))
        if (label.empty() || label.front() == '-' || label.back() == '-' || !is_word(label, "-"))
            return base::fail("only letters, digits, inner '-' and '.' are possible, as in a DNS name");
    return std::string(text);
}

base::Result<std::string> parse_local_part(std::string_view text) {
    if (text.contains('@')) return base::fail("only the part before the '@' belongs here, the rest is DOMAIN");
    auto name = base::lower(text);
    if (!base::valid_local_part(name))
        return base::fail(
            "only letters, digits and . _ + - = are possible, starting with a letter or digit, 64 characters at most");
    return name;
}

base::Result<std::string> parse_workspace_file(std::string_view text) {
    if (text.starts_with(workspace)) text.remove_prefix(workspace.size());
    if (text.starts_with('/'))
        return base::fail("it must be a file inside the workspace folder, which the container sees as /host");
    if (!is_word(text, "._-+=@/")) return base::fail("only letters, digits and . _ - + = @ / are possible");
    for (const auto part : base::split(text, '/')) {
        if (part == "..") return base::fail("'..' would leave the workspace folder");
        if (part.empty() || part == ".") return base::fail("it must name a file, without '//' and '/./'");
    }
    return std::string(workspace) + std::string(text);
}

base::Result<std::string> parse_https_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    if (!text.starts_with(scheme)) return base::fail("it must start with https://");
    const auto rest = text.substr(scheme.size());
    const auto authority = rest.substr(0, rest.find('/'));
    if (authority.contains('@')) return base::fail("there is a user name in it");
    if (authority.empty() || authority.front() == ':' || !is_word(authority, ".-:[]"))
        return base::fail("there is no host name after https://");
    if (!is_word(rest.substr(authority.size()), "/._~-%?&=+,:@"))
        return base::fail("it has characters a URL cannot have");
    return std::string(text);
}

base::Result<unsigned> parse_retention(std::string_view text) {
    const auto time = base::parse_duration(text, "dw");
    if (!time || *time > std::chrono::days(3650))
        return base::fail("it must be a number of days or weeks, from 1d to 3650d");
    return static_cast<unsigned>(std::chrono::duration_cast<std::chrono::days>(*time).count());
}

base::Result<std::string> parse_root_url(std::string_view text) {
    // Each variable becomes a host's name.
    auto filled = base::replace_all(std::string(text), "${HOSTNAME}", "h");
    filled = base::replace_all(std::move(filled), "${DOMAIN}", "h");
    const auto url = parse_webhook(filled);
    if (!url) return base::context("no URL with ${HOSTNAME} and ${DOMAIN} as the only variables", url.error());
    if (filled.contains('?')) return base::fail("there is a question mark in it");
    return std::string(text);
}

base::Result<std::string> parse_webhook(std::string_view text) {
    constexpr std::string_view plain = "http://";
    if (!text.starts_with(plain)) return parse_https_url(text);
    const auto url = parse_https_url("https://" + std::string(text.substr(plain.size())));
    return url ? base::Result<std::string>(text) : url;
}

base::Result<std::string> parse_mirror(std::string_view text) {
    if (text == "off") return "";
    if (text.starts_with("http://") || text.starts_with("https://")) return parse_webhook(text);
    const auto host = base::Hostname::parse(text);
    if (!host) return base::context("it must be off, a host or a URL", host.error());
    return host->str();
}

base::Result<base::IpAddress> parse_own_address(std::string_view text, bool v4) {
    auto address = base::IpAddress::parse(text);
    if (!address) return address;
    if (address->is_v4() != v4) return base::fail(v4 ? "it is no IPv4 address" : "it is no IPv6 address");
    if (is_loopback_or_unspecified(*address)) return base::fail("no other machine can reach this address");
    return address;
}

base::Result<base::IpAddress> parse_forwarder(std::string_view text) {
    auto address = base::IpAddress::parse(text);
    if (!address) return address;
    if (is_loopback_or_unspecified(*address))
        return base::fail("'" + address->str() + "' is the container itself, whose resolver would ask itself");
    return address;
}

base::Result<std::vector<base::IpNetwork>> parse_networks(std::string_view text) {
    const auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    std::vector<base::IpNetwork> networks;
    for (const auto piece : *pieces) {
        const auto network = base::IpNetwork::parse(piece);
        if (!network) return std::unexpected(network.error());
        if (network->is_too_wide_to_trust())
            return base::fail(std::format("{} is more of the internet than one operator has", network->str()));
        networks.push_back(*network);
    }
    return networks;
}

base::Result<std::vector<std::string>> parse_folders(std::string_view text) {
    std::vector<std::string> folders;
    if (text == "none") return folders;
    for (const auto piece : base::split(text, ',')) {
        if (piece.empty() || base::trim(piece) != piece)
            return base::fail("there is an empty entry in it, or a space beside a comma");
        if (piece.starts_with('\\')) {
            constexpr std::string_view uses[] = {"\\Drafts", "\\Junk", "\\Sent", "\\Trash"};
            const auto* const use = std::ranges::find(uses, base::lower(piece), base::lower);
            if (use == std::end(uses))
                return base::fail(std::format("'{}' is none of \\Drafts, \\Junk, \\Sent, \\Trash", piece));
            folders.emplace_back(*use);
        } else if (piece.find_first_of("\"\\/%${}~#") != std::string_view::npos || base::printable(piece) != piece) {
            return base::fail(std::format("'{}' has characters no folder can have here", base::printable(piece)));
        } else {
            folders.emplace_back(piece);
        }
    }
    return folders;
}

base::Result<unsigned> parse_count(std::string_view text, unsigned least, unsigned most) {
    const auto number = base::parse_number(text);
    if (!number || *number < least || *number > most)
        return base::fail(std::format("it must be a number from {} to {}", least, most));
    return static_cast<unsigned>(*number);
}

base::Result<std::string> parse_login(std::string_view text) {
    if (text.contains(':')) return base::fail("there is a colon in it");
    return std::string(text);
}

base::Result<std::string> parse_relay_tls(std::string_view text) {
    if (text != "verify" && text != "encrypt" && text != "may") return base::fail("it must be verify, encrypt or may");
    return std::string(text);
}

base::Result<std::string> parse_password(std::string_view text) {
    if (text.size() < 8) return base::fail("it is shorter than 8 characters");
    return std::string(text);
}

}  // namespace settings
