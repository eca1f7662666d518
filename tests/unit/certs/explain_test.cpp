#include "certs/explain.h"

#include <doctest/doctest.h>

#include "tests/unit/certs/fixture.h"

namespace {

base::Error explained(const std::string& type) {
    return certs::explain({.error = base::fail_transient("the CA answers: x").error(),
                           .problem = acme::Problem{.type = type, .detail = "x", .status = 400, .subproblems = {}}},
                          tests::hostname());
}

}  // namespace

TEST_SUITE("certs explain") {
    TEST_CASE("a refusal names the host and what to do") {
        const auto error = explained("caa");
        CHECK(error.text == "cannot get a certificate for mail.example.org: the CA answers: x");
        CHECK(error.remedy == "Allow this CA in the CAA record of the domain.");
        CHECK(explained("rateLimited").remedy.starts_with("Nothing to do"));
    }

    TEST_CASE("a refusal nobody has heard of still has a remedy") {
        CHECK(explained("https://ca.test/strange").remedy == "Nothing to do at once: it is tried again.");
    }

    TEST_CASE("the remedy of a connection that failed is kept") {
        const auto error =
            certs::explain({.error = base::fail_transient("no route", "Plug it in.").error()}, tests::hostname());
        CHECK(error.remedy == "Plug it in.");
    }
}
