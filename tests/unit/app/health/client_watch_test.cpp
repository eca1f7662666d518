#include "app/health/client_watch.h"

#include <doctest/doctest.h>

#include <format>

using app::ClientWatch;
using base::IpAddress;

namespace {

maillog::Entry session(std::string_view client, std::string_view rest = "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
                       std::string_view service = "smtpd") {
    const auto entry = maillog::parse_postfix(
        std::format("Nov 21 15:00:00 mail postfix/{}[123]: disconnect from unknown[{}] {}", service, client, rest));
    REQUIRE(entry);
    return *entry;
}

ClientWatch watch() {
    return {{*IpAddress::parse("10.88.0.5")}, {*IpAddress::parse("10.88.0.1"), *IpAddress::parse("2001:2::1")}};
}

std::optional<std::string> warning(const ClientWatch& watched, std::optional<app::AddressTrial> trial = std::nullopt) {
    return app::rewriting_warning(watched.recent(), trial);
}

const app::AddressTrial lost{*IpAddress::parse("192.168.1.9"), *IpAddress::parse("10.88.0.1")};
const app::AddressTrial kept{*IpAddress::parse("192.168.1.9"), *IpAddress::parse("192.168.1.9")};

}  // namespace

TEST_CASE("a client is who offered mail on port 25, whatever its name is") {
    CHECK(app::client_in(session("192.0.2.7")) == *IpAddress::parse("192.0.2.7"));
    CHECK(app::client_in(session("2001:db8::7")) == *IpAddress::parse("2001:db8::7"));
    CHECK_FALSE(app::client_in(session("127.0.0.1", "commands=0/0")));
    CHECK_FALSE(app::client_in(session("unknown", "mail=1 commands=1")));
    CHECK_FALSE(app::client_in(session("192.0.2.7", "mail=1 commands=1", "submission/smtpd")));
}

TEST_CASE("clients with an address of the container itself are a sure sign") {
    for (const char* own : {"127.0.0.1", "::1", "10.88.0.5"}) {
        auto watched = watch();
        watched.read(session("192.0.2.7"));
        CHECK_FALSE(warning(watched, kept));
        watched.read(session(own));
        REQUIRE(warning(watched, kept));
        CHECK(warning(watched, kept)->contains("are lost on the way in: 1 of the last 2"));
    }
}

TEST_CASE("the gateway's address is suspicious when nobody comes with another, and sure when a trial agrees") {
    auto watched = watch();
    CHECK_FALSE(warning(watched));
    CHECK_FALSE(warning(watched, kept));
    REQUIRE(warning(watched, lost));
    CHECK(warning(watched, lost)->contains("probably lost"));
    for (int i = 0; i < 19; ++i) watched.read(session("10.88.0.1"));
    CHECK_FALSE(warning(watched));
    watched.read(session("2001:2::1"));
    REQUIRE(warning(watched));
    CHECK(warning(watched)->contains("probably lost"));
    REQUIRE(warning(watched, lost));
    CHECK(warning(watched, lost)->contains("are lost"));
    watched.read(session("192.0.2.7"));
    CHECK_FALSE(warning(watched, lost));
}
