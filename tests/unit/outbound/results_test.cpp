#include "outbound/results.h"

#include <doctest/doctest.h>

#include <format>

using outbound::Results;
using outbound::Tally;

namespace {

struct Log {
    Results results;

    explicit Log(std::size_t most = 100) : results(most) {}
    void read(const std::string& rest) {
        const auto entry = maillog::parse_postfix("Nov 21 15:00:00 mail postfix/" + rest);
        REQUIRE_MESSAGE(entry, rest);
        results.read(*entry);
    }
    void submitted(const std::string& id, const std::string& login) {
        read(std::format("smtps/smtpd[1]: {}: client=c[192.0.2.1], sasl_method=PLAIN, sasl_username={}", id, login));
    }
    void delivered(const std::string& id, const std::string& status, const std::string& program = "smtp") {
        read(
            std::format("{}[1]: {}: to=<x@b.example>, relay=m[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                        "status={} (x)",
                        program, id, status));
    }
};

}  // namespace

TEST_CASE("what became of recipients counts for the account") {
    Log log;
    log.submitted("AAAAAA", "Alice@a.example");
    log.submitted("BBBBBB", "bob@a.example");
    log.delivered("AAAAAA", "sent");
    log.delivered("AAAAAA", "bounced");
    log.delivered("AAAAAA", "bounced");
    log.delivered("BBBBBB", "deferred");
    log.delivered("BBBBBB", "sent");
    const auto taken = log.results.take();
    CHECK(taken.size() == 2);
    CHECK(taken.at("alice@a.example") == Tally{.delivered = 1, .bounced = 2});
    CHECK(taken.at("bob@a.example") == Tally{.delivered = 1, .bounced = 0});
    CHECK(log.results.take().empty());
    log.read("qmgr[1]: AAAAAA: removed");
    log.delivered("AAAAAA", "sent");
    CHECK(log.results.take().empty());
}

TEST_CASE("mail of others and mail that stays here does not count") {
    Log log;
    log.read("smtpd[1]: CCCCCC: client=c[192.0.2.1]");
    log.delivered("CCCCCC", "bounced");
    log.submitted("AAAAAA", "alice@a.example");
    log.delivered("AAAAAA", "bounced", "lmtp");
    log.delivered("DDDDDD", "bounced");
    CHECK(log.results.take().empty());
}

TEST_CASE("there is an end to what it remembers") {
    Log log(2);
    for (const auto* id : {"AAAAAA", "BBBBBB", "CCCCCC"}) log.submitted(id, "alice@a.example");
    for (const auto* id : {"AAAAAA", "BBBBBB", "CCCCCC"}) log.delivered(id, "sent");
    CHECK(log.results.take().at("alice@a.example").delivered == 2);
}
