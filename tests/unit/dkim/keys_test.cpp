#include "dkim/keys.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "crypto/key.h"
#include "dkim/record.h"
#include "tests/unit/temporary_folder.h"

namespace {

namespace fs = std::filesystem;

struct Fixture {
    tests::TemporaryFolder folder;
    dkim::Keys keys{.folder = folder.path() / "keys", .selector = "mailserver", .owner = {::getuid(), ::getgid()}};
    base::Domain domain = base::Domain::parse("example.org").value();
    base::SystemTime now{std::chrono::seconds(1'800'000'000)};  // 2027-01-15
    base::Domain other = base::Domain::parse("other.example").value();

    std::string private_key() const { return sys::read_file(keys.private_key(domain, "mailserver")).value(); }
    /// Of the key that signs.
    std::string value_of(const base::Domain& of) const { return dkim::public_keys(keys, of).value().front().value; }
    std::vector<dkim::Key> ring() const { return dkim::read_ring(keys, domain).value().keys(); }
    std::string record() const { return sys::read_file(keys.record(domain, "mailserver")).value(); }
};

}  // namespace

TEST_SUITE("dkim keys") {
    TEST_CASE_FIXTURE(Fixture, "a domain without a key gets one that only its owner and group can read") {
        CHECK(dkim::ensure_keys(keys, domain, now).value() == dkim::Ensured::made);
        CHECK(private_key().starts_with("-----BEGIN PRIVATE KEY-----"));
        CHECK(static_cast<unsigned>(fs::status(keys.private_key(domain, "mailserver")).permissions()) == 0640);
        CHECK(static_cast<unsigned>(fs::status(keys.folder).permissions()) == 0750);
        CHECK(record().contains("DKIM key mailserver for example.org"));
    }

    TEST_CASE_FIXTURE(Fixture, "a key is never made twice") {
        dkim::ensure_keys(keys, domain, now).value();
        const std::string before = private_key();
        CHECK(dkim::ensure_keys(keys, domain, now).value() == dkim::Ensured::there);
        CHECK(private_key() == before);
    }

    TEST_CASE_FIXTURE(Fixture, "each domain gets a key of its own") {
        dkim::ensure_keys(keys, domain, now).value();
        dkim::ensure_keys(keys, other, now).value();
        CHECK(value_of(domain) != value_of(other));
    }

    TEST_CASE_FIXTURE(Fixture, "the single key of an older workspace is copied unchanged for each domain") {
        sys::ensure_directory(keys.folder).value();
        const std::string old = crypto::PrivateKey::generate_rsa()->pem()->reveal() + "\n";
        sys::write_file(keys.folder / "mailserver.private", old).value();
        CHECK(dkim::ensure_keys(keys, domain, now).value() == dkim::Ensured::copied);
        CHECK(dkim::ensure_keys(keys, other, now).value() == dkim::Ensured::copied);
        CHECK(private_key() == old);
        CHECK(value_of(domain) == value_of(other));
        CHECK(fs::exists(keys.folder / "mailserver.private"));
    }

    TEST_CASE_FIXTURE(Fixture, "a missing or foreign record file is derived again from the key") {
        dkim::ensure_keys(keys, domain, now).value();
        const std::string right = record();
        fs::remove(keys.record(domain, "mailserver"));
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(record() == right);
        sys::write_file(keys.record(domain, "mailserver"), "mailserver._domainkey IN TXT ( \"v=DKIM1; p=AAAA\" )")
            .value();
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(record() == right);
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged key is an error that names the file, never a reason for a new key") {
        dkim::ensure_keys(keys, domain, now).value();
        for (const std::string& damaged : {std::string(), private_key().substr(0, 300)}) {
            sys::write_file(keys.private_key(domain, "mailserver"), damaged).value();
            const auto ensured = dkim::ensure_keys(keys, domain, now);
            REQUIRE_FALSE(ensured);
            CHECK(ensured.error().text.contains(keys.private_key(domain, "mailserver").string()));
            CHECK_FALSE(ensured.error().remedy.empty());
            CHECK(private_key() == damaged);
        }
    }

    TEST_CASE_FIXTURE(Fixture, "a domain without keys has no ring") {
        CHECK(dkim::read_ring(keys, domain).error().kind == base::ErrorKind::not_found);
        CHECK(dkim::public_keys(keys, domain).error().kind == base::ErrorKind::not_found);
    }

    TEST_CASE_FIXTURE(Fixture, "beside the key that signs, an Ed25519 key is announced") {
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(ring() ==
              std::vector<dkim::Key>{{"mailserver", dkim::Algorithm::rsa, dkim::State::signing, now},
                                     {"mailserver-ed25519", dkim::Algorithm::ed25519, dkim::State::announced, now}});
        const auto all = dkim::public_keys(keys, domain).value();
        REQUIRE(all.size() == 2);
        CHECK(all[1].value.starts_with("v=DKIM1; k=ed25519; p="));
        CHECK(all[1].value.size() == std::string_view("v=DKIM1; k=ed25519; p=").size() + 44);
        CHECK(sys::read_file(keys.record(domain, "mailserver-ed25519")).value().contains("k=ed25519"));
    }

    TEST_CASE_FIXTURE(Fixture, "the next keys are announced once, take over one by one, and retire those before") {
        dkim::ensure_keys(keys, domain, now).value();
        dkim::take_over(keys, domain, "mailserver-ed25519", now).value();
        const auto later = now + std::chrono::days(400);
        const std::vector<std::string> next{"mailserver-20280219", "mailserver-20280219-ed25519"};
        CHECK(dkim::announce_next(keys, domain, later).value() == next);
        CHECK(dkim::announce_next(keys, domain, later).value().empty());
        CHECK(fs::exists(keys.private_key(domain, next[0])));
        CHECK(ring()[0].state == dkim::State::signing);

        dkim::take_over(keys, domain, next[0], later).value();
        const auto states = ring();
        CHECK(states[0] == dkim::Key{"mailserver", dkim::Algorithm::rsa, dkim::State::retired, later});
        CHECK(states[1].state == dkim::State::signing);
        CHECK(states[2].state == dkim::State::signing);
        CHECK(states[3].state == dkim::State::announced);

        dkim::forget_retired(keys, domain, later + std::chrono::days(29)).value();
        CHECK(ring().size() == 4);
        dkim::forget_retired(keys, domain, later + std::chrono::days(30)).value();
        CHECK(ring().size() == 3);
        CHECK(fs::exists(keys.private_key(domain, "mailserver")));
        // The setting still says "mailserver": that is where the names come from, no wish for that key.
        dkim::ensure_keys(keys, domain, later).value();
        CHECK(ring().size() == 3);
    }

    TEST_CASE_FIXTURE(Fixture, "another selector in the settings is announced, with the key that is there for it") {
        dkim::ensure_keys(keys, domain, now).value();
        const auto old = value_of(domain);
        sys::write_file(keys.private_key(domain, "imported"), crypto::PrivateKey::generate_rsa()->pem()->reveal())
            .value();
        const auto imported = sys::read_file(keys.private_key(domain, "imported")).value();
        keys.selector = "imported";
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(ring()[2] == dkim::Key{"imported", dkim::Algorithm::rsa, dkim::State::announced, now});
        CHECK(sys::read_file(keys.private_key(domain, "imported")).value() == imported);
        CHECK(value_of(domain) == old);
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(ring().size() == 3);
    }

    TEST_CASE_FIXTURE(Fixture, "a lost Ed25519 key begins again, its record has not been seen yet") {
        dkim::ensure_keys(keys, domain, now).value();
        dkim::take_over(keys, domain, "mailserver-ed25519", now).value();
        fs::remove(keys.private_key(domain, "mailserver-ed25519"));
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(ring()[1].state == dkim::State::announced);
        CHECK(fs::exists(keys.private_key(domain, "mailserver-ed25519")));
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged ring is an error that names the file") {
        dkim::ensure_keys(keys, domain, now).value();
        sys::write_file(keys.ring(domain), "{\"base\": \"x\", \"keys\": []}").value();
        const auto ensured = dkim::ensure_keys(keys, domain, now);
        REQUIRE_FALSE(ensured);
        CHECK(ensured.error().text.contains("ring.json"));
        CHECK(dkim::take_over(keys, domain, "mailserver", now).error().text.contains("ring.json"));
    }

    TEST_CASE_FIXTURE(Fixture, "a key that the ring does not have cannot take over") {
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(dkim::take_over(keys, domain, "nosuch", now).error().kind == base::ErrorKind::not_found);
    }

    TEST_CASE_FIXTURE(Fixture, "another server's key signs from the first start on, whatever its selector") {
        const auto foreign = crypto::PrivateKey::generate_rsa(1024).value().pem().value().reveal();
        const auto adopt = [&](const std::string& selector, const std::string& key, bool replace = false) {
            return dkim::adopt_key(keys, domain, selector, key, replace, now);
        };
        CHECK(adopt("mail", foreign) == dkim::Adopted::signs);
        CHECK(adopt("mail", foreign) == dkim::Adopted::there);
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(sys::read_file(keys.private_key(domain, "mail")).value() == foreign);
        CHECK(ring()[0] == dkim::Key{"mail", dkim::Algorithm::rsa, dkim::State::signing, now});
        CHECK(dkim::read_ring(keys, domain)->find("mailserver")->state == dkim::State::announced);
        for (const char* bad : {"", "../x", "a/b"}) CHECK_FALSE(adopt(bad, foreign));
        CHECK_FALSE(adopt("x", "no key"));
        CHECK_FALSE(fs::exists(keys.private_key(domain, "x")));
    }

    TEST_CASE_FIXTURE(Fixture,
                      "beside a key made here another server's waits, or takes its place when that is wanted") {
        dkim::ensure_keys(keys, domain, now).value();
        const auto own = private_key();
        const auto foreign = crypto::PrivateKey::generate_rsa(1024).value().pem().value().reveal();
        CHECK(dkim::adopt_key(keys, domain, "mail", foreign, false, now) == dkim::Adopted::announced);
        CHECK(dkim::adopt_key(keys, domain, "mailserver", foreign, false, now) == dkim::Adopted::conflict);
        CHECK(private_key() == own);
        CHECK(dkim::adopt_key(keys, domain, "mailserver", foreign, true, now) == dkim::Adopted::signs);
        CHECK(private_key() == foreign);
        CHECK(record().contains(dkim::public_key_in(value_of(domain)).substr(0, 60)));
        const auto* aside = dkim::read_ring(keys, domain)->find("mailserver-20270115");
        REQUIRE(aside != nullptr);
        CHECK(sys::read_file(keys.private_key(domain, "mailserver-20270115")).value() == own);
        dkim::ensure_keys(keys, domain, now).value();
        CHECK(private_key() == foreign);
    }
}
