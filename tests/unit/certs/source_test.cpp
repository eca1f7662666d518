#include "certs/source.h"

#include <doctest/doctest.h>

#include "certs/live_folder.h"
#include "tests/unit/certs/fixture.h"

namespace {

struct Fixture : tests::CertsFixture {
    certs::Source best() const { return certs::best_source(options, clock.time).value(); }
    void install(const certs::Pair& pair) const {
        certs::install({.letsencrypt = options.letsencrypt(), .hostname = options.hostname}, pair, clock.time).value();
    }
};

}  // namespace

TEST_SUITE("certs source") {
    TEST_CASE_FIXTURE(Fixture, "a server without a certificate serves a stand-in and that is no trouble") {
        CHECK(best().origin == certs::Origin::self_signed);
        CHECK(best().trouble.text.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "the stand-in stays the same until it is over or the name changes") {
        const std::string first = best().pair.leaf().fingerprint;
        CHECK(best().pair.leaf().fingerprint == first);
        CHECK(best().pair.leaf().not_after > clock.time + std::chrono::days(3600));
        options.hostname = tests::hostname("mx.example.org");
        CHECK(best().pair.leaf().fingerprint != first);
        clock.time += std::chrono::days(4000);
        CHECK(best().pair.leaf().not_after > clock.time);
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged stand-in is made again") {
        best();
        sys::write_file(options.state_folder() / "standin.pem", "damaged").value();
        CHECK(best().origin == certs::Origin::self_signed);
    }

    TEST_CASE_FIXTURE(Fixture, "an issued certificate is served, also an expired one, with a warning") {
        install(tests::pair_for(clock.time));
        CHECK(best().origin == certs::Origin::issued);
        CHECK(best().trouble.text.empty());
        clock.time += std::chrono::days(91);
        CHECK(best().origin == certs::Origin::issued);
        CHECK(best().trouble.text ==
              "the certificate expired on 2026-05-30 00:00 UTC: mail clients will warn or refuse");
    }

    TEST_CASE_FIXTURE(Fixture, "mode selfsigned leaves an issued certificate alone") {
        install(tests::pair_for(clock.time));
        options.mode = settings::TlsMode::selfsigned;
        CHECK(best().origin == certs::Origin::self_signed);
    }

    TEST_CASE_FIXTURE(Fixture, "the operator's files are served when they fit together") {
        options.mode = settings::TlsMode::files;
        const auto pair = tests::pair_for(clock.time, 90, "mail.example.org");
        write_operators_files(pair);
        CHECK(best().origin == certs::Origin::operators_files);
        CHECK(best().pair.leaf().fingerprint == pair.leaf().fingerprint);
    }

    TEST_CASE_FIXTURE(Fixture, "operator's files that cannot be used are named and the stand-in serves") {
        options.mode = settings::TlsMode::files;
        CHECK(best().origin == certs::Origin::self_signed);
        CHECK(best().trouble.text.contains(options.certificate_file));
        write_operators_files(tests::pair_for(clock.time, 90, "other.example.org"));
        CHECK(best().trouble.text.contains("the certificate is for other.example.org, not for mail.example.org"));
        sys::write_file(options.key_file, "nonsense").value();
        CHECK(best().trouble.text.contains("cannot read the private key"));
    }

    TEST_CASE_FIXTURE(Fixture, "activating writes key and chain once, for root only") {
        const auto pair = tests::pair_for(clock.time);
        CHECK(certs::activate(pair, options.active).value());
        CHECK_FALSE(certs::activate(pair, options.active).value());
        CHECK(active_pair().leaf().fingerprint == pair.leaf().fingerprint);
        CHECK(active().starts_with("-----BEGIN PRIVATE KEY-----"));
        CHECK(static_cast<unsigned>(std::filesystem::status(options.active).permissions()) == 0600);
        CHECK(certs::activate(tests::pair_for(clock.time), options.active).value());
    }
}
