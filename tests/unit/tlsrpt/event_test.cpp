#include "tlsrpt/event.h"

#include <doctest/doctest.h>

#include <format>

using tlsrpt::parse_datagram;

TEST_CASE("a session as Postfix tells it becomes an event in the words of reports") {
    const auto events = parse_datagram(
        R"({"dpv": "1","d": "Example.org","pr": "v=TLSRPTv1; rua=mailto:a@example.org","policies":[{"policy-type":2,)"
        R"("policy-domain": "example.org","policy-string":["version: STSv1","mode: enforce"],"mx-host":["*.example.org"],)"
        R"("failure-details":[{"c":202,"s": "192.0.2.1","n": "mx.example.org","h": "250-mx.example.org hi\r\n250 PIPELINING",)"
        R"("r": "192.0.2.2","f": "certificate-name"}],"t":1,"f":1}]})");
    REQUIRE(events);
    REQUIRE(events->size() == 1);
    const auto& event = events->front();
    CHECK(event.domain == "example.org");
    CHECK(json::dump(event.policy) ==
          R"({"policy-type":"sts","policy-string":["version: STSv1","mode: enforce"],"policy-domain":"example.org",)"
          R"("mx-host":["*.example.org"]})");
    REQUIRE(event.failure);
    CHECK(json::dump(*event.failure) ==
          R"({"result-type":"certificate-host-mismatch","sending-mta-ip":"192.0.2.1",)"
          R"("receiving-mx-hostname":"mx.example.org","receiving-mx-helo":"mx.example.org","receiving-ip":"192.0.2.2",)"
          R"("failure-reason-code":"certificate-name"})");
}

TEST_CASE("a success has no failure; one without details is a failure all the same") {
    const auto good = parse_datagram(
        R"({"dpv":"1","d":"example.org","policies":[{"policy-type":9,"policy-domain":"example.org","t":0,"f":0}]})");
    CHECK(parse_datagram(
              R"({"d":"example.org","policies":[{"policy-type":9,"policy-domain":"example.org","t":0,"f":0}]})") ==
          good);
    REQUIRE(good);
    CHECK_FALSE(good->front().failure);
    CHECK(good->front().policy["policy-type"].text() == "no-policy-found");
    const auto bad = parse_datagram(R"({"dpv":"1","d":"example.org","policies":[{"policy-type":1,"t":0,"f":1}]})");
    REQUIRE(bad);
    REQUIRE(bad->front().failure);
    CHECK((*bad->front().failure)["result-type"].text() == "validation-failure");
    CHECK(bad->front().policy["policy-domain"].text() == "example.org");
}

TEST_CASE("what is no datagram of version 1 is refused") {
    for (const char* text :
         {"", "x", "[]", "{}", R"({"dpv":"2","d":"example.org","policies":[]})", R"({"dpv":1,"d":"example.org"})",
          R"({"dpv":"1","policies":[]})", R"({"dpv":"1","d":"../etc","policies":[]})",
          R"({"dpv":"1","d":"a'; DROP TABLE sessions;--","policies":[]})",
          R"({"dpv":"1","d":"example.org","policies":[{"policy-type":7}]})",
          R"({"dpv":"1","d":"example.org","policies":[{"policy-type":"sts"}]})"})
        CHECK_MESSAGE(!parse_datagram(text), text);
    CHECK(parse_datagram(R"({"dpv":"1","d":"example.org"})")->empty());
    CHECK(parse_datagram(R"({"dpv":"1","d":"example.org","policies":"x"})")->empty());
}

TEST_CASE("what a hostile server said is cut and printable") {
    std::string failures, lines;
    for (int i = 0; i < 500; ++i) {
        failures +=
            std::format(R"({}{{"c":1,"a":"{}","h":"250-\u001b[2J\r\n"}})", i ? "," : "", std::string(5000, 'x'));
        lines += std::format(R"({}"{}")", i ? "," : "", std::string(1000, 'y'));
    }
    const auto events = parse_datagram(std::format(
        R"({{"dpv":"1","d":"example.org","policies":[{{"policy-type":2,"policy-string":[{}],"failure-details":[{}]}}]}})",
        lines, failures));
    REQUIRE(events);
    CHECK(events->size() == 8);
    const auto& failure = *events->front().failure;
    CHECK(failure["additional-information"].text().size() <= 310);
    CHECK(failure["receiving-mx-helo"].text() == "\\x1b[2J");
    CHECK(failure["result-type"].text() == "validation-failure");
    CHECK(json::dump(events->front().policy).size() < 100 * 320);
}
