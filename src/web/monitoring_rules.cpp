#include "web/monitoring_rules.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/digest.h"

namespace web {
namespace {

using Words = std::string_view;

constexpr std::array store_questions{Words("query"),  Words("query_range"),     Words("labels"),
                                     Words("series"), Words("metadata"),        Words("rules"),
                                     Words("alerts"), Words("status/buildinfo")};

/// What the filter's pages send of their own, besides the usual: which map, where to learn, as whom to try a mail.
constexpr std::array filter_headers{Words("accept"),  Words("content-type"), Words("map"),  Words("flag"),
                                    Words("weight"),  Words("hash"),         Words("pass"), Words("ip"),
                                    Words("user"),    Words("from"),         Words("rcpt"), Words("helo"),
                                    Words("hostname")};

bool is_label(std::string_view name) {
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.size() <= 200 && std::ranges::all_of(name, is_good);
}

}  // namespace

bool is_store_question(std::string_view path) {
    constexpr Words api = "/api/v1/", label = "label/", values = "/values";
    if (!path.starts_with(store_prefix)) return false;
    path.remove_prefix(store_prefix.size());
    if (!path.starts_with(api)) return false;
    path.remove_prefix(api.size());
    if (path.starts_with(label) && path.ends_with(values) && path.size() > label.size() + values.size())
        return is_label(path.substr(label.size(), path.size() - label.size() - values.size()));
    return std::ranges::contains(store_questions, path);
}

std::string page_after_login(std::string_view wanted) {
    const auto path = wanted.substr(0, wanted.find('?'));
    const bool is_ours = path.starts_with("/monitoring/") || path.starts_with("/rspamd/");
    const bool is_plain = wanted.size() <= 2000 && !path.contains("//") && !path.contains("..") &&
                          !path.contains('%') &&
                          std::ranges::all_of(wanted, [](char c) { return c > ' ' && c < 0x7F && c != '\\'; });
    const bool is_page = !path.starts_with("/monitoring/api/") && !path.starts_with("/monitoring/login");
    return std::string(is_ours && is_plain && is_page ? wanted : "/monitoring/");
}

std::optional<std::pair<std::string, std::string>> basic_login(const net::HttpRequest& request) {
    const auto field = request.header("authorization");
    constexpr Words scheme = "basic ";
    if (field.size() > 4000 || base::lower(field.substr(0, scheme.size())) != scheme) return std::nullopt;
    const auto text = crypto::from_base64(field.substr(scheme.size()));
    if (!text) return std::nullopt;
    const auto colon = text->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return std::pair(text->substr(0, colon), text->substr(colon + 1));
}

std::vector<std::pair<std::string, std::string>> headers_for_filter(const net::HttpRequest& request) {
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& [name, value] : request.headers)
        if (std::ranges::contains(filter_headers, name) && base::printable(value, value.size()) == value)
            headers.emplace_back(name, value);
    return headers;
}

}  // namespace web
