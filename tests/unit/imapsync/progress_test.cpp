#include "imapsync/progress.h"

#include <doctest/doctest.h>

using namespace imapsync;

TEST_CASE("counter lines are read") {
    CHECK(counters_in("C: 1/2  B: 3/4  F: +13/13 *23/42 #0/0 -0/0  N: +1/7 *0/0 #0/0 -0/0") ==
          Counters{.channels_done = 1, .copied = 1, .to_copy = 7});
    for (const auto* other : {"", "C: 1/2", "Channels: 2    Boxes: 2    Far: +0 *0 #0 -0    Near: +4 *0 #0 -0",
                              "C: a/2  B: 3/4  F: +13/13 *23/42 #0/0 -0/0  N: +1/7 *0/0 #0/0 -0/0"})
        CHECK(!counters_in(other));
}

TEST_CASE("lines end with either character, and are not longer than any of use") {
    std::vector<std::string> lines;
    Lines reader([&](std::string_view line) { lines.emplace_back(line); });
    reader.feed("\ra\rb\r\nc");
    reader.feed("d\n" + std::string(100'000, 'x'));
    reader.finish();
    REQUIRE(lines.size() == 4);
    CHECK(lines[2] == "cd");
    CHECK(lines[3].size() == 4096);
}

TEST_CASE("what is known already counts as done, folder by folder") {
    Progress progress({100, 0, 50});
    CHECK(progress.total() == 150);
    CHECK(progress.at({}) == 0);
    CHECK(progress.at({.channels_done = 0, .copied = 0, .to_copy = 40}) == 60);
    CHECK(progress.at({.channels_done = 0, .copied = 10, .to_copy = 40}) == 70);
    CHECK(progress.at({.channels_done = 1, .copied = 40, .to_copy = 40}) == 100);
    CHECK(progress.at({.channels_done = 2, .copied = 41, .to_copy = 90}) == 101);
    CHECK(progress.at({.channels_done = 3, .copied = 90, .to_copy = 90}) == 150);
    CHECK(progress.at({.channels_done = 9, .copied = 900, .to_copy = 900}) == 150);
}
