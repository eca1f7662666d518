#include "dkim/ring.h"

#include <doctest/doctest.h>

namespace {

using dkim::Algorithm, dkim::State;

const base::SystemTime day{std::chrono::seconds(1'800'000'000)};  // 2027-01-15

dkim::Ring small_ring() {
    dkim::Ring ring("s1");
    ring.add({.selector = "s1", .algorithm = Algorithm::rsa, .state = State::signing, .since = day});
    return ring;
}

}  // namespace

TEST_SUITE("dkim ring") {
    TEST_CASE("a ring reads as it was written") {
        auto ring = small_ring();
        ring.add({.selector = "s1-ed25519", .algorithm = Algorithm::ed25519, .state = State::announced, .since = day});
        CHECK(dkim::parse_ring(dkim::to_text(ring)).value() == ring);
    }

    TEST_CASE("what cannot be a ring is refused") {
        for (const char* text :
             {"", "{}", "[]", "{\"base\":\"a\",\"keys\":[]}",
              "{\"base\":\"a\",\"keys\":[{\"selector\":\"../x\",\"algorithm\":\"rsa\",\"state\":\"signing\"}]}",
              "{\"base\":\"a\",\"keys\":[{\"selector\":\"a\\\"b\",\"algorithm\":\"rsa\",\"state\":\"signing\"}]}",
              "{\"base\":\"a\",\"keys\":[{\"selector\":\"a\",\"algorithm\":\"dsa\",\"state\":\"signing\"}]}",
              "{\"base\":\"a\",\"keys\":[{\"selector\":\"a\",\"algorithm\":\"rsa\",\"state\":\"announced\"}]}"}) {
            CAPTURE(text);
            CHECK_FALSE(dkim::parse_ring(text));
        }
    }

    TEST_CASE("new names are free, short enough for a label, and tell the day") {
        auto ring = small_ring();
        CHECK(ring.free_selector(Algorithm::ed25519) == "s1-ed25519");
        CHECK(ring.free_selector(Algorithm::rsa) == "s1-2");
        CHECK(ring.dated_selector(Algorithm::rsa, day) == "s1-20270115");
        ring.add({.selector = "s1-20270115", .algorithm = Algorithm::rsa, .state = State::retired, .since = day});
        CHECK(ring.dated_selector(Algorithm::rsa, day) == "s1-20270115-2");
        CHECK(dkim::Ring(std::string(63, 'a')).dated_selector(Algorithm::ed25519, day).size() <= 63);
    }

    TEST_CASE("a key that takes over twice signs, and nothing retires again") {
        auto ring = small_ring();
        CHECK(ring.take_over("s1", day + std::chrono::hours(1)));
        CHECK(ring.keys().front().since == day);
        CHECK_FALSE(ring.take_over("s2", day));
    }
}
