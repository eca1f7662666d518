#pragma once
/// What a request and a new password must be like. Pure.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/address.h"
#include "net/http_server.h"

namespace web {

/// Whether a request that changes something was sent by one of our own pages: by what browsers say of themselves
/// (Sec-Fetch-Site, Origin), which no foreign page can make up. `origins` are the names we know to be ours; the one in
/// the Host field counts too, as a server behind another one may have any port. A browser that says nothing is refused.
bool is_from_our_page(const net::HttpRequest& request, std::span<const std::string> origins);

constexpr std::size_t shortest_password = 10;  ///< characters

struct NewPassword {
    std::string current, fresh, repeated;
};

/// What is wrong with the password chosen, as a sentence for its owner; nothing when it is good.
std::optional<std::string> fault_of(const NewPassword& choice, const base::EmailAddress& address);

/// What is wrong with the name of an app password: it is one short line of visible text.
std::optional<std::string> fault_of_name(std::string_view name);

}  // namespace web
