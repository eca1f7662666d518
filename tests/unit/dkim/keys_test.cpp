#include "dkim/keys.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "crypto/key.h"
#include "tests/unit/temporary_folder.h"

namespace {

namespace fs = std::filesystem;

struct Fixture {
    tests::TemporaryFolder folder;
    dkim::Keys keys{.folder = folder.path() / "keys", .selector = "mailserver", .owner = {::getuid(), ::getgid()}};
    base::Domain domain = base::Domain::parse("example.org").value();
    base::Domain other = base::Domain::parse("other.example").value();

    std::string private_key() const { return sys::read_file(keys.private_key(domain)).value(); }
    std::string record() const { return sys::read_file(keys.record(domain)).value(); }
};

}  // namespace

TEST_SUITE("dkim keys") {
    TEST_CASE_FIXTURE(Fixture, "a domain without a key gets one that only its owner and group can read") {
        CHECK(dkim::ensure_key(keys, domain).value() == dkim::Ensured::made);
        CHECK(private_key().starts_with("-----BEGIN PRIVATE KEY-----"));
        CHECK(static_cast<unsigned>(fs::status(keys.private_key(domain)).permissions()) == 0640);
        CHECK(static_cast<unsigned>(fs::status(keys.folder).permissions()) == 0750);
        CHECK(record().contains("DKIM key mailserver for example.org"));
    }

    TEST_CASE_FIXTURE(Fixture, "a key is never made twice") {
        dkim::ensure_key(keys, domain).value();
        const std::string before = private_key();
        CHECK(dkim::ensure_key(keys, domain).value() == dkim::Ensured::there);
        CHECK(private_key() == before);
    }

    TEST_CASE_FIXTURE(Fixture, "each domain gets a key of its own") {
        dkim::ensure_key(keys, domain).value();
        dkim::ensure_key(keys, other).value();
        CHECK(dkim::published_value(keys, domain).value() != dkim::published_value(keys, other).value());
    }

    TEST_CASE_FIXTURE(Fixture, "the single key of an older workspace is copied unchanged for each domain") {
        sys::ensure_directory(keys.folder).value();
        const std::string old = crypto::PrivateKey::generate_rsa()->pem()->reveal() + "\n";
        sys::write_file(keys.folder / "mailserver.private", old).value();
        CHECK(dkim::ensure_key(keys, domain).value() == dkim::Ensured::copied);
        CHECK(dkim::ensure_key(keys, other).value() == dkim::Ensured::copied);
        CHECK(private_key() == old);
        CHECK(dkim::published_value(keys, domain).value() == dkim::published_value(keys, other).value());
        CHECK(fs::exists(keys.folder / "mailserver.private"));
    }

    TEST_CASE_FIXTURE(Fixture, "a missing or foreign record file is derived again from the key") {
        dkim::ensure_key(keys, domain).value();
        const std::string right = record();
        fs::remove(keys.record(domain));
        dkim::ensure_key(keys, domain).value();
        CHECK(record() == right);
        sys::write_file(keys.record(domain), "mailserver._domainkey IN TXT ( \"v=DKIM1; p=AAAA\" )").value();
        dkim::ensure_key(keys, domain).value();
        CHECK(record() == right);
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged key is an error that names the file, never a reason for a new key") {
        dkim::ensure_key(keys, domain).value();
        for (const std::string& damaged : {std::string(), private_key().substr(0, 300)}) {
            sys::write_file(keys.private_key(domain), damaged).value();
            const auto ensured = dkim::ensure_key(keys, domain);
            REQUIRE_FALSE(ensured);
            CHECK(ensured.error().text.contains(keys.private_key(domain).string()));
            CHECK_FALSE(ensured.error().remedy.empty());
            CHECK(private_key() == damaged);
        }
    }

    TEST_CASE_FIXTURE(Fixture, "the value of a domain without a key is not found") {
        CHECK(dkim::published_value(keys, domain).error().kind == base::ErrorKind::not_found);
    }
}
