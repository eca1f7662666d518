#include "app/proxy_door.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "sys/fd.h"
#include "tests/unit/temporary_folder.h"

using base::IpNetwork;

namespace {

/// What stands behind the door; takes the descriptor it is handed, as Postfix does.
struct Service {
    tests::TemporaryFolder folder;
    std::string path = (folder.path() / "service").string();
    sys::UniqueFd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};

    Service() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener.get(), 5) == 0);
    }

    sys::UniqueFd take() const {
        const sys::UniqueFd door(::accept(listener.get(), nullptr, nullptr));
        char octet = 1;
        iovec data{.iov_base = &octet, .iov_len = 1};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        REQUIRE(::recvmsg(door.get(), &message, 0) == 1);
        REQUIRE(CMSG_FIRSTHDR(&message) != nullptr);
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
        CHECK(::recv(door.get(), &octet, 1, 0) == 1);
        CHECK(octet == 0);
        return sys::UniqueFd(descriptor);
    }
};

sys::UniqueFd connect_to(int port) {
    sys::UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return client;
}

}  // namespace

TEST_CASE("a listed proxy's connection is handed over as it is") {
    const Service service;
    const auto door = app::ProxyDoor::open({{0, service.path}}, {*IpNetwork::parse("127.0.0.0/8")});
    REQUIRE(door);
    const auto client = connect_to(door->ports().front());
    CHECK(::send(client.get(), "PROXY", 5, 0) == 5);
    const auto taken = service.take();
    char text[5] = {};
    CHECK(::recv(taken.get(), text, sizeof text, MSG_WAITALL) == 5);
    CHECK(std::string_view(text, sizeof text) == "PROXY");
    CHECK(::send(taken.get(), "220", 3, 0) == 3);
    CHECK(::recv(client.get(), text, 3, MSG_WAITALL) == 3);
}

TEST_CASE("anybody else is hung up on") {
    const Service service;
    const auto door = app::ProxyDoor::open({{0, service.path}}, {*IpNetwork::parse("192.0.2.0/24")});
    REQUIRE(door);
    const auto client = connect_to(door->ports().front());
    char octet = 0;
    CHECK(::recv(client.get(), &octet, 1, 0) <= 0);
    CHECK(::recv(service.listener.get(), &octet, 1, MSG_DONTWAIT) < 0);
}

TEST_CASE("a service that is not there drops the connection, and the door goes on") {
    const Service service;
    const auto networks = std::vector{*IpNetwork::parse("127.0.0.1")};
    const auto door = app::ProxyDoor::open({{0, service.path + "-none"}, {0, service.path}}, networks);
    REQUIRE(door);
    char octet = 0;
    const auto lost = connect_to(door->ports()[0]);
    CHECK(::recv(lost.get(), &octet, 1, 0) <= 0);
    const auto client = connect_to(door->ports()[1]);
    CHECK(service.take());
}

TEST_CASE("a port that is taken is an error") {
    const auto door = app::ProxyDoor::open({{0, "/x"}}, {});
    REQUIRE(door);
    CHECK_FALSE(app::ProxyDoor::open({{door->ports().front(), "/x"}}, {}));
}
