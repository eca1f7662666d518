#include "mtasts/policy.h"

#include <doctest/doctest.h>

#include <format>

#include "base/text.h"

using mtasts::Mode;
using mtasts::parse_policy;

TEST_CASE("a policy is read, with either line end, blanks and fields of the future") {
    const auto policy = parse_policy(
        "version: STSv1\r\nmode: enforce\r\nmx: mail.Example.com\r\nmx:*.example.net  \r\nmax_age: 604800\r\n"
        "x-new: some: thing\r\n");
    REQUIRE(policy);
    CHECK(policy->mode == Mode::enforce);
    CHECK(policy->mx == std::vector<std::string>{"mail.example.com", "*.example.net"});
    CHECK(policy->max_age.count() == 604'800);
    CHECK(parse_policy(base::join(mtasts::lines(*policy), "\n")) == policy);
}

TEST_CASE("of a field that comes twice the first counts") {
    const auto policy =
        parse_policy("version: STSv1\nmode: testing\nmode: none\nmax_age: 1\nmax_age: x\nversion: 2\nmx: a.example\n");
    REQUIRE(policy);
    CHECK(policy->mode == Mode::testing);
    CHECK(policy->max_age.count() == 1);
}

TEST_CASE("the mode none needs no mx; a time beyond a year is cut") {
    const auto policy = parse_policy("version: STSv1\nmode: none\nmax_age: 9999999999");
    REQUIRE(policy);
    CHECK(policy->mode == Mode::none);
    CHECK(policy->max_age == mtasts::longest_age);
}

TEST_CASE("a malformed policy is none") {
    const std::string good = "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n";
    REQUIRE(parse_policy(good));
    for (const char* text :
         {"",
          "\n",
          "version: STSv1\nmode: enforce\nmax_age: 1\n",  // no mx
          "mode: enforce\nmx: a.example\nmax_age: 1\n",
          "version: STSv1\nmx: a.example\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.example\n",
          "version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1\n",
          "version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1\n",
          "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1s\n",
          "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 00000000001\n",
          "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.*.example\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: *.*.example\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: .example.org\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.example.\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.example mx_host_pattern=*.evil.example\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a.example} { policy_type = x\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: m\xc3\xbcller.example\nmax_age: 1\n",
          "version: STSv1\nmode enforce\nmx: a.example\nmax_age: 1\n",
          ": STSv1\nversion: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n",
          "<html>\n</html>\n"})
        CHECK_MESSAGE(!parse_policy(text), text);
    std::string many = good;
    for (int i = 0; i < 100; ++i) many += std::format("mx: a{}.example\n", i);
    CHECK_FALSE(parse_policy(many));
    CHECK_FALSE(parse_policy(std::string(64 * 1024, '\0')));
}
