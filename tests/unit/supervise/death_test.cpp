/// The supervisor as a process that is signalled and killed.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "supervise/supervisor.h"
#include "sys/fd.h"
#include "sys/init.h"
#include "tests/unit/supervise/running.h"

using namespace supervise;

namespace {

/// A supervisor in a process of its own; what its services say comes through a pipe.
class SupervisorProcess {
  public:
    explicit SupervisorProcess(std::vector<Service> services) {
        auto pipe = sys::make_pipe();
        REQUIRE(pipe);
        std::fflush(nullptr);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            sys::block_stop_signals();
            const base::RealClock clock;
            Observer observer;
            observer.on_line = [&](std::string_view, std::string_view line) {
                const std::string text = std::string(line) + "\n";
                [[maybe_unused]] const auto written = ::write(pipe->write_end.get(), text.data(), text.size());
            };
            Supervisor::create(std::move(services), tests::fast(), std::move(observer), clock)->run();
            ::_exit(0);
        }
        output_ = std::move(pipe->read_end);
    }

    pid_t pid() const { return pid_; }
    /// The next line; empty when the supervisor is gone.
    std::string line() const {
        std::string text;
        for (char c; ::read(output_.get(), &c, 1) == 1 && c != '\n';) text += c;
        return text;
    }

  private:
    pid_t pid_ = -1;
    sys::UniqueFd output_;
};

}  // namespace

TEST_CASE("SIGTERM stops the services in order") {
    const SupervisorProcess supervisor({tests::polite("engine")});
    CHECK(supervisor.line() == "up");
    ::kill(supervisor.pid(), SIGTERM);
    CHECK(supervisor.line() == "down");
    int status = 0;
    CHECK(::waitpid(supervisor.pid(), &status, 0) == supervisor.pid());
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("when the supervisor is killed, nothing of its services lives on") {
    // Orphans come to this process, so that waiting for children waits for every descendant.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const SupervisorProcess supervisor({tests::shell(
        "engine", "(setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1000; done' &); exec sleep 1000")});
    const pid_t orphan = std::stoi(supervisor.line());
    CHECK(::kill(orphan, 0) == 0);
    ::kill(supervisor.pid(), SIGKILL);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    CHECK(errno == ECHILD);
    CHECK(::kill(orphan, 0) != 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_CASE("when a keeper is killed, its service is ended all the same and started again") {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    tests::RunningSupervisor supervisor(
        {tests::shell("engine", "sleep 1000 & echo child $!; echo keeper $PPID; wait")});
    const pid_t child = supervisor.wait_for_number("engine: child ");
    const pid_t keeper = supervisor.wait_for_number("engine: keeper ");
    const pid_t program = supervisor.status("engine").pid;
    ::kill(keeper, SIGKILL);
    supervisor.wait_for_restart("engine", 1);
    // Orphans of orphans: each comes to this process when its parent has gone.
    int status = 0;
    CHECK(::waitpid(program, &status, 0) == program);
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(WTERMSIG(status) == SIGKILL);
    supervisor.stop();
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}
