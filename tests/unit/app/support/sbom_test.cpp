#include "app/support/sbom.h"

#include <doctest/doctest.h>

TEST_CASE("the bill of materials names what is installed, with the source package holes are listed by") {
    const auto bill = app::bill_of_materials(
        "ii \tdovecot-core\t1:2.4.1+dfsg1-6\tamd64\tdovecot\t1:2.4.1+dfsg1-6\n"
        "rc \tgone\t1\tall\tgone\t1\n"
        "ii \tlibc6\t2.41-12\tamd64\tglibc\t2.41-12\n",
        "1.2.3", "2026-01-02T03:04:05Z");
    REQUIRE(bill);
    CHECK((*bill)["bomFormat"].text() == "CycloneDX");
    CHECK((*bill)["metadata"]["timestamp"].text() == "2026-01-02T03:04:05Z");
    CHECK((*bill)["metadata"]["component"]["version"].text() == "1.2.3");
    const auto& components = (*bill)["components"].items();
    REQUIRE(components.size() == 2);
    CHECK(components[0]["version"].text() == "1:2.4.1+dfsg1-6");
    CHECK(components[0]["purl"].text() ==
          "pkg:deb/debian/dovecot-core@1%3A2.4.1%2Bdfsg1-6?arch=amd64&distro=debian-13&upstream=dovecot%401%3A2.4.1%2B"
          "dfsg1-6");
    CHECK(components[1]["name"].text() == "libc6");
}

TEST_CASE("what is no list of packages makes no bill of materials") {
    for (const auto* text : {"x", "ii \tdovecot-core\n", "a\tb\tc\td\te\tf\tg\n"}) {
        CAPTURE(text);
        CHECK_FALSE(app::bill_of_materials(text, "1", ""));
    }
    CHECK(app::bill_of_materials("", "1", "")->has("components"));
}
