#include "resolver/memo.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/fake_resolver.h"

using resolver::Question;
using resolver::Status;
using resolver::Type;

TEST_CASE("a question is asked once, whether it was answered or not") {
    resolver::FakeResolver dns{{{"a.example", "A", "192.0.2.1"}, {"dead.example", "A", "!timed_out"}}};
    resolver::Memo memo(dns);
    for (int round = 0; round < 2; ++round) {
        CHECK(memo.query("a.example", Type::A).addresses.size() == 1);
        CHECK(memo.query("dead.example", Type::A).status == Status::timed_out);
        CHECK(memo.query("none.example", Type::A).status == Status::no_such_name);
    }
    CHECK(dns.asked.size() == 3);
}

TEST_CASE("answers come in the order of the questions, repeated ones included") {
    resolver::FakeResolver dns{{{"b.example", "A", "192.0.2.2"}, {"a.example", "A", "192.0.2.1"}}};
    resolver::Memo memo(dns);
    const std::vector<Question> questions = {{"b.example", Type::A}, {"a.example", Type::A}, {"b.example", Type::A}};
    const auto answers = memo.query(questions);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].addresses[0].str() == "192.0.2.2");
    CHECK(answers[1].addresses[0].str() == "192.0.2.1");
    CHECK(answers[2] == answers[0]);
    CHECK(dns.asked.size() == 2);
}

TEST_CASE("a name is asked for in lower case") {
    resolver::FakeResolver dns;
    resolver::Memo memo(dns);
    memo.query("Mail.EXAMPLE.org", Type::A);
    CHECK(dns.asked == std::vector<Question>{{"mail.example.org", Type::A}});
}
