/// What a browser sends: forms and cookies.
#include "fuzz.h"
#include "net/http_server.h"
#include "web/form.h"

void fuzz::feed(std::string_view input) {
    (void)web::parse_fields(input);
    net::HttpRequest request{.method = "POST", .target = "/?" + std::string(input), .body = std::string(input)};
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}, {"cookie", std::string(input)}};
    (void)web::parse_form(request);
    (void)request.cookie("session");
    must(request.path() == "/", "a question is no path");
}
