#include "virus/update.h"

#include <doctest/doctest.h>

using virus::failure_of_update;

TEST_CASE("signatures are fetched sooner when there are none, and never often") {
    using std::chrono::minutes;
    CHECK(virus::pause_after_update(true, true) >= minutes(60));
    CHECK(virus::pause_after_update(false, true) < virus::pause_after_update(true, true));
    CHECK(virus::pause_after_update(false, false) < virus::pause_after_update(false, true));
    CHECK(virus::pause_after_update(false, false) >= minutes(1));
}

TEST_CASE("freshclam's reason for a failure is found in what it prints") {
    CHECK_FALSE(failure_of_update(0, "daily.cvd database is up-to-date (version: 27817, sigs: 2)\n"));
    CHECK(failure_of_update(11,
                            "WARNING: remote_cvdhead: Download failed (6) WARNING:  Message: Could not resolve "
                            "hostname\nERROR: Database update process failed: HTTP GET failed\nERROR: Update "
                            "failed.\n") == "the server cannot be reached (Could not resolve hostname)");
    // It calls this a success.
    CHECK(failure_of_update(0, "WARNING: You are still on cool-down until after: 2026-11-22 10:00:00\n") ==
          "the server refuses because it was asked too often, until 2026-11-22 10:00:00");
    CHECK_FALSE(failure_of_update(0, "WARNING: Cool-down expired, ok to try again.\n"));
    CHECK(failure_of_update(2, "ERROR: Can't create temporary directory: No space left\nERROR: Update failed.\n") ==
          "Can't create temporary directory: No space left");
    CHECK(failure_of_update(127, "") == "freshclam does not say why");
    CHECK_FALSE(failure_of_update(1, "ERROR: \x1b[31m\r\n")->contains('\x1b'));
}

TEST_CASE("what was fetched is news") {
    CHECK(virus::is_news("daily.cld updated (version: 27817, sigs: 2075405, f-level: 90, builder: raynman)"));
    CHECK_FALSE(virus::is_news("main.cvd database is up-to-date (version: 62, sigs: 6647427)"));
    CHECK_FALSE(virus::is_news(""));
}
