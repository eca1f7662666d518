#include "directory/directory.h"

#include <doctest/doctest.h>

using namespace directory;
using Values = std::vector<std::string>;

namespace {

std::optional<Person> person(const Values& mail, const Values& alias = {}, const Values& quota = {}) {
    return person_of({.dn = "uid=jens", .values = {mail, alias, quota}});
}

}  // namespace

TEST_CASE("directory: the first address is the mailbox, all others are aliases") {
    const auto jens = person({"Jens@Example.org", "j@example.org"}, {"info@example.org"}, {"5G", "1"});
    REQUIRE(jens);
    CHECK(jens->address == "jens@example.org");
    CHECK(jens->aliases == Values{"info@example.org", "j@example.org"});
    CHECK(jens->quota == 5'368'709'120);
    CHECK(jens->dn == "uid=jens");
}

TEST_CASE("directory: Microsoft's form of addresses is read, what is no address is not") {
    const auto jens =
        person({"jens@example.org"}, {"SMTP:jens@example.org", "smtp:J@example.org", "x400:c=de", "j@example.org", ""});
    REQUIRE(jens);
    CHECK(jens->aliases == Values{"j@example.org"});
}

TEST_CASE("directory: quotas are read as Dovecot reads them") {
    const auto quota = [](const char* text) { return person({"jens@example.org"}, {}, {text})->quota; };
    CHECK(quota("1000") == 1000);
    CHECK(quota("0") == 0);
    CHECK(quota("20M") == 20'971'520);
    CHECK(quota("20 mb") == 20'971'520);
    CHECK(quota("7b") == 7);
    for (const auto* bad : {"", "M", "-1", "5X", "20000000T", "five"}) CHECK(!quota(bad));
}

TEST_CASE("directory: who has no usable address has no mailbox") {
    for (const auto& mail :
         {Values{}, Values{""}, Values{"jens"}, Values{"../x@example.org"}, Values{"a b@example.org"},
          Values{"jens@example.org\n"}, Values{std::string("j\0@example.org", 14)}})
        CHECK(!person(mail));
}

TEST_CASE("directory: one that is not there is an error, told at once from then on") {
    // Port 1 of this machine refuses.
    Directory nowhere({.uris = "ldap://127.0.0.1:1", .base_dn = "dc=example"});
    const auto address = *base::EmailAddress::parse("jens@example.org");
    for (int i = 0; i < 2; ++i) {
        const auto found = nowhere.find(address);
        REQUIRE(!found);
        CHECK(found.error().permanence == base::Permanence::transient);
        CHECK(found.error().text.contains("can't contact ldap server"));
    }
    CHECK(!nowhere.check());
    CHECK(!nowhere.is_password(*person({"jens@example.org"}), base::Secret("secret")));
}
