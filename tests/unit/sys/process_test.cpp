#include "sys/process.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

TEST_CASE("the start of a process is known while it runs, and does not change") {
    const auto mine = sys::process_start(::getpid());
    REQUIRE(mine);
    CHECK(mine == sys::process_start(::getpid()));
    const pid_t child = ::fork();
    if (child == 0)
        for (;;) ::pause();
    REQUIRE(sys::process_start(child));
    CHECK(*sys::process_start(child) >= *mine);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK_FALSE(sys::process_start(child));
}
