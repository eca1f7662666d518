#include "trace/recorder.h"

#include <doctest/doctest.h>

#include <format>

#include "tests/unit/temporary_folder.h"

using namespace trace;
using namespace std::chrono_literals;

namespace {

maillog::Entry identified(const std::string& queue_id) {
    return {.service = "cleanup", .queue_id = queue_id, .event = maillog::Identified{.message_id = "<m@a.example>"}};
}

}  // namespace

TEST_CASE("what was recorded is written at the end, without waiting before") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "trace.sqlite";
    const base::RealClock clock;
    {
        Recorder recorder(file, {}, clock);
        for (int i = 0; i < 12'000; ++i) recorder.record(identified(std::format("4jWwR7{}", i % 6000)));
        recorder.record({.service = "smtpd", .event = maillog::Connected{}});
    }
    auto store = Store::open_to_read(file);
    REQUIRE(store);
    CHECK(store->find("m@a.example", {}, 100'000)->mails.size() == 6000);
    CHECK(store->find("4jWwR75999", {}, 1)->mails.at(0).facts.size() == 2);
}

TEST_CASE("a file that cannot be made keeps nobody waiting") {
    const base::RealClock clock;
    Recorder recorder("/proc/none/trace.sqlite", {}, clock);
    for (int i = 0; i < 60'000; ++i) recorder.record(identified("4jWwR7"));
}
