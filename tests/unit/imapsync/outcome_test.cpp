#include "imapsync/outcome.h"

#include <doctest/doctest.h>

using namespace imapsync;
using namespace std::chrono_literals;

namespace {

Outcome of(std::initializer_list<std::string_view> lines) {
    Outcome outcome;
    for (const auto line : lines) outcome.read(line);
    return outcome;
}

}  // namespace

TEST_CASE("a run that did all") {
    const auto outcome = of({"C: 1/2  B: 3/4  F: +0/0 *0/0 #0/0 -0/0  N: +1/7 *0/0 #0/0 -0/0",
                             "Channels: 2    Boxes: 2    Far: +1 *2 #0 -3    Near: +4 *5 #0 -6",
                             "imap(jens@a.example)<1><x>: Info: Disconnected: Logged out in=710",
                             "Notice: near store does not support flag(s) 'T'; not propagating."});
    CHECK(outcome.counts() == Counts{4, 5, 6, 1, 2, 3});
    CHECK(outcome.failure().empty());
    CHECK(outcome.refused() == 0);
}

TEST_CASE("mail that is refused is told in the server's words, and is no failure of the rest") {
    const auto outcome =
        of({"IMAP command 'APPEND \"INBOX\" {300+}' returned an error: NO [OVERQUOTA] The mailbox is full",
            "Error: near side refuses to store message 7 from far side.",
            "Error: near side refuses to store message 8 from far side."});
    CHECK(outcome.refused() == 2);
    CHECK(outcome.refusal().contains("The mailbox is full"));
    CHECK(outcome.failure().empty());
}

TEST_CASE("the first failure is told, on one line that fits") {
    const auto outcome = of({"Socket error on imap.p.example (192.0.2.1:993): timeout.", "Error: something later"});
    CHECK(outcome.failure() == "Socket error on imap.p.example (192.0.2.1:993): timeout.");
    CHECK(of({"evil \x1b[2J" + std::string(5000, 'x')}).failure().size() <= 300);
    CHECK(!of({"evil \x1b[2J"}).failure().contains('\x1b'));
}

TEST_CASE("the pause grows with failures in a row, and is never shorter than asked for") {
    CHECK(pause_after(300s, 0) == 300s);
    CHECK(pause_after(300s, 1) == 300s);
    CHECK(pause_after(300s, 2) == 600s);
    CHECK(pause_after(300s, 1000) == 3600s);
    CHECK(pause_after(24h, 5) == 24h);
    CHECK(pause_after(10s, 3) == 40s);
}
