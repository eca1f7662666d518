#include "app/status.h"

#include <doctest/doctest.h>

#include "tests/unit/app/two_services.h"

using supervise::State;
using tests::two_services;

TEST_CASE("the status is a table with a last line about the whole") {
    auto status = two_services();
    CHECK(app::status_table(status) ==
          "SERVICE  STATE     RESTARTS  SINCE (UTC)\n"
          "unbound  ready            0  2026-03-01 12:00:00\n"
          "rspamd   ready            2  2026-03-01 12:01:30  (last exit code 137)\n"
          "All services are ready. The server started 2026-03-01 12:00:00 UTC.\n");
    status.services[1].state = State::backoff;
    CHECK(app::status_table(status).ends_with("\nNot ready: rspamd. The container's log says why.\n"));
    status.services[1].vital = false;
    CHECK(app::status_table(status).ends_with(
        "\nAll services but rspamd are ready. The server started 2026-03-01 12:00:00 UTC.\n"));
    status.stopping = true;
    CHECK(app::status_table(status).ends_with("\nThe server is stopping.\n"));
}
