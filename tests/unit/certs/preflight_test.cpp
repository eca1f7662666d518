#include "certs/preflight.h"

#include <doctest/doctest.h>

#include "tests/unit/certs/fixture.h"

namespace {

net::HttpReply reply(int status, const std::string& body, const std::string& server = "") {
    net::HttpReply made{.status = status, .headers = {}, .body = body};
    if (!server.empty()) made.headers.emplace_back("server", server);
    return made;
}

net::HttpResult failed(net::HttpFailure failure) {
    return std::unexpected(net::HttpError{failure, base::fail_transient("the reason").error()});
}

std::string verdict(std::vector<net::HttpResult> replies) {
    const char* addresses[] = {"192.0.2.1", "2001:db8::1"};
    std::vector<certs::Seen> seen;
    for (auto& one : replies)
        seen.push_back({.address = base::IpAddress::parse(addresses[seen.size()]).value(), .reply = std::move(one)});
    const auto error = certs::judge(tests::hostname(), seen, "expected");
    return error ? error->text : "good";
}

}  // namespace

TEST_SUITE("certs preflight") {
    TEST_CASE("the right answer from every address is good") {
        CHECK(verdict({reply(200, "expected")}) == "good");
        CHECK(verdict({reply(200, "expected\n"), reply(200, "expected")}) == "good");
    }

    TEST_CASE("each thing that goes wrong has its own sentence") {
        CHECK(verdict({failed(net::HttpFailure::refused)}) ==
              "mail.example.org (port 80 of 192.0.2.1) refuses the connection");
        CHECK(verdict({failed(net::HttpFailure::timed_out)}) ==
              "mail.example.org (port 80 of 192.0.2.1) does not answer");
        CHECK(verdict({failed(net::HttpFailure::other)}) ==
              "mail.example.org (port 80 of 192.0.2.1) cannot be asked: the reason");
        CHECK(
            verdict({reply(404, "x", "nginx\r\n")}) ==
            "another web server (\"nginx\\x0d\\x0a\") answers for mail.example.org (port 80 of 192.0.2.1) with status "
            "404");
        CHECK(verdict({reply(200, "<html>")}) ==
              "another web server answers for mail.example.org (port 80 of 192.0.2.1) with status 200");
        CHECK(verdict({reply(301, "")}) == "mail.example.org (port 80 of 192.0.2.1) redirects to another place");
    }

    TEST_CASE("one bad address spoils it: the CA may choose it") {
        CHECK(verdict({reply(200, "expected"), failed(net::HttpFailure::refused)}) ==
              "mail.example.org (port 80 of 2001:db8::1) refuses the connection");
    }

    TEST_CASE("an address this machine has no route to says nothing, but one must answer") {
        CHECK(verdict({reply(200, "expected"), failed(net::HttpFailure::unreachable)}) == "good");
        CHECK(verdict({failed(net::HttpFailure::unreachable)}) ==
              "mail.example.org (port 80 of 192.0.2.1) cannot be asked: the reason");
    }

    TEST_CASE_FIXTURE(tests::CertsFixture, "the check asks our own web server by its public name") {
        const auto checked = certs::check_reachable(options.hostname, ca, dns, responses, {});
        CHECK_FALSE(checked.error);
        ca.responses = nullptr;
        CHECK(certs::check_reachable(options.hostname, ca, dns, responses, {}).error);
    }

    TEST_CASE_FIXTURE(tests::CertsFixture, "a name without an address is hopeless") {
        resolver::FakeResolver empty;
        const auto checked = certs::check_reachable(options.hostname, ca, empty, responses, {});
        CHECK(checked.hopeless);
        CHECK(checked.error->text == "mail.example.org has no address in the DNS");
        CHECK(checked.error->remedy == "Add an A record for mail.example.org with this server's public address.");
    }

    TEST_CASE_FIXTURE(tests::CertsFixture, "a DNS that cannot tell is not the same as no address") {
        resolver::FakeResolver broken({{"mail.example.org", "A", "!bogus"}, {"mail.example.org", "AAAA", "!bogus"}});
        const auto checked = certs::check_reachable(options.hostname, ca, broken, responses, {});
        CHECK(checked.error->text == "the DNS cannot tell the address of mail.example.org: signature expired");
    }
}
