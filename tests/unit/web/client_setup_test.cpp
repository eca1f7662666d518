#include "web/client_setup.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

web::Site site() {
    web::Site site{.settings = {.domain = *base::Domain::parse("example.org"),
                                .hostname = *base::Hostname::parse("mail.example.org"),
                                .admin_email = *base::EmailAddress::parse("admin@example.org")}};
    site.settings.additional_domains = {*base::Domain::parse("example.net")};
    site.has_certificate = [](std::string_view host) { return host == "mta-sts.example.org"; };
    // example.net is an alias of example.org
    site.logins = {.of_address =
                       [](const base::EmailAddress& address) {
                           return base::EmailAddress(address.local(), *base::Domain::parse("example.org"));
                       },
                   .of_domain = [](const base::Domain&) { return *base::Domain::parse("example.org"); }};
    return site;
}

std::string header(const net::HttpResponse& response, const std::string& name) {
    const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? "" : found->second;
}

net::HttpResponse get(std::string host, std::string target) {
    return answer_https({.method = "GET", .target = std::move(target), .host = std::move(host)}, site());
}

net::HttpResponse discover(const std::string& address, std::string target = "/autodiscover/autodiscover.xml") {
    return answer_https(
        {.method = "POST",
         .target = std::move(target),
         .host = "autodiscover.example.org",
         .body = "<Autodiscover><Request><EMailAddress>" + address + "</EMailAddress></Request></Autodiscover>"},
        site());
}

}  // namespace

TEST_CASE("the policy is on mta-sts.<domain> only") {
    const std::string path = "/.well-known/mta-sts.txt";
    for (const char* host : {"mta-sts.example.org", "MTA-STS.example.net", "mta-sts.example.org:443"}) {
        const auto answer = get(host, path);
        CHECK(answer.status == 200);
        CHECK(answer.content_type == "text/plain");
        CHECK(answer.body.starts_with("version: STSv1\r\nmode: testing\r\nmx: mail.example.org\r\n"));
    }
    for (const char* host : {"mail.example.org", "example.org", "mta-sts.example.com", "", "mta-sts."})
        CHECK(get(host, path).status == 404);
    auto without = site();
    without.settings.mta_sts.clear();
    CHECK(answer_https({.method = "GET", .target = path, .host = "mta-sts.example.org"}, without).status == 404);
}

TEST_CASE("the logo is there when the operator has one") {
    CHECK(get("mail.example.org", "/bimi.svg").status == 404);
    auto with_logo = site();
    with_logo.logo = "<svg/>";
    const auto answer =
        web::answer_https({.method = "GET", .target = "/bimi.svg", .host = "mail.example.org"}, with_logo);
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "image/svg+xml");
    CHECK(answer.body == "<svg/>");
}

TEST_CASE("autoconfig tells the user name that works") {
    const auto told = get("autoconfig.example.net", "/mail/config-v1.1.xml?emailaddress=Jens%40example.net");
    CHECK(told.body.contains("<domain>example.net</domain>"));
    CHECK(told.body.contains("<username>jens@example.org</username>"));
    const auto untold = get("example.net", "/.well-known/autoconfig/mail/config-v1.1.xml");
    CHECK(untold.body.contains("<domain>example.net</domain>"));
    CHECK(untold.body.contains("<username>%EMAILLOCALPART%@example.org</username>"));
    CHECK(get("mail.example.org", "/mail/config-v1.1.xml").body.contains("<username>%EMAILADDRESS%</username>"));
}

TEST_CASE("addresses of others and hostile ones are not found, and never repeated") {
    for (const char* evil : {"jens%40example.com", "x", "%3Cscript%3E%40example.org", "a%22b%40example.org",
                             "a%0D%0Ab%40example.org", "%00%40example.org", "..%2F%40example.org"}) {
        CHECK(get("x", std::string("/mail/config-v1.1.xml?emailaddress=") + evil).body.find("script") ==
              std::string::npos);
        const auto profile = get("x", std::string("/email.mobileconfig?email=") + evil);
        CHECK(profile.status == 404);
        CHECK(profile.content_type.starts_with("text/plain"));
    }
    CHECK(get("x", "/mail/config-v1.1.xml?emailaddress=jens%40example.com").status == 404);
    for (const char* evil : {"jens@example.com", "&lt;b&gt;@example.org", "a b@example.org", ""})
        CHECK(discover(evil).body.contains("<ErrorCode>600</ErrorCode>"));
}

TEST_CASE("Autodiscover answers to its path in any case") {
    for (const char* path : {"/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml",
                             "/AutoDiscover/AutoDiscover.xml", "/AUTODISCOVER/AUTODISCOVER.XML"}) {
        const auto answer = discover("jens@example.net", path);
        CHECK(answer.status == 200);
        CHECK(answer.body.contains("<LoginName>jens@example.org</LoginName>"));
    }
    CHECK(get("autodiscover.example.org", "/autodiscover/autodiscover.xml").body.contains("<ErrorCode>600"));
    CHECK(get("x", "/autodiscover/autodiscover.json?Email=a%40b&Protocol=AutodiscoverV1").body ==
          "{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"https://mail.example.org/autodiscover/autodiscover.xml\"}\n");
    CHECK(get("x", "/autodiscover/autodiscover.json/v1.0/a@b?Protocol=ActiveSync").status == 404);
}

TEST_CASE("a profile is a file to download") {
    const auto profile = get("mail.example.org", "/email.mobileconfig?email=jens%40example.org");
    CHECK(profile.content_type == "application/x-apple-aspen-config");
    CHECK(header(profile, "Content-Disposition") == "attachment; filename=\"mail.example.org.mobileconfig\"");
}

TEST_CASE("people on a further name are sent to HOSTNAME, other names see the pages as they are") {
    const auto sent = get("autoconfig.example.net", "/account/?x");
    CHECK(sent.status == 302);
    CHECK(header(sent, "Location") == "https://mail.example.org/account/?x");
    CHECK(get("mail.example.org", "/").status == 200);
    CHECK(get("192.0.2.1", "/").status == 200);
    CHECK(get("elsewhere.example", "/").status == 200);
}

TEST_CASE("port 80 sends to the same name only when that has a certificate, Outlook by 302") {
    const auto location = [](std::string host, std::string target) {
        return header(answer_http({.method = "GET", .target = std::move(target), .host = std::move(host)}, site()),
                      "Location");
    };
    CHECK(location("mta-sts.example.org", "/x") == "https://mta-sts.example.org/x");
    CHECK(location("autoconfig.example.org", "/mail/config-v1.1.xml?a=b") ==
          "https://mail.example.org/mail/config-v1.1.xml?a=b");
    CHECK(location("evil.example", "/") == "https://mail.example.org/");
    CHECK(answer_http({.method = "GET", .target = "/Autodiscover/autodiscover.xml"}, site()).status == 302);
}
