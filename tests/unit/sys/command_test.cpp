#include "sys/command.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

TEST_CASE("exit code and output of a command come back") {
    const auto outcome = sys::run({.argv = {"sh", "-c", "echo out; echo err >&2; exit 7"}});
    REQUIRE(outcome);
    CHECK(outcome->exit_code == 7);
    CHECK(outcome->output == "out\nerr\n");
}

TEST_CASE("a command ended by a signal has exit code 128 + signal") {
    CHECK(sys::run({.argv = {"sh", "-c", "kill -9 $$"}})->exit_code == 137);
}

TEST_CASE("input and environment reach the command, more of both than a pipe holds") {
    const std::string input(3'000'000, 'x');
    const auto outcome =
        sys::run({.argv = {"sh", "-c", "wc -c; echo $COLOUR"}, .environment = {"COLOUR=blue"}, .input = input});
    CHECK(outcome->output == "3000000\nblue\n");
}

TEST_CASE("a command that does not read its input is no problem") {
    CHECK(sys::run({.argv = {"true"}, .input = std::string(3'000'000, 'x')})->exit_code == 0);
}

TEST_CASE("output beyond a mebibyte is dropped") {
    const auto outcome = sys::run({.argv = {"sh", "-c", "head -c 5000000 /dev/zero"}});
    CHECK(outcome->output.size() == 1024 * 1024);
}

TEST_CASE("a command that runs too long is killed with its children") {
    const auto outcome =
        sys::run({.argv = {"sh", "-c", "sleep 1000 & sleep 1000"}, .timeout = std::chrono::milliseconds(50)});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().text.starts_with("cannot wait longer for sh"));
}

TEST_CASE("a command is killed when a stop is wanted") {
    std::stop_source source;
    const std::jthread impatient([&] { source.request_stop(); });
    const auto outcome = sys::run({.argv = {"sleep", "1000"}, .stop = source.get_token()});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().text == "cannot finish sleep: it was stopped");
}

TEST_CASE("a program that does not exist is an error that names it") {
    const auto outcome = sys::run({.argv = {"no-such-program-here"}});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().text == "cannot run no-such-program-here: no such file or directory");
}

TEST_CASE("what a command leaves in the background is not waited for") {
    const auto outcome = sys::run({.argv = {"sh", "-c", "sleep 1000 & echo $!"}});
    REQUIRE(outcome);
    const pid_t left = std::stoi(outcome->output);
    CHECK(::kill(left, SIGKILL) == 0);
}

TEST_CASE("a command that closes its output is still waited for") {
    CHECK(sys::run({.argv = {"sh", "-c", "exec >&- 2>&-; for i in $(seq 2000); do :; done; exit 4"}})->exit_code == 4);
}

TEST_CASE("a command gets plain signals and no descriptor of ours") {
    const int open = ::dup(0);  // not close-on-exec
    const auto outcome = sys::run({.argv = {"sh", "-c", "grep SigBlk /proc/self/status; exec ls -1 /proc/self/fd"}});
    ::close(open);
    CHECK(outcome->output == "SigBlk:\t0000000000000000\n0\n1\n2\n3\n");  // 3 is ls's own
}

TEST_CASE("nothing to run is an error") {
    CHECK_FALSE(sys::run({}));
}
