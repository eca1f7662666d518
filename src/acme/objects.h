#pragma once
/// ACME's objects (RFC 8555 §7.1) as values, read from whatever the server sent: everything is checked and limited
/// here, so the rest of the code meets only usable URLs, tokens and times. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acme/problem.h"
#include "base/clock.h"
#include "base/error.h"
#include "json/json.h"

namespace acme {

/// §7.1.1
struct Directory {
    std::string new_nonce, new_account, new_order;
    std::string renewal_info;  ///< RFC 9773 §4.1; empty: the CA has none
    bool external_account_required = false;
};

enum class OrderStatus { pending, ready, processing, valid, invalid };

/// §7.1.3
struct Order {
    std::string url;  ///< from the Location header or the URL it was fetched from
    OrderStatus status = OrderStatus::pending;
    std::vector<std::string> authorizations;  ///< URLs
    std::string finalize;
    std::string certificate;  ///< URL; only when valid
    std::optional<Problem> error;
    std::optional<std::chrono::seconds> retry_after;
};

enum class AuthorizationStatus { pending, valid, invalid, deactivated, expired, revoked };

/// §8, only of type http-01
struct Challenge {
    std::string url;
    std::string token;
    bool accepted = false;  ///< the server was told already that it can be tried (§7.1.6)
    std::optional<Problem> error;
};

/// §7.1.4
struct Authorization {
    std::string identifier;
    AuthorizationStatus status = AuthorizationStatus::pending;
    std::optional<Challenge> http_01;
    std::optional<std::chrono::seconds> retry_after;
};

/// RFC 9773 §4.2
struct RenewalInfo {
    base::SystemTime start, end;
    std::string explanation;  ///< URL for people; may be empty
    std::optional<std::chrono::seconds> retry_after;
};

base::Result<Directory> parse_directory(const json::Value& document);
base::Result<Order> parse_order(const json::Value& document, std::string url);
base::Result<Authorization> parse_authorization(const json::Value& document);
base::Result<RenewalInfo> parse_renewal_info(const json::Value& document);

/// Only https, of sane length and without control characters. (§6.1 demands HTTPS.)
bool usable_url(std::string_view url);

/// 1 to `longest` characters of the base64url alphabet: nonces (§6.5.1) and tokens (§8.3).
bool base64url_text(std::string_view text, std::size_t longest);

/// A date and time of RFC 3339 §5.6; fractions of a second are cut off.
std::optional<base::SystemTime> parse_time(std::string_view text);

}  // namespace acme
