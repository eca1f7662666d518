#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "setup/endpoints.h"
#include "setup/host_names.h"
#include "setup/mta_sts.h"

namespace {

const auto host = base::Hostname::parse("mail.example.org").value();
const auto domain = base::Domain::parse("example.org").value();

}  // namespace

TEST_CASE("the policy is the lines of RFC 8461 with CRLF") {
    CHECK(setup::mta_sts_policy("testing", host, 0) ==
          "version: STSv1\r\nmode: testing\r\nmx: mail.example.org\r\nmax_age: 604800\r\n");
    CHECK(setup::mta_sts_policy("enforce", host, 0).ends_with("max_age: 2592000\r\n"));
    CHECK(setup::mta_sts_policy("none", host, 0).ends_with("max_age: 86400\r\n"));
    CHECK(setup::mta_sts_policy("enforce", host, 365).ends_with("max_age: 31536000\r\n"));
}

TEST_CASE("every other policy has another id, the same policy the same") {
    std::set<std::string> ids;
    for (const char* mode : {"testing", "enforce", "none"})
        for (const unsigned days : {0u, 14u})
            for (const char* mx : {"mail.example.org", "mx.example.org"})
                ids.insert(setup::mta_sts_id(setup::mta_sts_policy(mode, *base::Hostname::parse(mx), days)));
    CHECK(ids.size() == 12);
    for (const auto& id : ids) {
        CHECK(id.size() == 32);
        CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
    const auto policy = setup::mta_sts_policy("testing", host, 0);
    CHECK(setup::mta_sts_record(policy) == "v=STSv1; id=" + setup::mta_sts_id(policy) + ";");
}

TEST_CASE("a domain's names, and back") {
    const auto names = setup::host_names(domain, true);
    CHECK(names.size() == 5);
    CHECK(std::ranges::contains(names, "mta-sts.example.org", &base::Hostname::str));
    CHECK_FALSE(std::ranges::contains(setup::host_names(domain, false), "mta-sts.example.org", &base::Hostname::str));
    const std::vector domains{base::Domain::parse("example.net").value(), domain};
    for (const auto& name : names) CHECK(setup::domain_of(name.str(), domains) == domain);
    for (const char* other : {"", "example.com", "www.example.org", "autoconfig.", "mail.mail.example.org"})
        CHECK_FALSE(setup::domain_of(other, domains));
}

TEST_CASE("a domain as long as the DNS bears has no names below it") {
    const std::string label(60, 'a');
    const auto longest = base::Domain::parse(label + "." + label + "." + label + "." + label + ".example").value();
    CHECK(setup::host_names(longest, true).size() == 1);
}

TEST_CASE("implicit TLS comes first, closed ports are missing") {
    using setup::Protocol;
    CHECK(setup::endpoints(false, false) ==
          std::vector<setup::Endpoint>{{Protocol::imap, 993, setup::Security::tls},
                                       {Protocol::imap, 143, setup::Security::starttls},
                                       {Protocol::smtp, 465, setup::Security::tls},
                                       {Protocol::smtp, 587, setup::Security::starttls}});
    CHECK(setup::endpoints(true, true).size() == 7);
}
