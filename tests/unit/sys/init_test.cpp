/// Process 1, tried in a PID namespace of its own. Where the kernel or the container engine forbids making one, these
/// cases say so and end.
#include "sys/init.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>

#include "sys/fd.h"

namespace {

/// A process that is number 1 in a namespace of its own, running run_as_init(work).
class ProcessOne {
  public:
    explicit ProcessOne(const std::function<int(int output)>& work) {
        auto pipe = sys::make_pipe();
        REQUIRE(pipe);
        std::fflush(nullptr);
        outside_ = ::fork();
        REQUIRE(outside_ >= 0);
        if (outside_ == 0) be_outside(work, *pipe);
        output_ = std::move(pipe->read_end);
        pipe->write_end.reset();
        possible_ = line() == "begin";
        if (!possible_) MESSAGE("no PID namespace to be had here");
    }
    ~ProcessOne() {
        if (outside_ > 0) exit_code();
    }
    ProcessOne(const ProcessOne&) = delete;
    ProcessOne& operator=(const ProcessOne&) = delete;

    bool possible() const { return possible_; }
    std::string line() const {
        std::string text;
        for (char c; ::read(output_.get(), &c, 1) == 1 && c != '\n';) text += c;
        return text;
    }
    int exit_code() {
        int status = 0;
        ::waitpid(outside_, &status, 0);
        outside_ = -1;
        return WEXITSTATUS(status);
    }

  private:
    [[noreturn]] static void be_outside(const std::function<int(int)>& work, const sys::Pipe& pipe) {
        const int output = pipe.write_end.get();
        const bool possible = ::unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0;
        ::dprintf(output, possible ? "begin\n" : "impossible\n");
        if (!possible) ::_exit(0);
        const pid_t one = ::fork();
        if (one == 0) ::_exit(sys::run_as_init([&] { return work(output); }));
        int status = 0;
        ::waitpid(one, &status, 0);
        ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }

    pid_t outside_ = -1;
    bool possible_ = false;
    sys::UniqueFd output_;
};

}  // namespace

TEST_CASE("a process that is not number 1 just does the work") {
    const pid_t self = ::getpid();
    CHECK(sys::run_as_init([&] { return ::getpid() == self ? 7 : 0; }) == 7);
}

TEST_CASE("process 1 does the work in a child and ends with its exit code") {
    ProcessOne one([](int output) {
        ::dprintf(output, "%d\n", ::getppid());
        return 7;
    });
    if (!one.possible()) return;
    CHECK(one.line() == "1");
    CHECK(one.exit_code() == 7);
}

TEST_CASE("process 1 ends when the work is killed") {
    ProcessOne one([](int) { return ::raise(SIGKILL); });
    if (!one.possible()) return;
    CHECK(one.exit_code() == 137);
}

TEST_CASE("process 1 passes SIGTERM on to the work") {
    ProcessOne one([](int) {
        sys::block_stop_signals();
        ::kill(1, SIGTERM);
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGTERM);
        return ::sigwaitinfo(&stop, nullptr) == SIGTERM ? 9 : 1;
    });
    if (!one.possible()) return;
    CHECK(one.exit_code() == 9);
}

TEST_CASE("process 1 takes orphans, and asks what is left to end when the work has") {
    ProcessOne one([](int output) {
        sigset_t stop;
        sigemptyset(&stop);
        sigaddset(&stop, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &stop, nullptr);
        auto orphaned = sys::make_pipe();
        if (::fork() == 0) {
            if (::fork() != 0) ::_exit(0);
            while (::getppid() != 1) ::sched_yield();
            orphaned->write_end.reset();
            ::sigwaitinfo(&stop, nullptr);
            ::dprintf(output, "asked to end\n");
            ::_exit(0);
        }
        ::wait(nullptr);
        orphaned->write_end.reset();
        char end;
        [[maybe_unused]] const auto got = ::read(orphaned->read_end.get(), &end, 1);  // until it is process 1's child
        return 3;
    });
    if (!one.possible()) return;
    CHECK(one.line() == "asked to end");
    CHECK(one.exit_code() == 3);
}
