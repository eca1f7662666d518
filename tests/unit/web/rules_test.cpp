#include "web/rules.h"

#include <doctest/doctest.h>

namespace {

const std::string ours[] = {"https://mail.example.org"};

bool accepted(std::string site, std::string origin, std::string host = "mail.example.org") {
    net::HttpRequest request{.method = "POST", .target = "/", .host = std::move(host)};
    if (!site.empty()) request.headers.emplace_back("sec-fetch-site", std::move(site));
    if (!origin.empty()) request.headers.emplace_back("origin", std::move(origin));
    return web::is_from_our_page(request, ours);
}

std::string fault(std::string fresh, std::string repeated, std::string current = "old-password") {
    const auto said = web::fault_of({.current = std::move(current), .fresh = fresh, .repeated = std::move(repeated)},
                                    *base::EmailAddress::parse("longlocalpart@example.org"));
    return said.value_or("");
}

std::string fault(const std::string& fresh) {
    return fault(fresh, fresh);
}

}  // namespace

TEST_CASE("only what a browser sends from our own page is accepted") {
    CHECK(accepted("same-origin", "https://mail.example.org"));
    CHECK(accepted("", "https://mail.example.org"));
    CHECK(accepted("same-origin", ""));
    CHECK(accepted("same-origin", "https://mail.example.org", "127.0.0.1:8443"));
    CHECK(accepted("", "https://127.0.0.1:8443", "127.0.0.1:8443"));
    CHECK_FALSE(accepted("", ""));
    CHECK_FALSE(accepted("cross-site", "https://mail.example.org"));
    CHECK_FALSE(accepted("same-site", "https://mail.example.org"));
    CHECK_FALSE(accepted("none", "https://mail.example.org"));
    for (const char* origin : {"https://evil.example", "http://mail.example.org", "null",
                               "https://mail.example.org.evil.example", "https://mail.example.org:444", "https://"}) {
        CHECK_FALSE(accepted("", origin));
        CHECK_FALSE(accepted("same-origin", origin));
    }
}

TEST_CASE("a new password is 10 characters or more, twice the same, not the old one, not the address") {
    CHECK(fault("0123456789").empty());
    CHECK(fault("ünübërsëhr").empty());
    CHECK(fault("'\"<&>\\ ${} %s").empty());
    CHECK(fault("012345678").contains("10 characters"));
    CHECK(fault("üüüüüüüüü").contains("10 characters"));
    CHECK(fault("").contains("10 characters"));
    CHECK(fault("0123456789", "0123456788").contains("not the same"));
    CHECK(fault("old-password").contains("the one you have now"));
    CHECK(fault(" LongLocalPart@example.ORG").contains("address"));
    CHECK(fault("longlocalpart").contains("address"));
    CHECK(fault(std::string(1025, 'x')).contains("too long"));
}

TEST_CASE("an app password has a short name") {
    CHECK_FALSE(web::fault_of_name("Phone"));
    CHECK_FALSE(web::fault_of_name("<script>'\""));
    CHECK(web::fault_of_name(""));
    CHECK(web::fault_of_name(std::string(65, 'x')));
}
