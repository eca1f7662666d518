#include <doctest/doctest.h>

#include "accounts/store.h"
#include "tests/unit/temporary_folder.h"

using accounts::Relay;

namespace {

struct House {
    tests::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "accounts.sqlite";
    accounts::Store store = *accounts::Store::create(file);

    /// (transport, credentials) as Postfix reads them.
    std::pair<std::string, std::string> looked_up(const std::string& sender) {
        auto database = *db::Database::open(file, db::Database::Mode::read_only);
        const auto rows = *database.query("SELECT transport, credentials FROM lookup_relay WHERE sender = ?", {sender});
        return rows.empty() ? std::pair<std::string, std::string>() : std::pair{rows[0].text(0), rows[0].text(1)};
    }
};

}  // namespace

TEST_CASE("relays are kept by sender, in the words Postfix reads") {
    House house;
    const Relay jens{.sender = "jens@a.example",
                     .host = "smtp.p.example",
                     .port = 587,
                     .user = "jens",
                     .password = base::Secret("p:w, 'x\""),
                     .tls = "verify"};
    const Relay domain{.sender = "@a.example", .host = "relay.q.example", .port = 465, .tls = "encrypt"};
    REQUIRE(house.store.add_relay(jens));
    REQUIRE(house.store.add_relay(domain));
    CHECK(house.store.add_relay(jens).error().kind == base::ErrorKind::exists);
    CHECK(*house.store.relays() == std::vector{domain, jens});
    CHECK(house.looked_up("jens@a.example") ==
          std::pair<std::string, std::string>("relay-verify:[smtp.p.example]:587", "jens:p:w, 'x\""));
    CHECK(house.looked_up("@a.example") ==
          std::pair<std::string, std::string>("relays-encrypt:[relay.q.example]:465", ""));
    REQUIRE(house.store.remove_relay("@a.example"));
    CHECK(house.store.remove_relay("@a.example").error().kind == base::ErrorKind::not_found);
    CHECK(*house.store.relays() == std::vector{jens});
}

TEST_CASE("a relay goes with its account, and moves with it") {
    House house;
    const auto from = *base::EmailAddress::parse("jens@a.example"), to = *base::EmailAddress::parse("jan@a.example");
    REQUIRE(house.store.add(from, "hash", {}));
    REQUIRE(house.store.add_relay({.sender = from.str(), .host = "smtp.p.example", .password = {}}));
    REQUIRE(house.store.rename(from, to, true, [] { return base::Result<>(); }));
    REQUIRE(house.store.relays()->size() == 1);
    CHECK(house.store.relays()->front().sender == to.str());
    REQUIRE(house.store.remove(to));
    CHECK(house.store.relays()->empty());
}
