#include "mtasts/table_entry.h"

#include <doctest/doctest.h>

#include "net/socketmap.h"

using mtasts::Mode;
using mtasts::Policy;
using mtasts::table_entry;

TEST_CASE("an enforced policy is the level secure, with what reports say about it") {
    const Policy policy{
        .mode = Mode::enforce, .mx = {"mail.example.com", "*.example.net"}, .max_age = std::chrono::seconds(86400)};
    const auto domain = *base::Domain::parse("example.com");
    CHECK(table_entry(domain, policy, "dane") ==
          "secure match=mail.example.com:.example.net servername=hostname policy_type=sts policy_domain=example.com "
          "mx_host_pattern=mail.example.com mx_host_pattern=*.example.net { policy_string = version: STSv1 } "
          "{ policy_string = mode: enforce } { policy_string = mx: mail.example.com } "
          "{ policy_string = mx: *.example.net } { policy_string = max_age: 86400 }");
}

TEST_CASE("a policy being tested changes nothing but reports") {
    const Policy policy{.mode = Mode::testing, .mx = {"a.example"}, .max_age = std::chrono::seconds(1)};
    const auto entry = table_entry(*base::Domain::parse("example.com"), policy, "dane");
    CHECK(entry.starts_with("dane policy_type=sts policy_domain=example.com mx_host_pattern=a.example {"));
}

TEST_CASE("the largest policy fits into an answer") {
    const std::string label(61, 'x'), host = label + "." + label + "." + label + "." + std::string(57, 'y') + ".org";
    const Policy policy{.mode = Mode::enforce,
                        .mx = std::vector<std::string>(mtasts::most_patterns, "*." + host),
                        .max_age = mtasts::longest_age};
    const auto domain = base::Domain::parse(host);
    REQUIRE(domain);
    CHECK_FALSE(net::encode(net::found(table_entry(*domain, policy, "dane"))).contains("TEMP"));
}
