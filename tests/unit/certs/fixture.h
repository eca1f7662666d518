#pragma once
/// A workspace in a temporary folder with a CA, a DNS and a clock of its own.
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "certs/issuer.h"
#include "certs/pair.h"
#include "certs/source.h"
#include "crypto/certificate.h"
#include "sys/files.h"
#include "tests/unit/acme/fake_ca.h"
#include "tests/unit/resolver/fake_resolver.h"
#include "tests/unit/temporary_folder.h"

namespace tests {

struct MovableClock final : base::Clock {
    base::SystemTime time{std::chrono::sys_days{std::chrono::year(2026) / 3 / 1}};
    base::SystemTime now() const override { return time; }
};

inline base::Hostname hostname(const char* name = "mail.example.org") {
    return base::Hostname::parse(name).value();
}

/// A pair with a self-signed certificate: to the code that installs and serves, as good as any.
inline certs::Pair pair_for(const crypto::PrivateKey& key, base::SystemTime from, int days = 90,
                            const char* name = "mail.example.org") {
    const std::array names{hostname(name)};
    auto pem = crypto::self_signed(key, names, from, std::chrono::days(days)).value();
    return {.chain = crypto::parse_chain(pem).value(), .key = key};
}

inline certs::Pair pair_for(base::SystemTime from, int days = 90, const char* name = "mail.example.org") {
    return pair_for(crypto::PrivateKey::generate_ec_p256().value(), from, days, name);
}

struct CertsFixture {
    TemporaryFolder folder;
    FakeCa ca;
    resolver::FakeResolver dns{{{"mail.example.org", "A", "192.0.2.1"}}};
    acme::ChallengeResponses responses;
    MovableClock clock;
    std::vector<std::chrono::seconds> pauses;
    std::stop_source stop;
    bool stop_at_pause = false;

    certs::Options options{.mode = settings::TlsMode::acme,
                           .hostname = hostname(),
                           .contact = "admin@example.org",
                           .directory_url = FakeCa::directory_url,
                           .certificate_file = folder.path() / "operator.crt",
                           .key_file = folder.path() / "operator.key",
                           .workspace = folder.path() / "workspace",
                           .active = folder.path() / "run/server.pem"};
    certs::Outside outside{.http = ca,
                           .resolver = dns,
                           .responses = responses,
                           .clock = clock,
                           .random = [] { return 0.5; },
                           .pause =
                               [this](std::chrono::seconds time, const std::stop_token&) {
                                   pauses.push_back(time);
                                   clock.time += time;
                                   if (stop_at_pause) stop.request_stop();
                                   return !stop_at_pause;
                               }};

    CertsFixture() {
        ca.responses = &responses;
        ca.chain = [this] { return crypto::chain_pem(pair_for(server_key(), clock.time).chain); };
    }

    std::filesystem::path server_key_file() const { return options.letsencrypt() / "keys/mail.example.org.pem"; }
    crypto::PrivateKey server_key() const {
        return crypto::PrivateKey::parse(sys::read_file(server_key_file()).value()).value();
    }
    std::string active() const { return sys::read_file(options.active).value_or(""); }
    certs::Pair active_pair() const { return certs::make_pair(active(), active(), hostname()).value(); }

    void write_operators_files(const certs::Pair& pair) const {
        sys::write_file(options.certificate_file, crypto::chain_pem(pair.chain)).value();
        sys::write_file(options.key_file, pair.key.pem().value().reveal()).value();
    }
};

}  // namespace tests
