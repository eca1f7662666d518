#include "app/status.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "app/health.h"
#include "sys/files.h"
#include "sys/process.h"
#include "tests/unit/supervise/listener.h"
#include "tests/unit/temporary_folder.h"

using supervise::State;
using supervise::Status;

namespace {

constexpr base::SystemTime noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours(12)};

Status two_services() {
    return {.started = noon,
            .ready_at = noon + std::chrono::seconds(3),
            .services = {{.name = "unbound", .state = State::ready, .restarts = 0, .since = noon, .pid = 17},
                         {.name = "rspamd",
                          .state = State::ready,
                          .restarts = 2,
                          .since = noon + std::chrono::seconds(90),
                          .pid = 18,
                          .last_exit = 137}}};
}

}  // namespace

TEST_CASE("a status comes back from its file as it was written") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "status.json";
    auto status = two_services();
    app::write_status(file, status);
    CHECK(app::read_status(file) == status);
    status.ready_at.reset();
    status.stopping = true;
    status.services[1].state = State::backoff;
    status.services[1].pid = 0;
    app::write_status(file, status);
    CHECK(app::read_status(file) == status);
}

TEST_CASE("the server does not run without a status file, or when the process that wrote it is gone") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "status.json";
    CHECK(app::read_status(file).error().kind == base::ErrorKind::not_running);
    const auto write = [&](pid_t pid, std::uint64_t start) {
        REQUIRE(sys::write_file(file, "{\"supervisor\":{\"pid\":" + std::to_string(pid) +
                                          ",\"start\":" + std::to_string(start) +
                                          "},\"started\":\"2026-03-01T12:00:00Z\",\"services\":[]}"));
    };
    const auto start = *sys::process_start(::getpid());
    write(::getpid(), start);
    CHECK(app::read_status(file));
    write(::getpid(), start + 1);  // the pid is used again by another process
    CHECK(app::read_status(file).error().kind == base::ErrorKind::not_running);
    write(999'999'999, start);
    CHECK(app::read_status(file).error().kind == base::ErrorKind::not_running);
}

TEST_CASE("a broken status file is an error that names it") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "status.json";
    for (const char* text : {"", "{", "[]", "{\"supervisor\":{\"pid\":\"x\"}}"}) {
        REQUIRE(sys::write_file(file, text));
        CHECK_FALSE(app::read_status(file));
    }
}

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

TEST_CASE("health is the status and the answers of the ports") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "status.json";
    const tests::Listener answers(false);
    tests::Listener refuses(false);
    refuses.close();
    CHECK(app::check_health(file, {}).error().text == "the server is not running");
    auto status = two_services();
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}));
    CHECK(app::check_health(file, {{.address = refuses.address()}}).error().text.starts_with("no good answer from "));
    status.services[1].state = State::starting;
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}).error().text == "rspamd is not ready but starting");
    status.services[1].vital = false;
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}));
    status.stopping = true;
    app::write_status(file, status);
    CHECK(app::check_health(file, {}).error().text == "the server is stopping");
}
