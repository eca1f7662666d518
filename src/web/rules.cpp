#include "web/rules.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace web {
namespace {

constexpr std::size_t longest_password = 1024;  // octets
constexpr std::size_t longest_name = 64;        // octets

/// Of valid UTF-8.
std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

}  // namespace

bool is_from_our_page(const net::HttpRequest& request, std::span<const std::string> origins) {
    const auto site = request.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin") return false;
    const auto origin = request.header("origin");
    if (origin.empty()) return !site.empty();
    return std::ranges::contains(origins, origin) || origin == "https://" + base::lower(request.host);
}

std::pair<std::string, std::string> set_cookie(std::string_view name, std::string_view value) {
    return {"Set-Cookie", std::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict", name, value)};
}

std::pair<std::string, std::string> drop_cookie(std::string_view name) {
    return {"Set-Cookie", std::format("{}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0", name)};
}

std::string wait_text(std::chrono::seconds wait) {
    if (wait < std::chrono::seconds(2)) return "Too many attempts. Wait a second, then try again.";
    if (wait < std::chrono::minutes(2))
        return std::format("Too many attempts. Wait {} seconds, then try again.", wait.count());
    return std::format("Too many attempts. Wait {} minutes, then try again.",
                       std::chrono::ceil<std::chrono::minutes>(wait).count());
}

void add_retry_after(net::HttpResponse& answer, std::chrono::seconds wait) {
    answer.headers.emplace_back("Retry-After", std::to_string(wait.count()));
}

std::optional<std::string> fault_of(const NewPassword& choice, const base::EmailAddress& address) {
    const auto& [current, fresh, repeated] = choice;
    const std::string plain = base::lower(base::trim(fresh));
    if (fresh != repeated) return "The two new passwords are not the same.";
    if (count_characters(fresh) < shortest_password)
        return std::format("The new password is too short: take {} characters or more.", shortest_password);
    if (fresh.size() > longest_password) return "The new password is too long.";
    if (fresh == current) return "The new password is the one you have now.";
    if (plain == address.str() || plain == address.local()) return "Your address is no good password.";
    return std::nullopt;
}

std::optional<std::string> fault_of_name(std::string_view name) {
    if (name.empty()) return "Give the app password a name, so that you know it again.";
    if (name.size() > longest_name) return "That name is too long.";
    return std::nullopt;
}

}  // namespace web
