#include "acme/problem.h"

#include <doctest/doctest.h>

TEST_SUITE("acme problem") {
    TEST_CASE("a problem document becomes one line") {
        const auto document = json::parse(R"({"type":"urn:ietf:params:acme:error:compound","detail":"several",
            "subproblems":[{"type":"urn:ietf:params:acme:error:caa","detail":"forbidden",
            "identifier":{"type":"dns","value":"mail.example.org"}}]})")
                                  .value();
        const auto problem = acme::parse_problem(document, 403);
        CHECK(problem.type == "compound");
        CHECK(problem.subproblems.size() == 1);
        CHECK(acme::to_text(problem) == "several (compound); mail.example.org: forbidden (caa)");
    }

    TEST_CASE("hostile texts come out printable and short") {
        auto document =
            json::object({{"type", std::string(5000, 't')}, {"detail", "a\r\nb\x1b[31m" + std::string(9999, 'x')}});
        document.set("subproblems", json::array(json::Array(1000, json::object())));
        const auto problem = acme::parse_problem(document, 400);
        CHECK(problem.detail.find_first_of("\r\n\x1b") == std::string::npos);
        CHECK(acme::to_text(problem).size() < 1000);
        CHECK(problem.subproblems.size() == 20);
    }

    TEST_CASE("what is no problem document still has its status") {
        CHECK(acme::to_text(acme::parse_problem(json::Value(), 502)) == "HTTP status 502");
        CHECK(acme::to_text(acme::parse_problem(json::array({1, 2}), 500)) == "HTTP status 500");
    }
}
