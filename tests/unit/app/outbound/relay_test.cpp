#include "app/outbound/relay.h"

#include <doctest/doctest.h>

#include <sstream>

#include "json/json.h"
#include "tests/unit/temporary_folder.h"

using base::ErrorKind;

namespace {

struct Desk {
    tests::TemporaryFolder folder;
    accounts::Store store = *accounts::Store::create(folder.path() / "accounts.sqlite");
    settings::Settings settings{.domain = *base::Domain::parse("a.example"),
                                .hostname = *base::Hostname::parse("mail.a.example"),
                                .admin_email = *base::EmailAddress::parse("x@a.example"),
                                .admin_user_initial_password = {},
                                .additional_domains = {},
                                .public_ipv4 = {},
                                .public_ipv6 = {}};
    std::string out;

    std::optional<ErrorKind> run(std::vector<std::string_view> words, const std::string& in = {}) {
        std::istringstream input(in);
        std::ostringstream output;
        const auto done =
            app::RelayCommand{.settings = settings, .store = store, .in = input, .out = output}.run(words);
        out = output.str();
        return done ? std::nullopt : std::optional(done.error().kind);
    }
};

}  // namespace

TEST_CASE("a relay is added, listed without its password, and removed") {
    Desk desk;
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out == "All mail goes straight to where it belongs.\n");
    REQUIRE(!desk.run({"add", "Jens@A.example", "--host", "smtp.p.example", "--user", "jens"}, "a secret\n"));
    CHECK(desk.out == "Mail of jens@a.example leaves through smtp.p.example:587.\n");
    CHECK(desk.store.relays()->front().password.reveal() == "a secret");
    REQUIRE(!desk.run({"add", "@a.example", "--host=q.example", "--port=465", "--tls=encrypt"}));
    CHECK(desk.run({"add", "@a.example", "--host=q.example"}) == ErrorKind::exists);
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out ==
          "@a.example  through q.example:465 (encrypt)\n"
          "jens@a.example  through smtp.p.example:587 (jens, verify)\n");
    REQUIRE(!desk.run({"list", "--json"}));
    CHECK(!desk.out.contains("secret"));
    CHECK((*json::parse(desk.out))["relays"].items().size() == 2);
    REQUIRE(!desk.run({"del", "@A.example"}));
    CHECK(desk.run({"del", "@a.example"}) == ErrorKind::not_found);
}

TEST_CASE("what would be no relay is refused") {
    Desk desk;
    const std::vector<std::string_view> jens{"add", "jens@a.example"};
    const auto with = [&](std::vector<std::string_view> more) {
        more.insert(more.begin(), jens.begin(), jens.end());
        return more;
    };
    for (const auto& words :
         std::vector<std::vector<std::string_view>>{{"add"},
                                                    {"add", "jens", "--host=p.example"},
                                                    {"add", "@", "--host=p.example"},
                                                    {"add", "jens@elsewhere.example", "--host=p.example"},
                                                    with({}),
                                                    with({"--host="}),
                                                    with({"--host=mail.a.example"}),
                                                    with({"--host=p.example]:1 x"}),
                                                    with({"--host=p.example", "--port=0"}),
                                                    with({"--host=p.example", "--port=65536"}),
                                                    with({"--host=p.example", "--tls=never"}),
                                                    with({"--host=p.example", "--tls=may", "--user=j"}),
                                                    with({"--host=p.example", "--tls=may", "--port=465"}),
                                                    with({"--host=p.example", "--user="}),
                                                    with({"--host=p.example", "--user=a:b"}),
                                                    with({"--host=p.example", "--user=a\nb"}),
                                                    {"burn"}}) {
        CAPTURE(words.back());
        CHECK(desk.run(words, "a secret\n") == ErrorKind::usage);
    }
    CHECK(desk.run(with({"--host=p.example", "--user=j"})) == ErrorKind::usage);
    CHECK(desk.run(with({"--host=p.example", "--user=j"}), "a\nb\n") == ErrorKind::usage);
    CHECK(desk.run(with({"--host=p.example", "--user=j"}), "\x01\n") == ErrorKind::usage);
    CHECK(desk.store.relays()->empty());
}
