#include "app/sync/sync.h"

#include <doctest/doctest.h>

#include <sstream>

#include "json/json.h"
#include "tests/unit/temporary_folder.h"

using base::ErrorKind;

namespace {

struct NoonClock final : base::Clock {
    base::SystemTime now() const override { return base::SystemTime(std::chrono::seconds(1'000'000)); }
};

struct Desk {
    tests::TemporaryFolder folder;
    accounts::Store store = *accounts::Store::create(folder.path() / "accounts.sqlite");
    NoonClock clock;
    app::Installation here;
    settings::Settings settings{.domain = *base::Domain::parse("a.example"),
                                .hostname = *base::Hostname::parse("mail.a.example"),
                                .admin_email = *base::EmailAddress::parse("x@a.example"),
                                .admin_user_initial_password = {},
                                .additional_domains = {},
                                .public_ipv4 = {},
                                .public_ipv6 = {}};
    base::Result<imapsync::FolderMap> folders =
        imapsync::FolderMap{.pairs = {{.far = "INBOX", .near = "INBOX"}, {.far = "Gesendet", .near = "Sent"}},
                            .delimiter = "/",
                            .left_out = {"All: why"}};
    std::string out;

    Desk() {
        here.workspace = folder.path().string();
        REQUIRE(store.add(*base::EmailAddress::parse("jens@a.example"), "hash", clock.now()));
    }

    std::optional<ErrorKind> run(std::vector<std::string_view> words, const std::string& in = "a secret\n") {
        std::istringstream input(in);
        std::ostringstream output;
        const auto done = app::SyncCommand{.settings = settings,
                                           .here = here,
                                           .store = store,
                                           .clock = clock,
                                           .find_folders = [&](const auto&) { return folders; },
                                           .in = input,
                                           .out = output}
                              .run(words);
        out = output.str();
        return done ? std::nullopt : std::optional(done.error().kind);
    }
};

const std::vector<std::string_view> jens{"add",     "Jens@A.example", "--host",          "IMAP.p.example",
                                         "--login", "jens",           "--password-stdin"};

std::vector<std::string_view> with(std::initializer_list<std::string_view> more) {
    auto words = jens;
    words.insert(words.end(), more);
    return words;
}

}  // namespace

TEST_CASE("an account is added, listed without its password, and removed") {
    Desk desk;
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out == "No account is synchronised.\n");
    REQUIRE(!desk.run(with({"--every", "1h", "--map", "Ads=Junk", "--expunge"})));
    CHECK(desk.out ==
          "jens@a.example is synchronised with imap.p.example from now on, every 3600 s.\n2 folders\n"
          "  Gesendet there is Sent here\n  left out: All: why\n");
    const auto stored = desk.store.syncs()->front();
    CHECK(stored.password.reveal() == "a secret");
    CHECK(stored.expunge);
    CHECK(!stored.two_way);
    CHECK(desk.run(jens) == ErrorKind::exists);
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out ==
          "jens@a.example  with jens at imap.p.example:993, every 3600 s, deletions too\n    not done yet\n");
    REQUIRE(!desk.run({"list", "--json"}));
    CHECK(!desk.out.contains("secret"));
    CHECK((*json::parse(desk.out))["accounts"].items().size() == 1);
    CHECK(desk.run({"run", "x@a.example"}) == ErrorKind::not_found);
    REQUIRE(!desk.run({"del", "JENS@a.example", "imap.p.example"}));
    CHECK(desk.run({"del", "jens@a.example"}) == ErrorKind::not_found);
}

TEST_CASE("a provider that is away is taken, one that refuses is not") {
    Desk desk;
    desk.folders = base::fail("refuses the login");
    CHECK(desk.run(jens) == ErrorKind::failed);
    CHECK(desk.store.syncs()->empty());
    desk.folders = base::fail_transient("cannot reach it");
    CHECK(!desk.run(jens));
    CHECK(desk.out.contains("cannot reach it; it is tried again"));
}

TEST_CASE("a removed user has none, a renamed one keeps it") {
    Desk desk;
    REQUIRE(!desk.run(jens));
    const auto from = *base::EmailAddress::parse("jens@a.example"), to = *base::EmailAddress::parse("j@a.example");
    REQUIRE(desk.store.rename(from, to, false, [] { return base::Result<>(); }));
    CHECK(desk.store.syncs()->front().address == "j@a.example");
    REQUIRE(desk.store.remove(to));
    CHECK(desk.store.syncs()->empty());
}

TEST_CASE("what cannot be an account elsewhere is refused") {
    Desk desk;
    for (const auto& words : {with({"--every", "5s"}),
                              with({"--every", "2d"}),
                              with({"--port", "0"}),
                              with({"--tls", "may"}),
                              with({"--map", "a"}),
                              with({"--login", "a\nb"}),
                              with({"--login", ""}),
                              with({"--host", "[::1]"}),
                              with({"--host", "mail.a.example"}),
                              with({"--what"}),
                              {"add", "jens"},
                              {"add"}})
        CHECK(desk.run(words) == ErrorKind::usage);
    CHECK(desk.run(jens, "") == ErrorKind::usage);
    CHECK(desk.run(jens, "\n") == ErrorKind::usage);
    CHECK(desk.run(jens, "a\tb\n") == ErrorKind::usage);
    CHECK(desk.run({"add", "x@a.example", "--host", "h.example", "--login", "x"}) == ErrorKind::not_found);
    CHECK(desk.store.syncs()->empty());
}
