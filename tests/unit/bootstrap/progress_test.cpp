#include "bootstrap/progress.h"

#include <doctest/doctest.h>

#include "bootstrap/step.h"
#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

using bootstrap::ProgressEvent;
using bootstrap::ProgressKind;

TEST_CASE("an event survives its line, whatever it holds") {
    for (const auto kind : {ProgressKind::done, ProgressKind::failed, ProgressKind::note, ProgressKind::ready}) {
        const ProgressEvent event{.kind = kind, .elapsed = 1.5, .phase = "DKIM keys", .detail = "a \"b\"\nc"};
        CHECK(bootstrap::from_line(bootstrap::to_line(event)) == event);
        CHECK(bootstrap::to_line(event).find('\n') == std::string::npos);
    }
    CHECK_FALSE(bootstrap::from_line(""));
    CHECK_FALSE(bootstrap::from_line("{\"kind\":\"done\",\"ela"));
    CHECK_FALSE(bootstrap::from_line("{\"kind\":\"other\"}"));
}

TEST_CASE("steps run in order, those not needed are only named, the first failure ends the list") {
    const tests::TemporaryFolder folder;
    const bootstrap::Progress progress(folder.path() / "progress");
    std::string ran;
    const auto step = [&](std::string name, bool needed, bool works) {
        return bootstrap::Step{.name = name,
                               .needed = [=]() -> base::Result<bool> { return needed; },
                               .run = [&ran, name, works]() -> base::Result<std::string> {
                                   ran += name;
                                   if (!works) return base::fail("the disk is full", "Make room.");
                                   return "made";
                               }};
    };
    const auto result = bootstrap::run_steps(
        {step("a", true, true), step("b", false, true), step("c", true, false), step("d", true, true)}, progress);
    CHECK(ran == "ac");
    REQUIRE_FALSE(result);
    CHECK(result.error().text == "the disk is full");

    const auto text = *sys::read_file(folder.path() / "progress");
    std::vector<ProgressEvent> events;
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        events.push_back(*bootstrap::from_line(std::string_view(text).substr(at, end - at)));
    REQUIRE(events.size() == 3);
    CHECK(events[0].detail == "made");
    CHECK(events[1].detail == "nothing to do");
    CHECK(events[2].kind == ProgressKind::failed);
    CHECK(events[2].detail == "the disk is full. Make room.");
}

TEST_CASE("the progress of an earlier start is not shown again") {
    const tests::TemporaryFolder folder;
    bootstrap::Progress(folder.path() / "progress").report(ProgressKind::ready, "", "");
    const bootstrap::Progress second(folder.path() / "progress");
    CHECK(sys::read_file(folder.path() / "progress") == "");
}
