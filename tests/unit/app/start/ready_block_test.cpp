#include "app/start/ready_block.h"

#include <doctest/doctest.h>

namespace {

settings::Settings two_domains() {
    return {.domain = *base::Domain::parse("example.org"),
            .hostname = *base::Hostname::parse("mail.example.org"),
            .admin_email = *base::EmailAddress::parse("admin@example.org"),
            .additional_domains = {*base::Domain::parse("example.net")}};
}

}  // namespace

TEST_CASE("the READY block names domains, account, ports and next steps") {
    const auto block = app::ready_block(two_domains(), {.certificate = "self-signed"});
    for (const char* piece :
         {"READY: mail.example.org accepts mail for example.org, example.net", "postmaster@example.org",
          "993 (SSL/TLS)", "465 (SSL/TLS)", "./dns_check.sh", "./user.sh add", "self-signed"})
        CHECK_MESSAGE(block.find(piece) != std::string::npos, piece);
    CHECK(block.find("Password") == std::string::npos);
    CHECK(block.find("POP3") == std::string::npos);
    CHECK(block.find("ManageSieve): port 4190") != std::string::npos);
    auto settings = two_domains();
    settings.pop3 = true;
    settings.managesieve = false;
    const auto other = app::ready_block(settings, {});
    CHECK(other.find("POP3: port 995") != std::string::npos);
    CHECK(other.find("4190") == std::string::npos);
}

TEST_CASE("a first password stands between quotes") {
    const auto block = app::ready_block(two_domains(), {.first_password = base::Secret("a;b c")});
    CHECK(block.find("'a;b c'") != std::string::npos);
}
