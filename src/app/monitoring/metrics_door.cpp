#include "app/monitoring/metrics_door.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "engines/monitoring/monitoring.h"
#include "sys/files.h"

namespace app {
namespace {

net::HttpResponse refusal(int status, std::string text, std::string header = {}, std::string value = {}) {
    net::HttpResponse response{.status = status, .body = std::move(text), .headers = {}};
    if (!header.empty()) response.headers.emplace_back(std::move(header), std::move(value));
    return response;
}

bool shows(const net::HttpRequest& request, const base::Secret& token) {
    constexpr std::string_view scheme = "bearer ";
    const auto shown = request.header("authorization");
    return !token.empty() && base::lower(shown.substr(0, scheme.size())) == scheme &&
           crypto::equal(base::trim(shown.substr(scheme.size())), token.reveal());
}

}  // namespace

net::HttpResponse answer_at_door(const net::HttpRequest& request, const base::Secret& token,
                                 const std::vector<Route>& routes) {
    if (!shows(request, token)) return refusal(401, "Not for you.\n", "WWW-Authenticate", "Bearer");
    std::string other_method;
    for (const auto& route : routes) {
        if (route.path != request.path()) continue;
        if (route.method == request.method || (route.method == "GET" && request.method == "HEAD"))
            return route.answer(request);
        other_method = route.method;
    }
    if (other_method.empty()) return refusal(404, "There is nothing here.\n");
    return refusal(405, "Another method works here.\n", "Allow", other_method);
}

base::Result<base::Secret> read_metrics_token(const std::string& file) {
    const auto text = sys::read_file(file);
    if (!text) return base::context("cannot read the token of the metrics", text.error());
    return base::Secret(std::string(base::trim(*text)));
}

base::Result<net::HttpServer> open_metrics_door(const std::string& token_file, std::vector<Route> routes) {
    auto token = read_metrics_token(token_file);
    if (!token) return std::unexpected(token.error());
    return net::HttpServer::start(
        {.port = engines::metrics_port, .threads = 4, .largest_body = 1024 * 1024},
        [token = std::move(*token), routes = std::move(routes)](const net::HttpRequest& request) {
            return answer_at_door(request, token, routes);
        });
}

}  // namespace app
