#include "resolver/cares_servers.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

using resolver::CaresServers;
using resolver::ServerAnswer;
using resolver::Status;
using resolver::Type;
using namespace std::string_literals;

namespace {

/// A name server on loopback that answers one question: header flags, then what stands behind the question.
class Stub {
  public:
    Stub(std::string flags, std::string counts, std::string records) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        sockaddr_in here{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
        socklen_t length = sizeof here;
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &length) == 0);
        port = ntohs(here.sin_port);
        thread_ = std::thread([this, flags, counts, records] {
            char question[1500];
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got =
                ::recvfrom(socket_, question, sizeof question, 0, reinterpret_cast<sockaddr*>(&from), &size);
            if (got < 12) return;
            asked_ = std::string(question, static_cast<std::size_t>(got));
            // The question ends after its name, type and class; EDNS stands behind it.
            const auto end = asked_.find('\0', 12) + 5;
            const auto reply = asked_.substr(0, 2) + flags + "\0\1"s + counts + asked_.substr(12, end - 12) + records;
            ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
        });
    }
    ~Stub() {
        ::shutdown(socket_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        ::close(socket_);
    }
    /// The question, which has come.
    const std::string& asked() {
        thread_.join();
        return asked_;
    }
    std::uint16_t port = 0;

  private:
    std::string asked_;
    int socket_;
    std::thread thread_;
};

ServerAnswer ask(const Stub& stub, Type type) {
    CaresServers servers({.port = stub.port});
    const resolver::ServerQuestion question{base::IpAddress::parse("127.0.0.1").value(), {"a.example", type}};
    return servers.ask(std::span(&question, 1)).front();
}

constexpr const char name[] = "\xc0\x0c";  // the name in the question

}  // namespace

TEST_CASE("a question goes without recursion, its answer is read: TXT strings joined, the zone's say-so") {
    Stub stub("\x84\0"s, "\0\1\0\0\0\0"s, name + "\0\x10\0\1\0\0\0\1\0\x08\3v=1\3;x\xff"s);
    const auto answer = ask(stub, Type::TXT);
    CHECK((stub.asked().at(2) & 1) == 0);
    CHECK(answer.replied);
    CHECK(answer.authoritative);
    CHECK(answer.answer.status == Status::found);
    CHECK(answer.answer.texts == std::vector<std::string>{"v=1;x\xff"});
}

TEST_CASE("'no such name' has the zone and its serial number") {
    Stub stub("\x84\3"s, "\0\0\0\1\0\0"s,
              "\7example\0\0\6\0\1\0\0\0\1\0\x1b\2ns\0\1x\0\0\0\0\x2a\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"s);
    const auto answer = ask(stub, Type::MX);
    CHECK(answer.answer.status == Status::no_such_name);
    CHECK(answer.apex == "example");
    CHECK(answer.serial == 42u);
}

TEST_CASE("a referral names the servers below, with the addresses that came along") {
    Stub stub("\x80\0"s, "\0\0\0\1\0\1"s,
              name + "\0\2\0\1\0\0\0\1\0\4\1n\xc0\x0c\1n\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1"s);
    const auto answer = ask(stub, Type::SOA);
    REQUIRE(answer.referral);
    CHECK(answer.referral->zone == "a.example");
    CHECK(answer.referral->servers == std::vector<std::string>{"n.a.example"});
    CHECK(answer.referral->glue.at(0).second.str() == "192.0.2.1");
}

TEST_CASE("a refusal is a reply, a broken message is none, an alias in a circle ends") {
    Stub refusing("\x80\5"s, "\0\0\0\0\0\0"s, "");
    const auto refused = ask(refusing, Type::A);
    CHECK(refused.replied);
    CHECK(!refused.authoritative);
    CHECK(refused.answer.reason == "it answered REFUSED");
    Stub circle("\x84\0"s, "\0\1\0\0\0\0"s, name + "\0\5\0\1\0\0\0\1\0\2\xc0\x0c"s);
    CHECK(ask(circle, Type::A).answer.status == Status::no_data);
    const resolver::ServerQuestion nobody{base::IpAddress::parse("127.0.0.1").value(), {"a.example", Type::A}};
    CaresServers dead({.try_limit = std::chrono::milliseconds(1), .limit = std::chrono::milliseconds(20), .port = 9});
    CHECK(!dead.ask(std::span(&nobody, 1)).front().replied);
}
