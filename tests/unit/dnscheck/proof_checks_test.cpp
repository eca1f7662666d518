#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "crypto/certificate.h"
#include "crypto/digest.h"
#include "tests/unit/dnscheck/fixture.h"

using dnscheck::Failure;
using dnscheck::NoProof;
using dnscheck::server;

namespace {

const base::SystemTime today{std::chrono::seconds(1'795'230'000)};
const crypto::PrivateKey key = crypto::PrivateKey::generate_ec_p256().value();
const std::string own_key_hash = crypto::sha256_hex(key.public_key());

std::string certificate(const std::string& name, int days = 90) {
    const std::array names{base::Hostname::parse(name).value()};
    return crypto::self_signed(key, names, today - std::chrono::days(100), std::chrono::days(100 + days)).value();
}

/// A server whose records are right, and what the trials bring.
struct World {
    settings::Settings settings = server({{"TLS_MODE", "selfsigned"}, {"OUTBOUND_TEST_HOSTS", "mx.far.example"}});
    resolver::FakeResolver dns = dnscheck::advised_dns(settings);
    dnscheck::Known known = dnscheck::known_of(settings);
    std::expected<std::string, Failure> shown = certificate("mail.example.org");
    std::expected<std::string, Failure> far = std::string();
    std::expected<std::string, Failure> policy = std::string("version: STSv1\r\n");
    dnscheck::Trials asked;

    World() {
        known.tls_keys = {own_key_hash};
        known.mta_sts_policy = "version: STSv1\r\n";
        dns.add({{"mx.far.example", "A", "198.51.100.7"}});
    }

    dnscheck::Report check() {
        return dnscheck::check({settings, known, {}}, dns, nullptr, [this](const dnscheck::Trials& trials) {
            asked = trials;
            dnscheck::Proofs proofs{.certificates = {}, .pages = {}, .now = today};
            for (const auto& one : trials.mail_servers) proofs.certificates.push_back(one.starttls ? shown : far);
            proofs.pages.assign(trials.pages.size(), policy);
            return proofs;
        });
    }
    std::string told() { return dnscheck::told(check().proofs); }
};

}  // namespace

TEST_CASE("what is tried: port 25 of this server and of others, the policy; all well is told so") {
    World world;
    CHECK(world.told() ==
          "ok reach.smtp: On port 25 of '203.0.113.25' this server answers, with its certificate.\n"
          "ok reach.mta_sts: The MTA-STS policy of 'example.org' is there.\n"
          "ok reach.port25: Mail servers of others can be reached on port 25.\n"
          "ok reach.blocklist: '203.0.113.25' is on none of the blocklists asked.\n");
    REQUIRE(world.asked.mail_servers.size() == 2);
    CHECK(world.asked.mail_servers[1].address.str() == "198.51.100.7");
    CHECK(world.asked.pages == std::vector<std::string>{"https://mta-sts.example.org/.well-known/mta-sts.txt"});
}

TEST_CASE("a wrong certificate on port 25 is told with what is wrong about it") {
    const auto cause = [](World& world) { return world.check().proofs.front().cause; };
    World world;
    world.shown = certificate("other.example.org");
    CHECK(cause(world) == "wrong_name");
    CHECK(!world.check().green());
    world.shown = certificate("mail.example.org", -1);
    CHECK(cause(world) == "expired");
    world.shown = "nonsense";
    CHECK(cause(world) == "unreadable");
    world.shown = certificate("mail.example.org");
    world.known.tls_keys = {std::string(64, 'b')};
    CHECK(cause(world) == "other_server");
    world.shown = std::unexpected(Failure{NoProof::refused, "no STARTTLS"});
    CHECK(cause(world) == "no_tls");
    CHECK(!world.check().green());
    world.shown = std::unexpected(Failure{NoProof::unreachable, "timed out"});
    CHECK(world.told().starts_with("note reach.smtp: port 25 of '203.0.113.25' could not be reached from here"));
    CHECK(world.check().green());
}

TEST_CASE("closed port 25 outwards is told, unless nothing can be tried") {
    World world;
    world.far = std::unexpected(Failure{NoProof::unreachable, "timed out"});
    CHECK(world.told().contains("unknown reach.port25: ERROR: none of 1 mail servers of others could be reached"));
    world.dns.replace("mx.far.example", "A", {});
    CHECK(!world.told().contains("reach.port25"));
}

TEST_CASE("a policy that is another's, or not there, is a warning") {
    World world;
    world.policy = "version: STSv1\r\nmode: none\r\n";
    CHECK(world.told().contains("warning reach.mta_sts: WARNING: The MTA-STS policy is not this server's"));
    world.policy = std::unexpected(Failure{NoProof::refused, "it answered 404"});
    CHECK(world.told().contains("warning reach.mta_sts:"));
    CHECK(world.check().green());
}

TEST_CASE("a listing is an error, a list that refuses to answer is not a listing") {
    World world;
    world.dns.add({{"25.113.0.203.zen.spamhaus.org", "A", "127.0.0.10"}});
    CHECK(
        world.told().contains("error reach.blocklist: ERROR: '203.0.113.25' is on the blocklist zen.spamhaus.org "
                              "(127.0.0.10, as an address that shall not send mail itself (PBL))."));
    world.dns.replace("25.113.0.203.zen.spamhaus.org", "A", {"127.255.255.254"});
    CHECK(world.told().contains("note reach.blocklist: Blocklist zen.spamhaus.org does not tell us"));
    CHECK(world.check().green());
}

TEST_CASE("a logo is fetched, and looked at as mail services do") {
    World world;
    CHECK(!world.told().contains("reach.bimi"));
    world.known.logo_url = "https://www.example.org/logo.svg";
    world.policy =
        "<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 1 1'>"
        "<title>Example</title></svg>";
    CHECK(world.told().contains("ok reach.bimi: The logo (BIMI) is there"));
    CHECK(std::ranges::contains(world.asked.pages, world.known.logo_url));
    world.policy = "<svg/>";
    CHECK(
        world.told().contains("warning reach.bimi: WARNING: mail services do not show the logo "
                              "https://www.example.org/logo.svg: it is not SVG."));
    world.policy = std::unexpected(Failure{NoProof::refused, "it answered 404"});
    CHECK(world.told().contains("warning reach.bimi: The logo (BIMI) cannot be fetched"));
    CHECK(world.check().green());
}
