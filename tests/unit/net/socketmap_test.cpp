#include "net/socketmap.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "tests/unit/temporary_folder.h"

TEST_CASE("netstrings are taken off a stream, whole ones only") {
    std::string buffer = "5:hello,0:,3:a";
    CHECK(net::take_netstring(buffer).value() == "hello");
    CHECK(net::take_netstring(buffer).value() == "");
    CHECK(net::take_netstring(buffer).value() == std::nullopt);
    buffer += "bc,";
    CHECK(net::take_netstring(buffer).value() == "abc");
    CHECK(buffer.empty());
    CHECK(net::take_netstring(buffer).value() == std::nullopt);
}

TEST_CASE("what is no netstring, or too long for a question, is an error at once") {
    for (const char* text :
         {"x", ":", "-1:", "99999:", "10501:", "3:abcd", "1234567", "1 :a,", "18446744073709551616:"}) {
        std::string buffer = text;
        CHECK_MESSAGE(!net::take_netstring(buffer), text);
    }
}

TEST_CASE("replies are encoded as Postfix wants them") {
    CHECK(net::encode(net::found("secure")) == "9:OK secure,");
    CHECK(net::encode(net::not_found()) == "9:NOTFOUND ,");
    CHECK(net::encode(net::temporary_failure("no\nword")).find('\n') == std::string::npos);
    CHECK(net::encode(net::found(std::string(100'001, 'x'))).starts_with("27:TEMP "));
}

TEST_CASE("a client asks several questions over one connection") {
    const tests::TemporaryFolder folder;
    const auto path = folder.path() / "map.sock";
    const auto server = net::SocketmapServer::start({.socket = path}, [](const auto& table, const auto& key) {
        return key == "none" ? net::not_found() : net::found(table + "/" + key);
    });
    REQUIRE(server);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    std::string said;
    const std::string question = "5:t one,6:t none,2:xx,";
    REQUIRE(::send(client, question.data(), question.size(), MSG_NOSIGNAL) == std::ssize(question));
    const std::string expected = "8:OK t/one,9:NOTFOUND ,27:TEMP this is not a question,";
    while (said.size() < expected.size()) {
        char piece[256];
        const auto length = ::recv(client, piece, sizeof piece, 0);
        REQUIRE(length > 0);
        said.append(piece, static_cast<std::size_t>(length));
    }
    CHECK(said == expected);
    ::close(client);
}
