/// The supervisor with real processes. Everything is waited for by what happens, never by time.
#include "supervise/supervisor.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "tests/unit/supervise/running.h"
#include "tests/unit/temporary_folder.h"

using namespace supervise;
using std::chrono::milliseconds;
using tests::fast;
using tests::polite;
using tests::RunningSupervisor;
using tests::shell;

namespace {

/// The number behind `prefix` in the first line that begins with it.
pid_t pid_in(const std::vector<std::string>& lines, const std::string& prefix) {
    const auto line =
        std::ranges::find_if(lines, [&](const std::string& one) { return one.starts_with(prefix); });
    REQUIRE(line != lines.end());
    return std::stoi(line->substr(prefix.size()));
}

bool is_gone(pid_t pid) {
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

TEST_CASE("services start in the order of their needs and stop in reverse") {
    RunningSupervisor supervisor({polite("c", {"b"}), polite("b", {"a"}), polite("a")});
    // A service is told to be up by its own words: it stops politely only when its trap is set.
    for (const auto* line : {"a: up", "b: up", "c: up"}) supervisor.wait_for_line(line);
    supervisor.wait_until_ready();
    supervisor.stop();
    auto lines = supervisor.lines();
    std::erase_if(lines, [](const std::string& line) { return line.ends_with("up"); });
    CHECK(lines == std::vector<std::string>{"c: down", "b: down", "a: down"});
    CHECK(supervisor.times_ready() == 1);

    const auto history = supervisor.history();
    for (const auto& status : history)
        for (std::size_t i = 1; i < status.services.size(); ++i)
            if (status.services[i].state == State::starting) CHECK(status.services[i - 1].state == State::ready);
    CHECK(history.back().stopping);
    for (const auto& service : history.back().services) {
        CHECK(service.state == State::stopped);
        CHECK(service.last_exit == 0);
        CHECK(service.pid == 0);
    }
}

TEST_CASE("services that need each other in a circle are refused") {
    const base::RealClock clock;
    const auto created = Supervisor::create({polite("a", {"b"}), polite("b", {"a"})}, {}, {}, clock);
    REQUIRE_FALSE(created);
    CHECK(created.error().text == "cannot order the services: these services need each other in a circle: a, b");
}

TEST_CASE("what crashes is restarted, and what needs it runs on") {
    const tests::TemporaryFolder folder;
    const auto flag = (folder.path() / "crashed").string();
    RunningSupervisor supervisor({shell("engine", "if [ -e " + flag + " ]; then exec sleep 1000; fi; read x < " + flag +
                                                      ".go; touch " + flag + "; exit 3"),
                                  polite("mail", {"engine"})});
    const auto fifo = flag + ".go";
    // The engine ends when the test says so; it opens the fifo before or after it exists, then it fails and is retried.
    std::filesystem::create_directories(folder.path());
    supervisor.wait_for_line("mail: up");
    const pid_t mail = supervisor.status("mail").pid;
    { std::ofstream(fifo) << "go\n"; }
    supervisor.wait_for_restart("engine", 1);
    CHECK(supervisor.status("mail").pid == mail);
    CHECK(supervisor.status("mail").restarts == 0);
    supervisor.stop();
}
