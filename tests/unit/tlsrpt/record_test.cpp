#include "tlsrpt/record.h"

#include <doctest/doctest.h>

using tlsrpt::report_targets;
using Targets = std::vector<std::string>;

TEST_CASE("mail addresses and https URLs are where reports go") {
    CHECK(report_targets({"v=TLSRPTv1; rua=mailto:Reports@Example.org"}) == Targets{"reports@example.org"});
    CHECK(report_targets({"v=TLSRPTv1;rua=https://example.org/v1/tlsrpt?x=1,mailto:a%2Bb@example.org?subject=x;"}) ==
          Targets{"https://example.org/v1/tlsrpt?x=1", "a+b@example.org"});
    CHECK(report_targets({"other", "v=TLSRPTv1 ; x=y; rua= mailto:a@example.org , mailto:a@example.org"}) ==
          Targets{"a@example.org"});
}

TEST_CASE("no record, two of them, or one we cannot use: nowhere") {
    CHECK(report_targets({}).empty());
    CHECK(report_targets({"v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1; rua=mailto:a@example.org"}).empty());
    for (const char* text : {"",
                             "v=TLSRPTv1",
                             "v=TLSRPTv1;",
                             "v=TLSRPTv2; rua=mailto:a@example.org",
                             "v=TLSRPTv11; rua=mailto:a@example.org",
                             "rua=mailto:a@example.org",
                             "v=TLSRPTv1; rua=",
                             "v=TLSRPTv1; rua=,",
                             "v=TLSRPTv1; rua=mailto:",
                             "v=TLSRPTv1; rua=mailto:example.org",
                             "v=TLSRPTv1; rua=mailto:@example.org",
                             "v=TLSRPTv1; rua=mailto:a@example.org%0d%0aBcc:b@example.org",
                             "v=TLSRPTv1; rua=mailto:a%00@example.org",
                             "v=TLSRPTv1; rua=mailto:a%2",
                             "v=TLSRPTv1; rua=mailto:a%zz@example.org",
                             "v=TLSRPTv1; rua=mailto:a@b@example.org",
                             "v=TLSRPTv1; rua=http://example.org/",
                             "v=TLSRPTv1; rua=file:///etc/passwd",
                             "v=TLSRPTv1; rua=https://exa mple.org/",
                             "v=TLSRPTv1; rua=mail"})
        CHECK_MESSAGE(report_targets({text}).empty(), text);
    CHECK(report_targets({"v=TLSRPTv1; rua=https://example.org/" + std::string(2000, 'x')}).empty());
}

TEST_CASE("one domain's report goes to a few places only") {
    std::string text = "v=TLSRPTv1; rua=mailto:a@example.org";
    for (char c = 'b'; c <= 'z'; ++c) text += std::string(",mailto:") + c + "@example.org";
    CHECK(report_targets({text}).size() == tlsrpt::most_targets);
}
