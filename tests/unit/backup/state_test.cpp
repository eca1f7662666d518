#include "backup/state.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

TEST_CASE("the state comes back as it was written, and none is the state before the first backup") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "backup.json";
    CHECK(*backup::read_state(file) == backup::State{});
    const backup::State state{.repository = "/backup \"x\"",
                              .repository_id = "5e60",
                              .last_try = base::SystemTime(std::chrono::seconds(1'800'000'000)),
                              .last_success = base::SystemTime(std::chrono::seconds(1'800'000'001)),
                              .snapshot = "571e",
                              .duration = std::chrono::seconds(7),
                              .octets = 5'000'000'000,
                              .added = 12,
                              .failure = "no, sir",
                              .last_verified = base::SystemTime(std::chrono::seconds(1'700'000'000))};
    REQUIRE(backup::write_state(file, state));
    CHECK(*backup::read_state(file) == state);
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::others_read) ==
          std::filesystem::perms::none);
    std::ofstream(file) << "{\"last_success\": ";
    CHECK(*backup::read_state(file) == backup::State{});
}

TEST_CASE("a failure is a warning with its cause, and says how old the last backup is") {
    CHECK(backup::warnings({}).empty());
    backup::State state{.failure = "the disk is full. Make room"};
    CHECK(backup::warnings(state) ==
          std::vector<std::string>{"The backup failed, none has worked yet: the disk is full. Make room"});
    state.last_success = base::SystemTime(std::chrono::seconds(1'800'000'000));
    state.drill_failure = "x";
    REQUIRE(backup::warnings(state).size() == 2);
    CHECK(backup::warnings(state)[0].contains("of 2027-01-15 08:00 UTC"));
}
