#include "certs/live_folder.h"

#include <doctest/doctest.h>

#include "tests/unit/certs/fixture.h"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Fixture {
    tests::TemporaryFolder folder;
    certs::LiveFolder live{.letsencrypt = folder.path() / "letsencrypt", .hostname = tests::hostname()};
    base::SystemTime now{std::chrono::sys_days{2026y / 3 / 1}};

    std::string fingerprint() const { return certs::load(live).value().leaf().fingerprint; }

    /// As certbot leaves it: a real folder with relative links into the archive.
    certs::Pair write_like_certbot() const {
        const auto pair = tests::pair_for(now);
        fs::create_directories(live.live());
        fs::create_directories(live.archive());
        sys::write_file(live.archive() / "fullchain1.pem", crypto::chain_pem(pair.chain)).value();
        sys::write_file(live.archive() / "privkey1.pem", pair.key.pem()->reveal()).value();
        for (const char* name : {"fullchain", "privkey"})
            fs::create_symlink(std::string("../../archive/mail.example.org/") + name + "1.pem",
                               live.live() / (std::string(name) + ".pem"));
        return pair;
    }
};

unsigned mode_of(const fs::path& file) {
    return static_cast<unsigned>(fs::status(file).permissions());
}

}  // namespace

TEST_SUITE("certs live_folder") {
    TEST_CASE_FIXTURE(Fixture, "an empty workspace has no pair") {
        CHECK(certs::load(live).error().kind == base::ErrorKind::not_found);
    }

    TEST_CASE_FIXTURE(Fixture, "what is installed is loaded, with the four files and their modes") {
        const auto pair = tests::pair_for(now);
        certs::install(live, pair, now).value();
        CHECK(fingerprint() == pair.leaf().fingerprint);
        CHECK(fs::is_symlink(live.live()));
        CHECK(mode_of(live.live() / "privkey.pem") == 0600);
        CHECK(mode_of(live.live() / "fullchain.pem") == 0644);
        CHECK(fs::exists(live.live() / "cert.pem"));
        CHECK(fs::exists(live.live() / "chain.pem"));
        CHECK(fs::read_symlink(live.live()) == "../archive/mail.example.org/20260301T000000Z");
    }

    TEST_CASE_FIXTURE(Fixture, "installing again in the same second is another folder") {
        certs::install(live, tests::pair_for(now), now).value();
        const auto second = tests::pair_for(now);
        certs::install(live, second, now).value();
        CHECK(fingerprint() == second.leaf().fingerprint);
    }

    TEST_CASE_FIXTURE(Fixture, "the five newest are kept, also when the clock went back") {
        for (int i = 0; i < 8; ++i) certs::install(live, tests::pair_for(now), now + i * 24h).value();
        const auto newest = tests::pair_for(now);
        certs::install(live, newest, now - 10 * 24h).value();
        CHECK(std::distance(fs::directory_iterator(live.archive()), fs::directory_iterator()) == 5);
        CHECK(fingerprint() == newest.leaf().fingerprint);
    }

    TEST_CASE_FIXTURE(Fixture, "a folder of certbot is read, replaced and kept readable") {
        const auto old = write_like_certbot();
        CHECK(fingerprint() == old.leaf().fingerprint);
        const auto pair = tests::pair_for(now);
        certs::install(live, pair, now).value();
        CHECK(fingerprint() == pair.leaf().fingerprint);
        CHECK(fs::is_symlink(live.live()));
        const auto kept = live.letsencrypt / "archive/mail.example.org-before-20260301T000000Z/fullchain.pem";
        CHECK(sys::read_file(kept).value() == crypto::chain_pem(old.chain));
        CHECK(std::distance(fs::directory_iterator(live.live().parent_path()), fs::directory_iterator()) == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "what a kill in the middle of the exchange left is cleared away") {
        write_like_certbot();
        const auto leftover = live.live().parent_path() / ".mail.example.org.switch";
        fs::create_directory(leftover);
        sys::write_file(leftover / "fullchain.pem", "older").value();
        certs::install(live, tests::pair_for(now), now).value();
        CHECK_FALSE(fs::exists(fs::symlink_status(leftover)));
        CHECK(fs::is_symlink(live.live()));
    }

    TEST_CASE_FIXTURE(Fixture, "half a pair and a foreign pair are damage, not absence") {
        write_like_certbot();
        fs::remove(live.live() / "privkey.pem");
        CHECK(certs::load(live).error().kind == base::ErrorKind::failed);
        sys::write_file(live.live() / "privkey.pem", tests::pair_for(now).key.pem()->reveal()).value();
        CHECK(certs::load(live).error().text.contains("the private key does not belong to the certificate"));
        const auto other = tests::pair_for(now, 90, "other.example.org");
        certs::install(live, other, now).value();
        CHECK(
            certs::load(live).error().text.contains("the certificate is for other.example.org, not for "
                                                    "mail.example.org"));
    }
}
