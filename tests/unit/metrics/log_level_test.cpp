#include "metrics/log_level.h"

#include <doctest/doctest.h>

TEST_SUITE("metrics log level") {
    TEST_CASE("each engine has words of its own") {
        using metrics::log_level;
        CHECK(log_level("dovecot", "imap(a@a.example)<1><s>: Error: Mailbox INBOX: broken") == "error");
        CHECK(log_level("dovecot", "auth: Warning: slow") == "warning");
        CHECK(log_level("dovecot", "master: Fatal: no") == "error");
        CHECK(log_level("unbound", "[1795287229] unbound[142:0] error: no") == "error");
        CHECK(log_level("unbound", "[1795287229] unbound[142:0] warning: so") == "warning");
        CHECK(log_level("valkey", "144:M 21 Nov 2026 18:53:49.491 # WARNING Memory") == "warning");
        CHECK(log_level("clamd", "ERROR: no") == "error");
    }

    TEST_CASE("other lines have none, whatever is in them") {
        using metrics::log_level;
        CHECK(!log_level("dovecot", "lmtp(a@a.example)<1><s>: Info: sieve: msgid=<: Error: x>: stored"));
        CHECK(!log_level("dovecot", "Error: "));
        CHECK(!log_level("unbound", "[1795287229] unbound[142:0] info: error: x"));
        CHECK(!log_level("valkey", "144:M 21 Nov 2026 18:53:49.533 * Ready # not"));
        for (const auto* service : {"dovecot", "unbound", "valkey", "clamd", "rspamd", "postfix", ""})
            for (const auto* line : {"", ":", ": ", ".", ".1", "x.12 # "}) CHECK(!log_level(service, line));
    }
}
