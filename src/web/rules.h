#pragma once
/// What a request and a new password must be like. Pure.
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/address.h"
#include "net/http_server.h"

namespace web {

/// Whether a request that changes something was sent by one of our own pages: by what browsers say of themselves
/// (Sec-Fetch-Site, Origin), which no foreign page can make up. `origins` are the names we know to be ours; the one in
/// the Host field counts too, as a server behind another one may have any port. A browser that says nothing is refused.
bool is_from_our_page(const net::HttpRequest& request, std::span<const std::string> origins);

/// A cookie for this host and HTTPS alone, gone with the browser; `name` begins with "__Host-" (RFC 6265bis §4.1.3.2).
std::pair<std::string, std::string> set_cookie(std::string_view name, std::string_view value);
std::pair<std::string, std::string> drop_cookie(std::string_view name);

/// What somebody is told who has to wait before the next try, and the header for programs (RFC 9110 §10.2.3).
std::string wait_text(std::chrono::seconds wait);
void add_retry_after(net::HttpResponse& answer, std::chrono::seconds wait);

constexpr std::size_t shortest_password = 10;  ///< characters

struct NewPassword {
    std::string current, fresh, repeated;
};

/// What is wrong with the password chosen, as a sentence for its owner; nothing when it is good.
std::optional<std::string> fault_of(const NewPassword& choice, const base::EmailAddress& address);

/// What is wrong with the name of an app password: it is one short line of visible text.
std::optional<std::string> fault_of_name(std::string_view name);

}  // namespace web
