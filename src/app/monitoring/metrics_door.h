#pragma once
/// The door of the figures: an HTTP server on port 9464 of all the container's addresses, for the container that
/// collects them. The port is published nowhere, and who comes without the token of Paths::metrics_token() learns
/// nothing but that. What is behind it is a table of routes; other parts of the server add theirs.
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "net/http_server.h"

namespace app {

/// Something the door leads to. `answer` is called on several threads at once.
struct Route {
    std::string method;  ///< "GET" (which answers HEAD as well) or "POST"
    std::string path;    ///< "/metrics"; a query does not count
    net::HttpHandler answer;
};

/// 401 without the token (RFC 6750), 404 for a path without a route, 405 for another method.
net::HttpResponse answer_at_door(const net::HttpRequest& request, const base::Secret& token,
                                 const std::vector<Route>& routes);

/// The token the start has left; an error when there is none.
base::Result<base::Secret> read_metrics_token(const std::string& file);

/// Open until destruction of what it returns.
base::Result<net::HttpServer> open_metrics_door(const std::string& token_file, std::vector<Route> routes);

}  // namespace app
