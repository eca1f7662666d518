/// The supervisor with real processes. Everything is waited for by what happens, never by time.
#include "supervise/supervisor.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "tests/unit/supervise/listener.h"
#include "tests/unit/supervise/running.h"
#include "tests/unit/temporary_folder.h"

using namespace supervise;
using std::chrono::milliseconds;
using tests::fast;
using tests::polite;
using tests::RunningSupervisor;
using tests::shell;

namespace {

bool is_gone(pid_t pid) {
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

TEST_CASE("services start in the order of their needs and stop in reverse") {
    RunningSupervisor supervisor({polite("c", {"b"}), polite("b", {"a"}), polite("a")});
    for (const auto* line : {"a: up", "b: up", "c: up"}) supervisor.wait_for_line(line);
    supervisor.wait_until_ready();
    supervisor.stop();
    auto lines = supervisor.lines();
    std::erase_if(lines, [](const std::string& line) { return line.ends_with("up"); });
    CHECK(lines == std::vector<std::string>{"c: down", "b: down", "a: down"});
    CHECK(supervisor.times_ready() == 1);

    const auto history = supervisor.history();
    CHECK_FALSE(history.front().ready_at);
    CHECK(history.back().ready_at);
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

TEST_CASE("what needs a service is started only when that one answers") {
    const tests::TemporaryFolder folder;
    const auto path = (folder.path() / "socket").string();
    auto engine = polite("engine");
    engine.ready = {{.address = UnixAddress{path}}};
    RunningSupervisor supervisor({engine, polite("mail", {"engine"})});
    supervisor.wait_for_line("engine: up");
    CHECK(supervisor.status("engine").state == State::starting);
    CHECK(supervisor.status("mail").state == State::waiting);
    const tests::Listener listener(path);
    supervisor.wait_for_line("mail: up");
    CHECK(supervisor.status("engine").state == State::ready);
    supervisor.stop();
}

TEST_CASE("a service that is not vital may be missing when all is ready, and is seen") {
    const tests::TemporaryFolder folder;
    auto extra = polite("extra");
    extra.ready = {{.address = UnixAddress{(folder.path() / "socket").string()}}};
    extra.vital = false;
    RunningSupervisor supervisor({extra, polite("mail")});
    supervisor.wait_until_ready();
    CHECK(supervisor.status("extra").state != State::ready);
    CHECK_FALSE(supervisor.status("extra").vital);
    supervisor.stop();
    CHECK(supervisor.times_ready() == 1);  // told after the status is
}

TEST_CASE("what crashes is restarted, and what needs it runs on") {
    RunningSupervisor supervisor({polite("engine"), polite("mail", {"engine"})});
    supervisor.wait_for_line("mail: up");
    const pid_t mail = supervisor.status("mail").pid;
    ::kill(supervisor.status("engine").pid, SIGKILL);
    supervisor.wait_for_restart("engine", 1);
    CHECK(supervisor.status("engine").last_exit == 137);
    CHECK(supervisor.status("mail").pid == mail);
    CHECK(supervisor.status("mail").restarts == 0);
    supervisor.stop();
    CHECK(supervisor.times_ready() == 1);
}

TEST_CASE("no process of a service outlives its main process") {
    // Two generations in a session of their own, made orphans at once: out of reach for process groups.
    RunningSupervisor supervisor(
        {shell("engine", "(setsid sh -c 'sleep 1000 & echo inner $!; echo orphan $$; wait' &); exec sleep 1000")});
    const pid_t inner = supervisor.wait_for_number("engine: inner ");
    const pid_t orphan = supervisor.wait_for_number("engine: orphan ");
    CHECK_FALSE(is_gone(inner));
    CHECK_FALSE(is_gone(orphan));
    ::kill(supervisor.status("engine").pid, SIGKILL);
    supervisor.wait_for_restart("engine", 1);
    CHECK(is_gone(inner));
    CHECK(is_gone(orphan));
    supervisor.stop();
}

TEST_CASE("a crash loop backs off, is visible, and leaves the others alone") {
    RunningSupervisor supervisor(
        {shell("broken", "exit 3"), {.name = "missing", .argv = {"/no/such/program"}}, polite("good")});
    supervisor.wait_until([&] { return supervisor.now("broken").restarts >= 5; });
    supervisor.wait_for_line("good: up");
    supervisor.wait_for_line("missing: cannot run /no/such/program: no such file or directory");
    supervisor.wait_until([&] { return supervisor.now("missing").last_exit == 127; });
    CHECK(supervisor.status("broken").last_exit == 3);
    CHECK(supervisor.status("good").restarts == 0);
    CHECK(std::ranges::any_of(supervisor.history(), [](const Status& status) {
        return std::ranges::any_of(status.services, [](const ServiceStatus& service) {
            return service.name == "broken" && service.state == State::backoff;
        });
    }));
    supervisor.stop();
}

TEST_CASE("a stop ends the wait of a back-off and of a service that waits for it") {
    auto options = fast();
    options.backoff = {.initial = std::chrono::hours(1), .limit = std::chrono::hours(1)};
    auto broken = shell("broken", "exit 3");
    broken.ready = {{.address = UnixAddress{"/no/such/socket"}}};
    RunningSupervisor supervisor({broken, polite("mail", {"broken"})}, options);
    supervisor.wait_until([&] { return supervisor.now("broken").state == State::backoff; });
    supervisor.stop();
    CHECK(supervisor.status("broken").state == State::stopped);
    CHECK(supervisor.status("mail").state == State::stopped);
    CHECK(supervisor.times_ready() == 0);
}

TEST_CASE("a service that does not stop in time is killed with all of its processes") {
    auto deaf = shell("deaf", "trap '' TERM; sleep 1000 & echo child $!; while :; do sleep 1000; done");
    deaf.stop_timeout = milliseconds(20);
    RunningSupervisor supervisor({deaf});
    const pid_t child = supervisor.wait_for_number("deaf: child ");
    supervisor.stop();
    CHECK(supervisor.status("deaf").last_exit == 137);
    CHECK(is_gone(child));
}

TEST_CASE("a service is stopped by the signal it asks for") {
    auto service = shell("engine", "trap 'echo quit; exit 5' QUIT; echo up; while :; do sleep 1000 & wait; done");
    service.stop_signal = SIGQUIT;
    RunningSupervisor supervisor({service});
    supervisor.wait_for_line("engine: up");
    supervisor.stop();
    CHECK(supervisor.lines().back() == "engine: quit");
    CHECK(supervisor.status("engine").last_exit == 5);
}

TEST_CASE("a service that does not become ready in time is killed and started again") {
    auto service = polite("engine");
    service.ready = {{.address = UnixAddress{"/no/such/socket"}}};
    service.start_timeout = milliseconds(10);
    RunningSupervisor supervisor({service});
    supervisor.wait_until([&] { return supervisor.now("engine").restarts >= 2; });
    CHECK(supervisor.status("engine").last_exit == 137);
    supervisor.stop();
    CHECK(supervisor.times_ready() == 0);
}

TEST_CASE("a service that hangs is noticed, killed and started again") {
    const tests::TemporaryFolder folder;
    const auto path = (folder.path() / "socket").string();
    tests::Listener answering(path);
    // Stopped as a whole, it cannot even die by SIGTERM.
    auto engine = shell("engine", "echo up; exec sleep 1000");
    engine.ready = {{.address = UnixAddress{path}}};
    RunningSupervisor supervisor({engine});
    supervisor.wait_for_line("engine: up");
    supervisor.wait_until_ready();
    const pid_t hanging = supervisor.status("engine").pid;
    ::kill(hanging, SIGSTOP);
    answering.close();
    supervisor.wait_until([&] { return supervisor.now("engine").restarts >= 1; });
    CHECK(is_gone(hanging));
    CHECK(std::ranges::any_of(supervisor.history(),
                              [](const Status& status) { return status.services[0].state == State::failing; }));
    const tests::Listener again(path);
    supervisor.wait_until_ready();
    supervisor.stop();
}

TEST_CASE("once ready, a service is asked what it names for that") {
    const tests::TemporaryFolder folder;
    const auto start = (folder.path() / "start").string(), alive = (folder.path() / "alive").string();
    tests::Listener at_start(start);
    const tests::Listener afterwards(alive);
    auto engine = polite("engine");
    engine.ready = {{.address = UnixAddress{start}}};
    engine.alive = {{.address = UnixAddress{alive}}};
    RunningSupervisor supervisor({engine});
    supervisor.wait_until_ready();
    at_start.close();
    for (int asked = 0; asked < 10; ++asked) CHECK(afterwards.accept());
    CHECK(supervisor.status("engine").restarts == 0);
    supervisor.stop();
}

TEST_CASE("a flood of one service does not starve the others") {
    RunningSupervisor supervisor({shell("flood", "exec yes"), polite("quiet"), polite("mail", {"flood", "quiet"})});
    supervisor.wait_for_line("flood: y");
    supervisor.wait_for_line("mail: up");
    supervisor.wait_for_line("quiet: up");
    ::kill(supervisor.status("quiet").pid, SIGKILL);
    supervisor.wait_for_restart("quiet", 1);
    supervisor.stop();
}

TEST_CASE("the last words of a service are heard, also without a line end") {
    RunningSupervisor supervisor({shell("engine", "seq 10000; printf 'last words'; exit 1")});
    supervisor.wait_for_line("engine: last words");
    const auto lines = supervisor.lines();
    CHECK(std::ranges::count(lines, "engine: 9999") >= 1);
    CHECK(std::ranges::count(lines, "engine: 10000") >= 1);
    supervisor.stop();
}

TEST_CASE("a service gets its own environment, no descriptor of ours, and plain signals") {
    auto service = shell("engine",
                         "echo \"home=$HOME name=$NAME\"; grep -E 'Sig(Blk|Ign)' /proc/self/status | "
                         "tr -s '[:space:]' ' '; echo; exec ls -1 /proc/self/fd");
    service.environment = {"NAME=value"};
    ::setenv("HOME", "/somewhere", 1);
    RunningSupervisor supervisor({service});
    supervisor.wait_until([&] { return supervisor.now("engine").restarts >= 1; });
    supervisor.stop();
    const auto lines = supervisor.lines();
    CHECK(lines[0] == "engine: home= name=value");
    CHECK(lines[1] == "engine: SigBlk: 0000000000000000 SigIgn: 0000000000000000 ");
    const std::set<std::string> descriptors(lines.begin() + 2,
                                            std::ranges::find(lines.begin() + 2, lines.end(), lines[0]));
    CHECK(descriptors == std::set<std::string>{"engine: 0", "engine: 1", "engine: 2", "engine: 3"});  // 3 is ls's own
}
