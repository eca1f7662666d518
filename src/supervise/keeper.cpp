#include "supervise/keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace supervise {
namespace {

/// What the keeper and the program need, made before fork(): after it only async-signal-safe calls are allowed, since
/// the supervisor has other threads that may hold any lock at that moment.
struct Prepared {
    std::vector<char*> argv;
    std::vector<char*> environment;
    int log = -1;
    int null = -1;
    int report = -1;  ///< takes the program's pid
    int stop_signal = SIGTERM;
};

/// Asks the keeper to kill everything; the kernel sends it too when the supervisor dies. A signal no engine sends.
constexpr int kill_request = SIGPWR;

/// Where the keeper has Prepared::report.
constexpr int report_descriptor = 3;

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void complain(std::string_view what, const char* program) {
    const char* description = strerrordesc_np(errno);
    const std::string_view reason = description ? description : "Unknown error";
    const char first = static_cast<char>(reason[0] | 0x20);  // lower case, like the rest of our messages
    for (const std::string_view piece : {what, std::string_view(program), std::string_view(": "),
                                         std::string_view(&first, 1), reason.substr(1), std::string_view("\n")}) {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, piece.data(), piece.size());
    }
}

/// The parent's pid in the text of /proc/<pid>/stat: the second field behind the last ')'.
pid_t parent_in_stat(std::string_view text) {
    auto at = text.rfind(')');
    if (at == std::string_view::npos || at + 4 >= text.size()) return -1;
    pid_t parent = 0;
    for (at += 4; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) parent = parent * 10 + (text[at] - '0');
    return parent;
}

pid_t parent_of(int proc, const char* pid) {
    char path[32] = {}, buffer[512];
    const std::size_t length = ::strlen(pid);
    if (length + sizeof "/stat" > sizeof path) return -1;
    ::memcpy(path, pid, length);
    ::memcpy(path + length, "/stat", sizeof "/stat");
    const int file = ::openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    const ssize_t got = ::read(file, buffer, sizeof buffer);
    ::close(file);
    return got > 0 ? parent_in_stat({buffer, static_cast<std::size_t>(got)}) : -1;
}

/// SIGKILL to every child of this process. Reads /proc by getdents64, as opendir() allocates.
void kill_children() {
    const pid_t self = ::getpid();
    const int proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return;
    alignas(dirent64) char buffer[8192];
    for (long got; (got = ::syscall(SYS_getdents64, proc, buffer, sizeof buffer)) > 0;) {
        for (long at = 0; at < got;) {
            const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
            at += entry->d_reclen;
            pid_t pid = 0;
            for (const char* c = entry->d_name; *c >= '0' && *c <= '9'; ++c) pid = pid * 10 + (*c - '0');
            if (pid > 1 && parent_of(proc, entry->d_name) == self) ::kill(pid, SIGKILL);
        }
    }
    ::close(proc);
}

/// Ends with no child left, however many generations there are: the children of a killed child come to this process.
void sweep() {
    do kill_children();
    while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

[[noreturn]] void run_program(const Prepared& prepared, pid_t keeper) {
    ::close(report_descriptor);
    // Engines signal their process group; the keeper must not be in it.
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != keeper) ::_exit(127);  // the keeper died before the line above
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execvpe(prepared.argv[0], prepared.argv.data(), prepared.environment.data());
    complain("cannot run ", prepared.argv[0]);
    ::_exit(127);
}

/// Waits for the end of `program`, passing on what the supervisor asks for.
int watch(pid_t program, int stop_signal, const sigset_t& signals) {
    for (;;) {
        siginfo_t info{};
        const int signal = ::sigwaitinfo(&signals, &info);
        if (signal == SIGTERM) ::kill(program, stop_signal);
        if (signal == kill_request) ::kill(program, SIGKILL);
        int status = 0;
        for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;)
            if (pid == program) return exit_code_of(status);
    }
}

[[noreturn]] void keep(const Prepared& prepared, pid_t supervisor) {
    ::setsid();
    ::prctl(PR_SET_NAME, "keeper");
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_PDEATHSIG, kill_request);
    if (::getppid() != supervisor) ::_exit(127);
    ::dup2(prepared.null, STDIN_FILENO);
    ::dup2(prepared.log, STDOUT_FILENO);
    ::dup2(prepared.log, STDERR_FILENO);
    ::dup2(prepared.report, report_descriptor);
    ::close_range(report_descriptor + 1, ~0U, 0);
    struct sigaction plain{};
    plain.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &plain, nullptr);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGCHLD, SIGTERM, kill_request}) sigaddset(&signals, signal);
    ::sigprocmask(SIG_SETMASK, &signals, nullptr);

    const pid_t self = ::getpid();
    const pid_t program = ::_Fork();
    if (program == 0) run_program(prepared, self);
    if (program < 0) {
        complain("cannot fork for ", prepared.argv[0]);
        ::_exit(127);
    }
    [[maybe_unused]] const auto written = ::write(report_descriptor, &program, sizeof program);
    ::close(report_descriptor);
    const int code = watch(program, prepared.stop_signal, signals);
    sweep();
    ::_exit(code);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

base::Result<Running> start(const Service& service) {
    const auto fail = [&](const char* what) {
        return base::fail_transient("cannot " + std::string(what) + " for " + service.name + ": " +
                                    base::errno_text(errno));
    };
    auto log = sys::make_pipe(), report = sys::make_pipe();
    if (!log || !report) return fail("make a pipe");
    const sys::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return fail("open /dev/null");
    Running running{.keeper = -1, .program = 0, .ended = {}, .log = std::move(log->read_end)};
    // Only the reading side: a program that writes faster than we read waits, as with any pipe.
    ::fcntl(running.log.get(), F_SETFL, O_NONBLOCK);

    // Of the supervisor's own environment a service gets nothing: the operator's secrets are in it.
    std::vector<std::string> argv = service.argv, environment = service.environment;
    environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    const Prepared prepared{.argv = pointers(argv),
                            .environment = pointers(environment),
                            .log = log->write_end.get(),
                            .null = null.get(),
                            .report = report->write_end.get(),
                            .stop_signal = service.stop_signal};
    const pid_t self = ::getpid();
    // Everything is blocked across fork(): a signal that came before the keeper is set up would end it.
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    running.keeper = ::fork();
    if (running.keeper == 0) keep(prepared, self);
    const int fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = fork_error;
    if (running.keeper < 0) return fail("fork");
    running.ended = sys::open_pidfd(running.keeper);
    if (!running.ended) {
        const auto error = fail("watch the process");
        ::kill(running.keeper, SIGKILL);
        ::waitpid(running.keeper, nullptr, 0);
        return error;
    }
    report->write_end.reset();
    // The keeper writes this first thing, or ends.
    if (::read(report->read_end.get(), &running.program, sizeof running.program) <= 0) running.program = 0;
    return running;
}

void terminate(const Running& running) {
    ::kill(running.keeper, SIGTERM);
}

void kill_all(const Running& running) {
    ::kill(running.keeper, kill_request);
    ::kill(running.keeper, SIGCONT);  // it may have been stopped together with the service
}

std::optional<int> reap(const Running& running) {
    int status = 0;
    if (::waitpid(running.keeper, &status, WNOHANG) != running.keeper) return std::nullopt;
    // Somebody killed the keeper, so it could not sweep. A program that became another user has lost its
    // PR_SET_PDEATHSIG and lives on; its process group can still be reached.
    if (WIFSIGNALED(status) && running.program > 0) ::kill(-running.program, SIGKILL);
    return exit_code_of(status);
}

}  // namespace supervise
