#include "sys/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "sys/fd.h"

namespace sys {
namespace {

using Clock = std::chrono::steady_clock;

/// The program's own environment with `extra` ("NAME=value") on top.
std::vector<std::string> merged_environment(const std::vector<std::string>& extra) {
    std::vector<std::string> merged = extra;
    for (char** variable = environ; *variable; ++variable) {
        const std::string_view text(*variable);
        const auto name = text.substr(0, text.find('=') + 1);
        if (std::ranges::none_of(extra, [&](const std::string& other) { return other.starts_with(name); }))
            merged.emplace_back(text);
    }
    return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// Starts the program as leader of a process group of its own with plain signal handling.
base::Result<pid_t> spawn(const Command& command, const Pipe& input, const Pipe& output) {
    std::vector<std::string> arguments = command.argv, environment = merged_environment(command.environment);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input.read_end.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output.write_end.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output.write_end.get(), STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // what a library forgot to mark O_CLOEXEC

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, arguments[0].c_str(), &files, &attributes, pointers(arguments).data(),
                                     pointers(environment).data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) return base::fail(std::format("cannot run {}: {}", command.argv[0], base::errno_text(error)));
    return child;
}

/// A pseudo terminal in the place of a pipe.
base::Result<Pipe> make_terminal() {
    UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    char name[64];
    if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
        ::ptsname_r(master.get(), name, sizeof name) != 0)
        return base::fail("cannot make a terminal: " + base::errno_text(errno));
    UniqueFd slave(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!slave) return base::fail("cannot open a terminal: " + base::errno_text(errno));
    return Pipe{.read_end = std::move(master), .write_end = std::move(slave)};
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The conversation with a running program: feeds its stdin, collects its output, notices its end.
class Conversation {
  public:
    Conversation(const Command& command, Pipe& to, Pipe& from, int pidfd)
        : rest_(command.input),
          most_output_(command.most_output),
          on_output_(command.on_output),
          to_(to.write_end),
          from_(from.read_end),
          pidfd_(pidfd) {
        ::fcntl(to_.get(), F_SETFL, O_NONBLOCK);
        ::fcntl(from_.get(), F_SETFL, O_NONBLOCK);
        if (rest_.empty()) to_.reset();
    }

    /// True when the program has ended, false when the time is over or a stop is wanted first. What it left running in
    /// the background may still hold the output open; that is not waited for.
    bool finish(Clock::time_point deadline, const std::stop_token& stop) {
        const long long longest_wait = stop.stop_possible() ? 200 : 60'000;
        while (!stop.stop_requested()) {
            pollfd waiting[] = {{.fd = pidfd_, .events = POLLIN, .revents = 0},
                                {.fd = from_.get(), .events = POLLIN, .revents = 0},
                                {.fd = to_.get(), .events = POLLOUT, .revents = 0}};
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
            if (left <= 0) return false;
            if (::poll(waiting, 3, static_cast<int>(std::min<long long>(left, longest_wait))) <= 0) continue;
            if (waiting[2].revents != 0) feed();
            if (waiting[0].revents != 0) {
                while (collect() && (on_output_ || collected_.size() < most_output_)) {
                }
                return true;
            }
            if (waiting[1].revents != 0) collect();
        }
        return false;
    }

    std::string take_output() { return std::move(collected_); }

  private:
    void feed() {
        const ssize_t written = ::write(to_.get(), rest_.data(), rest_.size());
        if (written > 0) rest_.remove_prefix(static_cast<std::size_t>(written));
        if (rest_.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) to_.reset();
    }

    /// False when there is nothing to read at the moment, or will never be again.
    bool collect() {
        if (!from_) return false;
        const ssize_t got = ::read(from_.get(), buffer_.data(), buffer_.size());
        if (got < 0 && errno == EINTR) return true;
        // EIO: nobody has the terminal open any more.
        if (got == 0 || (got < 0 && errno == EIO)) from_.reset();
        if (got <= 0) return false;
        if (on_output_) on_output_({buffer_.data(), static_cast<std::size_t>(got)});
        const auto room = most_output_ - std::min(most_output_, collected_.size());
        collected_.append(buffer_.data(), std::min(static_cast<std::size_t>(got), room));
        return true;
    }

    std::string_view rest_;
    std::size_t most_output_;
    const std::function<void(std::string_view)>& on_output_;
    UniqueFd &to_, &from_;
    int pidfd_;
    std::vector<char> buffer_ = std::vector<char>(64 * 1024);
    std::string collected_;
};

/// Writing to a program that has closed its stdin must not end ours.
class IgnoreBrokenPipe {
  public:
    IgnoreBrokenPipe() {
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before_);
    }
    IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
    IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;
    ~IgnoreBrokenPipe() {
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        const timespec now{};
        if (!sigismember(&before_, SIGPIPE)) ::sigtimedwait(&broken_pipe, nullptr, &now);  // the one of ours, if any
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

  private:
    sigset_t before_{};
};

}  // namespace

base::Result<Outcome> run(const Command& command) {
    if (command.argv.empty()) return base::fail("cannot run a command without a name");
    auto input = make_pipe();
    auto output = command.terminal ? make_terminal() : make_pipe();
    if (!input) return std::unexpected(input.error());
    if (!output) return std::unexpected(output.error());
    const IgnoreBrokenPipe guard;
    const auto deadline = Clock::now() + command.timeout;
    const auto child = spawn(command, *input, *output);
    if (!child) return std::unexpected(child.error());
    input->read_end.reset();
    output->write_end.reset();

    const UniqueFd pidfd = open_pidfd(*child);
    Conversation conversation(command, *input, *output, pidfd.get());
    const bool in_time = pidfd && conversation.finish(deadline, command.stop);
    if (!in_time) {
        ::kill(-*child, SIGKILL);
        ::kill(*child, SIGKILL);  // in case it has moved to another process group
    }
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!pidfd) return base::fail_transient(std::format("cannot watch {}: no descriptor for it", command.argv[0]));
    if (!in_time && command.stop.stop_requested())
        return base::fail_transient(std::format("cannot finish {}: it was stopped", command.argv[0]));
    if (!in_time)
        return base::fail_transient(std::format("cannot wait longer for {}: it did not end within {} s",
                                                command.argv[0],
                                                std::chrono::duration<double>(command.timeout).count()));
    return Outcome{.exit_code = exit_code_of(status), .output = conversation.take_output()};
}

}  // namespace sys
