#include "sys/init.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

namespace sys {
namespace {

/// What is left gets this long after SIGTERM; the supervisor has stopped its services in order before.
constexpr std::chrono::seconds grace{2};

sigset_t watched_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals, signal);
    return signals;
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reaps until `child` itself has ended.
int watch(pid_t child, const sigset_t& signals) {
    for (;;) {
        int status = 0;
        for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;)
            if (ended == child) return exit_code_of(status);
        const int signal = ::sigwaitinfo(&signals, nullptr);
        if (signal == SIGTERM || signal == SIGINT) ::kill(child, SIGTERM);
    }
}

/// In process 1, kill(-1) means everybody else in the container.
void end_the_rest(const sigset_t& signals) {
    ::kill(-1, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + grace;
    for (;;) {
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {
        }
        if (::kill(-1, 0) != 0) return;  // nobody is left
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= std::chrono::seconds(0)) break;
        const timespec wait{.tv_sec = 0, .tv_nsec = 50'000'000};
        ::sigtimedwait(&signals, nullptr, &wait);
    }
    ::kill(-1, SIGKILL);
    while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
    }
}

}  // namespace

void block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int run_as_init(const std::function<int()>& work) {
    if (::getpid() != 1) return work();
    const sigset_t signals = watched_signals();
    sigset_t before;
    ::sigprocmask(SIG_BLOCK, &signals, &before);
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) {
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        const int code = work();
        std::fflush(nullptr);
        ::_exit(code);
    }
    const int code = watch(child, signals);
    end_the_rest(signals);
    return code;
}

}  // namespace sys
