#include "resolver/unbound_resolver.h"

#include <doctest/doctest.h>

#include "base/text.h"

using resolver::Status;
using resolver::Type;
using resolver::UnboundOptions;
using resolver::UnboundResolver;

namespace {

/// A forwarder nobody answers at, with no time to wait for it.
UnboundOptions dead() {
    UnboundOptions options;
    options.forwarders = {{base::IpAddress::parse("127.0.0.1").value(), 9}};
    options.validate = false;
    options.query_limit = options.total_limit = std::chrono::milliseconds(0);
    return options;
}

}  // namespace

TEST_CASE("without its trust anchor a validating resolver is not made") {
    UnboundOptions options;
    options.root_key = "/nonexistent/root.key";
    const auto made = UnboundResolver::create(options);
    REQUIRE(!made);
    CHECK(made.error().text == "cannot validate DNSSEC: there is no trust anchor /nonexistent/root.key");
    CHECK(made.error().remedy.contains("DNS_VALIDATION=false"));
}

TEST_CASE("when the time is used up every question is answered 'timed out', in order") {
    auto made = UnboundResolver::create(dead());
    REQUIRE(made);
    const std::vector<resolver::Question> questions = {{"a.example", Type::A}, {"b.example", Type::MX}};
    const auto answers = made->query(questions);
    REQUIRE(answers.size() == 2);
    for (const auto& answer : answers) {
        CHECK(answer.status == Status::timed_out);
        CHECK(!answer.answered());
        CHECK(answer.reason == "no answer in time");
    }
}

TEST_CASE("a name that is none fails by itself, without a question to the net") {
    auto options = dead();
    options.query_limit = options.total_limit = std::chrono::minutes(1);
    auto made = UnboundResolver::create(options);
    REQUIRE(made);
    for (const auto& name : {std::string("a..b"), std::string(64, 'a') + ".example", std::string(400, 'a')})
        CHECK(made->query(name, Type::A).status == Status::failed);
}
