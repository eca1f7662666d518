#include "app/clock_jump.h"

#include <doctest/doctest.h>

TEST_CASE("Dovecot waits when its master says so, and nobody else can say it") {
    CHECK(
        app::waits_for_the_clock("master: Warning: Time moved backwards by 86399.946126 seconds, waiting for 180.000 "
                                 "seconds until new services are launched again."));
    CHECK_FALSE(app::waits_for_the_clock("auth: Warning: Time moved backwards by 86399.962596 seconds."));
    CHECK_FALSE(
        app::waits_for_the_clock("master: Warning: Time moved forward by 86350.136205 seconds - adjusting timeouts."));
    CHECK_FALSE(
        app::waits_for_the_clock("imap-login: Info: Aborted login: user=<master: Time moved backwards by 1 seconds "
                                 "until new services are launched again>"));
}
