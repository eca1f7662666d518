#include "acme/objects.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

#include "base/text.h"

namespace acme {
namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_token = 256;
constexpr std::size_t most_entries = 100;

std::unexpected<base::Error> unusable(std::string_view what, std::string_view why) {
    return base::fail_transient(std::format("the {} the CA sent is not usable: {}", what, why));
}

/// The member as a URL; empty when absent or not one.
std::string url_in(const json::Value& document, std::string_view name) {
    const std::string& url = document[name].text();
    return usable_url(url) ? url : std::string();
}

template <class Status, std::size_t size>
std::optional<Status> status_in(const json::Value& document,
                                const std::array<std::pair<std::string_view, Status>, size>& known) {
    const auto found = std::ranges::find(known, std::string_view(document["status"].text()),
                                         [](const auto& one) { return one.first; });
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

constexpr std::array<std::pair<std::string_view, OrderStatus>, 5> order_states{{
    {"pending", OrderStatus::pending},
    {"ready", OrderStatus::ready},
    {"processing", OrderStatus::processing},
    {"valid", OrderStatus::valid},
    {"invalid", OrderStatus::invalid},
}};

constexpr std::array<std::pair<std::string_view, AuthorizationStatus>, 6> authorization_states{{
    {"pending", AuthorizationStatus::pending},
    {"valid", AuthorizationStatus::valid},
    {"invalid", AuthorizationStatus::invalid},
    {"deactivated", AuthorizationStatus::deactivated},
    {"expired", AuthorizationStatus::expired},
    {"revoked", AuthorizationStatus::revoked},
}};

std::optional<Problem> problem_in(const json::Value& document) {
    if (!document["error"].is_object()) return std::nullopt;
    return parse_problem(document["error"], static_cast<int>(document["error"]["status"].number()));
}

/// The number made of exactly these digits; nothing when there is another character.
std::optional<int> digits(std::string_view text, std::size_t start, std::size_t count) {
    if (text.size() < start + count) return std::nullopt;
    const auto number = base::parse_number(text.substr(start, count));
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

/// The offset of "Z", "+02:00" or "-02:00".
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
    if (text == "Z" || text == "z") return std::chrono::minutes(0);
    const auto hours = digits(text, 1, 2), minutes = digits(text, 4, 2);
    if (text.size() != 6 || text[3] != ':' || !hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset(*hours * 60 + *minutes);
    if (text[0] == '+') return offset;
    return text[0] == '-' ? std::optional(-offset) : std::nullopt;
}

}  // namespace

bool usable_url(std::string_view url) {
    return url.starts_with("https://") && url.size() <= longest_url &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

bool base64url_text(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::optional<base::SystemTime> parse_time(std::string_view text) {
    using namespace std::chrono;
    const auto year_ = digits(text, 0, 4), month_ = digits(text, 5, 2), day_ = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!year_ || !month_ || !day_ || !hour || !minute || !second) return std::nullopt;
    const bool signs =
        text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') && text[13] == ':' && text[16] == ':';
    const year_month_day date(year{*year_}, month{static_cast<unsigned>(*month_)}, day{static_cast<unsigned>(*day_)});
    if (!signs || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::string_view rest = text.substr(19);
    if (rest.starts_with('.')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    const auto offset = offset_of(rest);
    if (!offset) return std::nullopt;
    return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) - *offset;
}

base::Result<Directory> parse_directory(const json::Value& document) {
    Directory directory{.new_nonce = url_in(document, "newNonce"),
                        .new_account = url_in(document, "newAccount"),
                        .new_order = url_in(document, "newOrder"),
                        .renewal_info = url_in(document, "renewalInfo"),
                        .external_account_required = document["meta"]["externalAccountRequired"].boolean()};
    if (directory.new_nonce.empty() || directory.new_account.empty() || directory.new_order.empty())
        return unusable("directory", "newNonce, newAccount or newOrder is missing");
    return directory;
}

base::Result<Order> parse_order(const json::Value& document, std::string url) {
    const auto status = status_in(document, order_states);
    if (!status) return unusable("order", "its status is unknown");
    if (!usable_url(url)) return unusable("order", "it has no URL");
    Order order{.url = std::move(url),
                .status = *status,
                .authorizations = {},
                .finalize = url_in(document, "finalize"),
                .certificate = url_in(document, "certificate"),
                .error = problem_in(document),
                .retry_after = {}};
    for (const auto& one : document["authorizations"].items()) {
        if (!usable_url(one.text())) return unusable("order", "an authorization is no URL");
        if (order.authorizations.size() == most_entries) return unusable("order", "too many authorizations");
        order.authorizations.push_back(one.text());
    }
    if (order.finalize.empty()) return unusable("order", "its finalize URL is missing");
    if (order.status == OrderStatus::valid && order.certificate.empty())
        return unusable("order", "its certificate URL is missing");
    return order;
}

base::Result<Authorization> parse_authorization(const json::Value& document) {
    const auto status = status_in(document, authorization_states);
    if (!status) return unusable("authorization", "its status is unknown");
    Authorization authorization{.identifier = base::printable(document["identifier"]["value"].text(), 255),
                                .status = *status,
                                .http_01 = {},
                                .retry_after = {}};
    for (const auto& one : document["challenges"].items()) {
        if (one["type"].text() != "http-01") continue;
        // §8.3: the token becomes part of a path on our web server.
        if (!base64url_text(one["token"].text(), longest_token) || !usable_url(one["url"].text()))
            return unusable("challenge", "its token or URL is malformed");
        authorization.http_01 = Challenge{.url = one["url"].text(),
                                          .token = one["token"].text(),
                                          .accepted = one["status"].text() != "pending",
                                          .error = problem_in(one)};
        break;
    }
    return authorization;
}

base::Result<RenewalInfo> parse_renewal_info(const json::Value& document) {
    const json::Value& window = document["suggestedWindow"];
    const auto start = parse_time(window["start"].text()), end = parse_time(window["end"].text());
    // RFC 9773 §4.2: an end before the start is to be treated as no answer at all.
    if (!start || !end || *end <= *start) return unusable("renewal information", "its window is malformed");
    return RenewalInfo{
        .start = *start, .end = *end, .explanation = url_in(document, "explanationURL"), .retry_after = {}};
}

}  // namespace acme
