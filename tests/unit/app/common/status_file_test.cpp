#include "app/common/status_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/process.h"
#include "tests/unit/app/two_services.h"
#include "tests/unit/temporary_folder.h"

using supervise::State;
using tests::two_services;

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
