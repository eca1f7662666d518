#include "certs/keepers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <format>
#include <memory>

#include "tests/unit/certs/fixture.h"

namespace {

using namespace std::chrono_literals;
using certs::Origin;

struct Fixture : tests::CertsFixture {
    int changes = 0;
    std::vector<base::Hostname> names{tests::hostname("autoconfig.example.org"),
                                      tests::hostname("mta-sts.example.org")};

    Fixture() {
        options.names_folder = folder.path() / "run/names";
        ca.chain = [this] {
            return crypto::chain_pem(tests::pair_for(key_of(ordered()), clock.time, 90, ordered().c_str()).chain);
        };
    }

    /// The name of the CA's last order.
    std::string ordered() const {
        return json::parse(ca.last_order_payload).value()["identifiers"].items().at(0)["value"].text();
    }
    crypto::PrivateKey key_of(const std::string& name) const {
        return crypto::PrivateKey::parse(sys::read_file(options.letsencrypt() / "keys" / (name + ".pem")).value())
            .value();
    }
    std::unique_ptr<certs::Keepers> start() {
        auto keepers = std::make_unique<certs::Keepers>(options, names, std::vector<base::IpAddress>{}, outside,
                                                        [this] { ++changes; });
        keepers->prepare().value();
        return keepers;
    }
    void run(certs::Keepers& keepers, std::chrono::seconds time) {
        for (const auto end = clock.time + time; clock.time < end;) clock.time += keepers.step(stop.get_token());
    }
    static certs::Status of(const certs::Keepers& keepers, std::string_view name) {
        const auto all = keepers.further();
        return std::ranges::find(all, name, [](const auto& one) { return one.name.str(); })->status;
    }
    std::string served(const std::string& name) const {
        return sys::read_file(options.names_folder / (name + ".pem")).value_or("");
    }
};

}  // namespace

TEST_SUITE("certs keepers") {
    TEST_CASE_FIXTURE(Fixture, "a name that leads here gets a certificate, one that does not is left alone") {
        dns.add({{"autoconfig.example.org", "CNAME", "mail.example.org"}, {"mta-sts.example.org", "A", "192.0.2.99"}});
        auto keepers = start();
        run(*keepers, 1min);
        CHECK(keepers->status().origin == Origin::issued);
        const auto led = of(*keepers, "autoconfig.example.org");
        CHECK(led.origin == Origin::issued);
        CHECK(led.names == std::vector<std::string>{"autoconfig.example.org"});
        CHECK(served("autoconfig.example.org").contains("PRIVATE KEY"));
        const auto other = of(*keepers, "mta-sts.example.org");
        CHECK(other.origin == Origin::none);
        CHECK(other.last_error.empty());
        CHECK(served("mta-sts.example.org").empty());
        CHECK(ca.count("POST /new-order") == 2);
        CHECK(changes == 2);  // HOSTNAME's at once, the others' together
        run(*keepers, 24h);
        CHECK(ca.count("POST /new-order") == 2);
        dns.replace("mta-sts.example.org", "A", {"192.0.2.1"});
        run(*keepers, 61min);
        CHECK(of(*keepers, "mta-sts.example.org").origin == Origin::issued);
    }

    TEST_CASE_FIXTURE(Fixture, "no name's trouble is another's") {
        dns.add({{"autoconfig.example.org", "A", "192.0.2.1"}, {"mta-sts.example.org", "A", "192.0.2.1"}});
        ca.on_request = [&](const std::string&) { ca.refuse_challenge = ca.last_order_payload.contains("autoconfig"); };
        auto keepers = start();
        run(*keepers, 24h);
        CHECK(keepers->status().last_error.empty());
        CHECK(of(*keepers, "mta-sts.example.org").origin == Origin::issued);
        const auto failed = of(*keepers, "autoconfig.example.org");
        CHECK(failed.origin == Origin::none);
        CHECK(failed.last_error.starts_with("cannot get a certificate for autoconfig.example.org"));
        CHECK(ca.count("POST /new-order") <= 12);
    }

    TEST_CASE_FIXTURE(Fixture, "a certificate is not renewed when its name leads elsewhere, and gone when it is over") {
        dns.add({{"autoconfig.example.org", "A", "192.0.2.1"}});
        {
            auto keepers = start();
            run(*keepers, 1min);
        }
        auto keepers = start();
        CHECK(of(*keepers, "autoconfig.example.org").origin == Origin::issued);
        dns.replace("autoconfig.example.org", "A", {"192.0.2.99"});
        clock.time += 24h * 70;
        run(*keepers, 2h);
        const auto status = of(*keepers, "autoconfig.example.org");
        CHECK(status.origin == Origin::issued);
        CHECK(status.last_error.contains("leads to another server"));
        CHECK(ca.count("POST /new-order") == 3);  // HOSTNAME's renewal
        changes = 0;
        clock.time += 24h * 30;
        run(*keepers, 2h);
        CHECK(of(*keepers, "autoconfig.example.org").origin == Origin::none);
        CHECK(changes >= 1);
        const auto again = start();  // an expired one keeps no server from starting
        CHECK(of(*again, "autoconfig.example.org").origin == Origin::none);
        CHECK(again->status().origin == Origin::issued);
    }

    TEST_CASE_FIXTURE(Fixture, "all further names together get few orders a day") {
        names.clear();
        for (int i = 0; i < 32; ++i) {
            const auto name = std::format("mail.d{}.example.net", i);
            names.push_back(tests::hostname(name.c_str()));
            dns.add({{name, "A", "192.0.2.1"}});
        }
        for (int i = 0; i < 2; ++i) {  // restarts do not count anew
            auto keepers = start();
            run(*keepers, 1h);
        }
        CHECK(ca.count("POST /new-order") == 1 + certs::Keepers::orders_a_day);
        clock.time += 24h;
        auto keepers = start();
        run(*keepers, 2h);
        CHECK(ca.count("POST /new-order") == 33);
    }

    TEST_CASE_FIXTURE(Fixture, "the operator's own files for a name are served, bad ones are told") {
        options.mode = settings::TlsMode::files;
        const auto mine = tests::pair_for(clock.time);
        write_operators_files(mine);
        const auto file = options.workspace / "etc/tls/names/autoconfig.example.org.pem";
        sys::ensure_directory(file.parent_path()).value();
        const auto put = [&](const certs::Pair& pair) {
            sys::write_file(file, certs::combined_pem(pair)->reveal()).value();
        };
        const auto good = tests::pair_for(clock.time, 90, "autoconfig.example.org");
        put(good);
        auto keepers = start();
        CHECK(of(*keepers, "autoconfig.example.org").fingerprint == good.leaf().fingerprint);
        CHECK(of(*keepers, "mta-sts.example.org").origin == Origin::none);
        put(tests::pair_for(clock.time, 90, "other.example.org"));
        run(*keepers, 1min);
        const auto kept = of(*keepers, "autoconfig.example.org");
        CHECK(kept.fingerprint == good.leaf().fingerprint);
        CHECK(kept.last_error.contains("autoconfig.example.org.pem"));
        std::filesystem::remove(file);
        run(*keepers, 1min);
        CHECK(of(*keepers, "autoconfig.example.org").origin == Origin::none);
        CHECK(ca.requests.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "with a self-signed certificate there are no others") {
        options.mode = settings::TlsMode::selfsigned;
        dns.add({{"autoconfig.example.org", "A", "192.0.2.1"}});
        auto keepers = start();
        run(*keepers, 2h);
        CHECK(of(*keepers, "autoconfig.example.org").origin == Origin::none);
        CHECK(ca.requests.empty());
    }
}

TEST_CASE("where a name leads") {
    const certs::Further further{.server = tests::hostname(), .ours = {*base::IpAddress::parse("2001:db8::1")}};
    resolver::FakeResolver dns({{"mail.example.org", "A", "192.0.2.1"},
                                {"cname.example.org", "CNAME", "mail.example.org"},
                                {"six.example.org", "AAAA", "2001:db8::1"},
                                {"six.example.org", "A", "192.0.2.9"},
                                {"other.example.org", "A", "192.0.2.9"},
                                {"broken.example.org", "A", "!failed"}});
    const auto leads = [&](const char* name) { return certs::leads_to(tests::hostname(name), further, dns); };
    CHECK(leads("cname.example.org") == certs::Leads::here);
    CHECK(leads("six.example.org") == certs::Leads::here);
    CHECK(leads("other.example.org") == certs::Leads::elsewhere);
    CHECK(leads("none.example.org") == certs::Leads::elsewhere);
    CHECK(leads("broken.example.org") == certs::Leads::unknown);
}

TEST_CASE("the further names are those of every domain, without HOSTNAME") {
    settings::Settings settings{.domain = *base::Domain::parse("example.org"),
                                .hostname = tests::hostname(),
                                .admin_email = *base::EmailAddress::parse("a@example.org")};
    settings.additional_domains = {*base::Domain::parse("example.net"), *base::Domain::parse("mail.example.org")};
    const auto names = certs::further_names(settings);
    CHECK(std::ranges::contains(names, "mail.example.net", &base::Hostname::str));
    CHECK(std::ranges::contains(names, "mta-sts.mail.example.org", &base::Hostname::str));
    CHECK_FALSE(std::ranges::contains(names, settings.hostname));
    settings.mta_sts.clear();
    CHECK(certs::further_names(settings).size() == names.size() - 3);
}
