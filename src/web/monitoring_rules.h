#pragma once
/// What of the monitoring may be asked from outside. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_server.h"

namespace web {

inline constexpr std::string_view store_prefix = "/monitoring/api/prom";

/// Whether a path below store_prefix is one of the questions of Prometheus' HTTP API that only read. The store answers
/// many more, some of which delete or import.
bool is_store_question(std::string_view path);

/// Where to go after the login: the page asked for when it is one of ours, else the first one. Never out of this
/// server, however it is written.
std::string page_after_login(std::string_view wanted);

/// User name and password of HTTP Basic (RFC 7617); nothing when there is none, or it is broken.
std::optional<std::pair<std::string, std::string>> basic_login(const net::HttpRequest& request);

/// What is handed on to the filter's own pages: no cookie, no password, nothing about addresses.
std::vector<std::pair<std::string, std::string>> headers_for_filter(const net::HttpRequest& request);

}  // namespace web
