#include "supervise/probe.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string_view>
#include <thread>

#include "tests/unit/supervise/listener.h"
#include "tests/unit/temporary_folder.h"

using namespace supervise;
using tests::Listener;

namespace {

using Clock = ProbeRound::Clock;

constexpr std::chrono::minutes long_enough{1};

/// Drives a round as the supervisor's loop does, until its state is no longer `running`.
ProbeState finish(ProbeRound& round) {
    for (;;) {
        const auto state = round.advance(Clock::now());
        if (state != ProbeState::running) return state;
        pollfd wanted = round.wanted();
        ::poll(&wanted, 1, 60'000);
    }
}

ProbeState outcome(const std::vector<Probe>& probes) {
    ProbeRound round(probes, long_enough);
    return finish(round);
}

void say(const sys::UniqueFd& connection, std::string_view text) {
    REQUIRE(::write(connection.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string hear(const sys::UniqueFd& connection) {
    char buffer[256];
    const auto got = ::read(connection.get(), buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(got > 0 ? got : 0)};
}

}  // namespace

TEST_CASE("a probe without words is content with the connection, over Unix sockets, IPv4 and IPv6") {
    const tests::TemporaryFolder folder;
    const Listener local((folder.path() / "socket").string()), v4(false), v6(true);
    CHECK(outcome({{.address = local.address()}}) == ProbeState::passed);
    CHECK(outcome({{.address = v4.address()}}) == ProbeState::passed);
    CHECK(outcome({{.address = v6.address()}}) == ProbeState::passed);
    CHECK(outcome({{.address = local.address()}, {.address = v4.address()}}) == ProbeState::passed);
    CHECK(outcome({}) == ProbeState::passed);
}

TEST_CASE("a probe fails at once where nobody listens or the address is none") {
    const tests::TemporaryFolder folder;
    Listener v4(false);
    v4.close();
    CHECK(outcome({{.address = v4.address()}}) == ProbeState::failed);
    CHECK(outcome({{.address = UnixAddress{(folder.path() / "nothing").string()}}}) == ProbeState::failed);
    CHECK(outcome({{.address = UnixAddress{std::string(200, 'x')}}}) == ProbeState::failed);
    CHECK(outcome({{.address = TcpAddress{.ip = "localhost", .port = 1}}}) == ProbeState::failed);
}

TEST_CASE("a probe says its words and waits for the answer, however it is cut") {
    const Listener listener(false);
    const std::vector<Probe> probes = {
        {.address = listener.address(), .send = std::string("PI\0NG\n", 6), .expect = "+PONG"}};
    ProbeRound round(probes, long_enough);
    CHECK(round.advance(Clock::now()) == ProbeState::running);
    const auto connection = listener.accept();
    CHECK(round.advance(Clock::now()) == ProbeState::running);
    CHECK(hear(connection) == std::string("PI\0NG\n", 6));
    say(connection, "hello +PO");
    CHECK(round.advance(Clock::now()) == ProbeState::running);
    say(connection, "NG\r\n");
    CHECK(finish(round) == ProbeState::passed);
}

TEST_CASE("an answer that ends or grows without the expected words is a failure") {
    const Listener listener(false);
    const std::vector<Probe> probes = {{.address = listener.address(), .expect = "220"}};
    {
        ProbeRound round(probes, long_enough);
        CHECK(round.advance(Clock::now()) == ProbeState::running);
        say(listener.accept(), "421 too busy\r\n");
        CHECK(finish(round) == ProbeState::failed);
    }
    ProbeRound round(probes, long_enough);
    CHECK(round.advance(Clock::now()) == ProbeState::running);
    const auto connection = listener.accept();
    say(connection, std::string(10'000, 'x'));
    CHECK(finish(round) == ProbeState::failed);
}

TEST_CASE("no answer until the time-out is a failure") {
    const Listener listener(false);
    const std::vector<Probe> probes = {{.address = listener.address(), .expect = "220"}};
    ProbeRound round(probes, long_enough);
    const auto begin = Clock::now();
    CHECK(round.advance(begin) == ProbeState::running);
    CHECK(round.advance(begin + long_enough / 2) == ProbeState::running);
    CHECK(round.advance(begin + long_enough) == ProbeState::failed);
}

TEST_CASE("asking waits for the answers and names who gives none") {
    const Listener good(false);
    Listener bad(false);
    bad.close();
    const auto port = std::to_string(std::get<TcpAddress>(bad.address()).port);
    std::thread server([&] { say(good.accept(), "220 ready\r\n"); });
    CHECK(ask({{.address = good.address(), .expect = "220"}}, long_enough));
    server.join();
    const auto refused = ask({{.address = good.address()}, {.address = bad.address()}}, long_enough);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text == "no good answer from 127.0.0.1 port " + port);
}
