#include "spam/filter.h"

#include <doctest/doctest.h>

namespace {

/// Answers every call alike and keeps the last one.
struct FakeClient final : net::HttpClient {
    net::HttpResult answer;
    net::HttpCall last;
    explicit FakeClient(net::HttpResult answer_) : answer(std::move(answer_)) {}
    net::HttpResult send(const net::HttpCall& call) override {
        last = call;
        return answer;
    }
};

net::HttpResult reply(int status, std::string body = "{}") {
    return net::HttpReply{.status = status, .headers = {}, .body = std::move(body)};
}

base::Result<spam::Lesson> lesson(int status, std::string body = "{}") {
    FakeClient client(reply(status, std::move(body)));
    return spam::Filter(client, "/run/x.sock").learn(spam::Kind::ham, "mail");
}

}  // namespace

TEST_CASE("the filter's answers to a lesson are told apart") {
    CHECK(lesson(200) == spam::Lesson::learned);
    CHECK(lesson(208) == spam::Lesson::known);
    CHECK(lesson(204) == spam::Lesson::unusable);
    CHECK(lesson(400) == spam::Lesson::unusable);
    const auto failed = lesson(500, R"({"error":"no\nmemory"})");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().text == R"(cannot learn a mail as ham: the filter answers 500 (no\x0amemory))");
    CHECK(failed.error().permanence == base::Permanence::transient);
}

TEST_CASE("a mail goes to the socket as it is; one that is too long goes nowhere") {
    FakeClient client(reply(200));
    const spam::Filter filter(client, "/run/x.sock");
    REQUIRE(filter.learn(spam::Kind::spam, "Subject: x\r\n\r\n\0y"));
    CHECK(client.last.unix_socket == "/run/x.sock");
    CHECK(client.last.url == "http://spam-filter/learnspam");
    client.last = {};
    CHECK(filter.learn(spam::Kind::spam, std::string(spam::largest_mail + 1, 'x')) == spam::Lesson::unusable);
    CHECK(client.last.url.empty());
}

TEST_CASE("a filter nobody reaches does not run") {
    FakeClient client(std::unexpected(
        net::HttpError{.failure = net::HttpFailure::refused, .error = {.text = "spam-filter refuses the connection"}}));
    const auto failed = spam::Filter(client, "/run/x.sock").learn(spam::Kind::spam, "mail");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == base::ErrorKind::not_running);
}

TEST_CASE("what was learned is read from the filter's statistics, and nothing is read from nonsense") {
    const auto learned = [](int status, std::string body) {
        FakeClient client(reply(status, std::move(body)));
        return spam::Filter(client, "/run/x.sock").learned();
    };
    CHECK(
        learned(200, R"({"statfiles":[{"symbol":"BAYES_SPAM","revision":3},{"symbol":"BAYES_HAM","revision":-1}]})") ==
        spam::Learned{.spam = 3, .ham = 0});
    CHECK_FALSE(learned(200, "<html>"));
    CHECK_FALSE(learned(200, "{}"));
    CHECK_FALSE(learned(403, R"({"statfiles":[]})"));
    CHECK(spam::Learned{.spam = 200, .ham = 200}.in_use());
    CHECK_FALSE(spam::Learned{.spam = 5000, .ham = 199}.in_use());
}
