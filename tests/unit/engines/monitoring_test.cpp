#include "engines/monitoring/monitoring.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "settings/table.h"

namespace {

engines::Engine made(const std::string& more = {}) {
    const auto settings =
        settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n" + more);
    REQUIRE(settings);
    return engines::monitoring(*settings, {});
}

bool has(const supervise::Service& service, const std::string& argument) {
    return std::ranges::contains(service.argv, argument);
}

}  // namespace

TEST_CASE("the monitoring keeps metrics as long as the operator wants, and links to where the pages are") {
    const auto plain = made(), chosen = made(
                                   "METRICS_RETENTION=8w\n"
                                   "GF_SERVER_ROOT_URL=https://${HOSTNAME}:8443/monitoring\n");
    CHECK(has(plain.services[0], "-retentionPeriod=60d"));
    CHECK(has(chosen.services[0], "-retentionPeriod=56d"));
    CHECK(has(plain.services[1], "-external.url=https://mail.example.org/monitoring"));
    CHECK(has(chosen.services[1], "-external.url=https://mail.example.org:8443/monitoring"));
}

TEST_CASE("no secret is in a command of the monitoring") {
    const auto engine = made("GF_SECURITY_ADMIN_PASSWORD=s3cr3t-words\nALERT_WEBHOOK=https://x.example/s3cr3t\n");
    for (const auto& service : engine.services)
        for (const auto& argument : service.argv) CHECK_FALSE(argument.contains("s3cr3t"));
}

TEST_CASE("the store and the alerts find the server at its address, and nowhere before it has told one") {
    const auto nowhere = engines::server_address({}, {});
    const auto there = engines::server_address({}, *base::IpAddress::parse("10.89.7.2"));
    CHECK(nowhere[0].content == R"([{"targets":[],"labels":{"instance":"mailserver:9464"}}])"
                                "\n");
    CHECK(there[0].content.contains(R"("targets":["10.89.7.2:9464"])"));
    CHECK(there[1].content.contains(R"("targets":["10.89.7.2:9464"])"));
}
