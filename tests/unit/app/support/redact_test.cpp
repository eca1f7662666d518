#include "app/support/redact.h"

#include <doctest/doctest.h>

TEST_CASE("secrets are taken out wherever and however they stand") {
    app::Redactor redactor({"hunter2", "hunter2-longer", "a \"b\\c", "", "abc"});
    CHECK(redactor.clean("x=hunter2, y='hunter2-longer'") == "x=[removed], y='[removed]'");
    CHECK(redactor.clean("{\"p\": \"a \\\"b\\\\c\"} a \"b\\c") == "{\"p\": \"[removed]\"} [removed]");
    CHECK(redactor.clean("abc stays") == "abc stays");
    CHECK(redactor.clean("a\n-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\nb") ==
          "a\n[removed]\nb");
    CHECK(redactor.clean("-----BEGIN PRIVATE KEY-----\nMHcC\n") == "[removed]");
    CHECK(redactor.clean("-----BEGIN CERTIFICATE-----\nMIIC") == "-----BEGIN CERTIFICATE-----\nMIIC");
}

TEST_CASE("people become numbers, the same everywhere; domains stay") {
    app::Redactor redactor({});
    CHECK(redactor.clean("from=<Jens@example.org>, to=<a.b+c@example.net>, orig_to=jens@example.org") ==
          "from=<user1@example.org>, to=<user2@example.net>, orig_to=user1@example.org");
    CHECK(redactor.clean("again a.b+c@example.net; other jens@example.net") ==
          "again user2@example.net; other user3@example.net");
    CHECK(redactor.clean("@example.org @ a@ x") == "@example.org @ user4@ x");
    CHECK(redactor.clean("a@b@c") == "user5@user6@c");

    app::Redactor knowing({}, {"jens@example.org", "info@example.org", "ab@example.org"});
    CHECK(knowing.clean("maps_find: Jens: /mail/inboxes/example.org/jens/ jens@example.org jensen info ab") ==
          "maps_find: user1: /mail/inboxes/example.org/user1/ user1@example.org jensen info ab");
}
