#include "certs/dh.h"

#include <doctest/doctest.h>

#include "crypto/dh.h"
#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

namespace {

using settings::DhParams;

/// 2048 bits, from RFC 7919 too, but not our group: stands for parameters somebody made.
constexpr const char* others_parameters =
    "-----BEGIN DH PARAMETERS-----\n"
    "MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz\n"
    "+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a\n"
    "87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7\n"
    "YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi\n"
    "7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD\n"
    "ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==\n"
    "-----END DH PARAMETERS-----\n";

struct Fixture {
    tests::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "dovecot/dh.pem";
    std::filesystem::path own = folder.path() / "dovecot/dh-own.pem";
    std::string group = crypto::ffdhe3072().value();

    std::string content() const { return sys::read_file(file).value(); }
    void put(const std::filesystem::path& where, std::string_view text) const {
        sys::ensure_directory(where.parent_path()).value();
        sys::write_file(where, text).value();
    }
};

}  // namespace

TEST_SUITE("certs dh") {
    TEST_CASE_FIXTURE(Fixture, "the RFC 7919 group is there at once, in either mode") {
        REQUIRE(crypto::usable_dh(others_parameters));
        certs::ensure_dh(file, DhParams::ffdhe3072).value();
        CHECK(content() == group);
        std::filesystem::remove(file);
        certs::ensure_dh(file, DhParams::generate).value();
        CHECK(content() == group);
    }

    TEST_CASE_FIXTURE(Fixture, "parameters of an older workspace are kept beside the group") {
        put(file, others_parameters);
        certs::ensure_dh(file, DhParams::ffdhe3072).value();
        CHECK(content() == group);
        CHECK(sys::read_file(own).value() == others_parameters);
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged file is written again") {
        put(file, "-----BEGIN DH PARAMETERS-----\nhalf");
        certs::ensure_dh(file, DhParams::generate).value();
        CHECK(content() == group);
        CHECK_FALSE(std::filesystem::exists(own));
    }

    TEST_CASE_FIXTURE(Fixture, "own parameters are made once") {
        certs::ensure_dh(file, DhParams::generate).value();
        put(own, others_parameters);
        CHECK(certs::use_own_dh(file, {}).value());
        CHECK(content() == others_parameters);
        certs::ensure_dh(file, DhParams::generate).value();
        CHECK(content() == others_parameters);
        CHECK_FALSE(certs::use_own_dh(file, {}).value());
    }

    TEST_CASE_FIXTURE(Fixture, "a stop leaves the group in place") {
        certs::ensure_dh(file, DhParams::generate).value();
        std::stop_source stop;
        stop.request_stop();
        CHECK(certs::use_own_dh(file, stop.get_token()).error().permanence == base::Permanence::transient);
        CHECK(content() == group);
        CHECK_FALSE(std::filesystem::exists(own));
    }
}
