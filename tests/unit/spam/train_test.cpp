#include "spam/train.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

/// Trains with so many mails, whose lessons are given.
base::Result<spam::Tally> train(const std::vector<base::Result<spam::Lesson>>& lessons) {
    std::size_t next = 0;
    return spam::train(
        [&](const spam::TakeMail& take) -> base::Result<> {
            for (std::size_t mail = 0; mail < lessons.size(); ++mail)
                if (const auto taken = take("mail", 50); !taken) return taken;
            return {};
        },
        [&](std::string_view) { return lessons[next++]; }, [](const spam::Tally&, int) {});
}

const base::Result<spam::Lesson> trouble = base::fail_transient("trouble");

}  // namespace

TEST_CASE("a training counts what became of each mail") {
    CHECK(train({spam::Lesson::learned, spam::Lesson::known, spam::Lesson::unusable, spam::Lesson::learned, trouble}) ==
          spam::Tally{.learned = 2, .known = 1, .unusable = 2});
    CHECK(train({}) == spam::Tally{});
}

TEST_CASE("a mail without content is not taught") {
    const auto tally = spam::train([](const spam::TakeMail& take) { return take("", -1); },
                                   [](std::string_view) -> base::Result<spam::Lesson> { return trouble; },
                                   [](const spam::Tally&, int) {});
    CHECK(tally == spam::Tally{.unusable = 1});
}

TEST_CASE("a training ends when the filter is gone, and when one mail after the other fails") {
    const auto gone = train({spam::Lesson::learned, base::fail("gone", {}, base::ErrorKind::not_running)});
    REQUIRE_FALSE(gone);
    CHECK(gone.error().text == "gone");
    CHECK(train(std::vector(4, trouble)));
    CHECK_FALSE(train(std::vector(5, trouble)));
    auto mixed = std::vector(4, trouble);
    mixed.emplace_back(spam::Lesson::learned);
    mixed.insert(mixed.end(), 4, trouble);
    CHECK(train(mixed));
}
