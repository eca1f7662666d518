#include "engines/rspamd/signing.h"

#include <doctest/doctest.h>

TEST_CASE("every signing key of a domain signs, the RSA key alone seals") {
    dkim::Ring ring("s1");
    ring.add({.selector = "s0", .algorithm = dkim::Algorithm::rsa, .state = dkim::State::retired});
    ring.add({.selector = "s1", .algorithm = dkim::Algorithm::rsa, .state = dkim::State::signing});
    ring.add({.selector = "e1", .algorithm = dkim::Algorithm::ed25519, .state = dkim::State::signing});
    ring.add({.selector = "s2", .algorithm = dkim::Algorithm::rsa, .state = dkim::State::announced});
    const auto files = engines::signing_files({}, {{base::Domain::parse("example.org").value(), ring}});
    REQUIRE(files.size() == 2);
    CHECK(files[0].content ==
          "domain {\n"
          "  \"example.org\" {\n"
          "    selectors [\n"
          "      { selector = \"s1\"; path = \"/host/etc/opendkim/keys/example.org/s1.private\"; },\n"
          "      { selector = \"e1\"; path = \"/host/etc/opendkim/keys/example.org/e1.private\"; },\n"
          "    ]\n"
          "  }\n"
          "}\n");
    CHECK(files[1].content ==
          "domain {\n"
          "  \"example.org\" { selector = \"s1\"; path = \"/host/etc/opendkim/keys/example.org/s1.private\"; }\n"
          "}\n");
}
