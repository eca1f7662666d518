#include "accounts/users.h"

#include <fstream>

#include "sys/files.h"
#include "tests/unit/accounts/temporary.h"

using accounts::Users;
using base::ErrorKind;
using base::Secret;

namespace {

struct FixedClock final : base::Clock {
    base::SystemTime now() const override { return base::SystemTime(std::chrono::hours(12)); }
};

/// Users on a new store; remembers whose sessions were ended.
struct Server {
    TemporaryWorkspace workspace;
    accounts::Site site = example_site();
    FixedClock clock;
    accounts::Store store = make_store();
    std::vector<std::string> ended;
    Users users{store, workspace, site, clock, [this](const auto& address) { ended.push_back(address.str()); }};

    accounts::Store make_store() const {
        auto made = accounts::Store::create(workspace.database());
        REQUIRE_MESSAGE(made, made.error().text);
        return std::move(*made);
    }
    std::string hash(const std::string& address) const {
        auto database = db::Database::open(workspace.database(), db::Database::Mode::read_only);
        const auto rows = database->query("SELECT password FROM lookup_password WHERE address = ?", {address});
        return rows->empty() ? "" : rows->at(0).text(0);
    }
};

const Secret good{"correct horse"};

}  // namespace

TEST_CASE("a user is added under the lower-case name, with a hash and a home") {
    Server server;
    const auto added = server.users.add("Jens@Example.ORG", good);
    REQUIRE_MESSAGE(added, added.error().text);
    CHECK(added->address.str() == "jens@example.org");
    CHECK(!added->had_mail);
    CHECK(server.hash("jens@example.org").starts_with("{ARGON2ID}$argon2id$"));
    CHECK(std::filesystem::exists(server.workspace.root / "mail/inboxes/example.org/jens@example.org"));
    CHECK(server.users.add("JENS@example.org", good).error().kind == ErrorKind::exists);
    CHECK(server.users.add("jens@example.net", good));
}

TEST_CASE("hostile and foreign names are refused and nothing is made") {
    Server server;
    const std::string nul("a\0@example.org", 14);
    const std::string_view names[] = {"",
                                      " ",
                                      "@",
                                      "jens",
                                      "@example.org",
                                      "jens@",
                                      "jens@example",
                                      "jens@@example.org",
                                      "a@b@example.org",
                                      "jens @example.org",
                                      " jens@example.org",
                                      "jens@example.org ",
                                      "jens@example.org\n",
                                      "jens@example.org\r\nx@example.org",
                                      "jens\t@example.org",
                                      nul,
                                      "../jens@example.org",
                                      "jens/../boss@example.org",
                                      "/etc/passwd@example.org",
                                      "jens@../example.org",
                                      "jens@example.org/..",
                                      "..@example.org",
                                      ".@example.org",
                                      ".jens@example.org",
                                      "jens.@example.org",
                                      "j..ens@example.org",
                                      "-rf@example.org",
                                      "--purge-inbox@example.org",
                                      "'@example.org",
                                      "' OR 1=1 --@example.org",
                                      "x';DROP TABLE accounts;--@example.org",
                                      "\"jens\"@example.org",
                                      "je\"ns@example.org",
                                      "je\\ns@example.org",
                                      "$(id)@example.org",
                                      "${HOME}@example.org",
                                      "`id`@example.org",
                                      "jens;id@example.org",
                                      "jens|id@example.org",
                                      "jens&id@example.org",
                                      "jens>x@example.org",
                                      "jens<x@example.org",
                                      "*@example.org",
                                      ".*@example.org",
                                      "j?ns@example.org",
                                      "[a-z]@example.org",
                                      "%@example.org",
                                      "%u@example.org",
                                      "%{user}@example.org",
                                      "%s%n@example.org",
                                      "jens!@example.org",
                                      "jens#@example.org",
                                      "#jens@example.org",
                                      "jens,boss@example.org",
                                      "jens:x@example.org",
                                      "jens(x)@example.org",
                                      "jens~@example.org",
                                      "jens^@example.org",
                                      "jëns@example.org",
                                      "jens@bücher.example",
                                      "j\xff@example.org",
                                      "jens@[127.0.0.1]",
                                      "jens@127.0.0.1",
                                      "Jens <jens@example.org>",
                                      "<jens@example.org>",
                                      "jens@elsewhere.example",
                                      "jens@sub.example.org",
                                      "jens@mail.example.com",
                                      "jens@xexample.org",
                                      "jens@example.orgx"};
    for (const auto name : names) {
        const auto added = server.users.add(name, good);
        CHECK_MESSAGE(!added, name);
        if (!added) CHECK(added.error().kind == ErrorKind::usage);
    }
    const auto too_long = std::string(65, 'a') + "@example.org";
    CHECK(!server.users.add(too_long, good));
    CHECK(server.users.list()->empty());
    CHECK(!std::filesystem::exists(server.workspace.root / "mail"));
    CHECK(
        server.users.add("jens@elsewhere.example", good).error().text ==
        "cannot add 'jens@elsewhere.example': domain 'elsewhere.example' is not served here: it is neither DOMAIN nor "
        "in ADDITIONAL_DOMAINS");
    // Its mail would all go to jens.
    const auto detailed = server.users.add("jens+list@example.org", good);
    REQUIRE(!detailed);
    CHECK(detailed.error().text == "cannot add 'jens+list@example.org': '+' separates a name from its detail");
    CHECK(detailed.error().kind == ErrorKind::usage);
    server.site.recipient_delimiter = "-.";
    CHECK(server.users.add("jens.meier@example.org", good).error().remedy ==
          "Mail to jens.meier@example.org reaches jens@example.org as it is.");
    CHECK(server.users.add("jens+list@example.org", good));
    server.site.recipient_delimiter = "";
    CHECK(server.users.add("jens.meier@example.org", good));
}

TEST_CASE("a password of any octets but NUL and line ends is good") {
    for (const auto* text : {"'", "\"", "two words", "$HOME", "$(id)", "`id`", "{PLAIN}x", "-leading", "--purge-inbox",
                             "pässwörd€🐴", "\\", "%u%{user}", "a'b\"c", ";", "|", "\t", "\xff\xfe", "{SHA256}", "*"})
        CHECK_MESSAGE(accounts::check_password(Secret(text)), text);
    CHECK(accounts::check_password(Secret(std::string(1024, 'x'))));
    CHECK(!accounts::check_password(Secret("")));
    CHECK(!accounts::check_password(Secret("a\nb")));
    CHECK(!accounts::check_password(Secret("a\rb")));
    CHECK(!accounts::check_password(Secret(std::string("a\0b", 3))));
    CHECK(!accounts::check_password(Secret(std::string(1025, 'x'))));
    Server server;
    CHECK(server.users.add("jens@example.org", Secret("a\nb")).error().kind == ErrorKind::usage);
    CHECK(server.users.list()->empty());
}

TEST_CASE("a new password ends the open sessions; of nobody there are none") {
    Server server;
    REQUIRE(server.users.add("jens@example.org", good));
    const auto before = server.hash("jens@example.org");
    REQUIRE(server.users.set_password("Jens@example.org", Secret("another one")));
    CHECK(server.hash("jens@example.org") != before);
    CHECK(server.ended == std::vector<std::string>{"jens@example.org"});
    const auto unknown = server.users.set_password("jen@example.org", good);
    CHECK(unknown.error().text == "User 'jen@example.org' does not exist. Please create the user first.");
    CHECK(unknown.error().kind == ErrorKind::not_found);
    CHECK(server.ended.size() == 1);
}

TEST_CASE("the login with a hash of another server replaces it by one of ours") {
    Server server;
    // Made by `doveadm pw` from "secret".
    REQUIRE(
        server.users.add_with_hash("jens@example.org", "{SSHA256}k/BTz2qtq2MUGD4wxfR8rexMDyEnyANsLk06GyjUUZP2qmKi"));
    CHECK(*server.users.log_in("jens@example.org", Secret("wrong")) == std::nullopt);
    CHECK(server.hash("jens@example.org").starts_with("{SSHA256}"));
    CHECK(*server.users.log_in("jens@example.org", Secret("secret")) == address("jens@example.org"));
    CHECK(server.hash("jens@example.org").starts_with("{ARGON2ID}"));
    CHECK(*server.users.log_in("jens@example.org", Secret("secret")) == address("jens@example.org"));
    CHECK(*server.users.log_in("jens@example.org", Secret("wrong")) == std::nullopt);
}

TEST_CASE("only exactly the named user is removed") {
    Server server;
    for (const char* name : {"a.c@example.org", "abc@example.org", "a.cd@example.org", "a.c@example.net"})
        REQUIRE(server.users.add(name, good));
    for (const char* name : {".*", "a.*@example.org", "a_c@example.org", "a", "a.c", "a.c@example", "c@example.org"})
        CHECK_MESSAGE(!server.users.remove(name, true), name);
    CHECK(server.users.list()->size() == 4);
    const auto removed = server.users.remove("A.C@example.org", false);
    REQUIRE(removed);
    CHECK(!removed->purged);
    CHECK(server.ended == std::vector<std::string>{"a.c@example.org"});
    CHECK(server.users.list()->size() == 3);
    CHECK(server.users.remove("a.c@example.org", false).error().kind == ErrorKind::not_found);
}

TEST_CASE("mail stays unless purged, and can be purged later") {
    Server server;
    const auto home = server.workspace.root / "mail/inboxes/example.org/jens@example.org";
    const auto deliver = [&] {
        std::filesystem::create_directories(home / "Maildir/new");
        std::ofstream(home / "Maildir/new/1,S=3") << "abc";
    };
    REQUIRE(server.users.add("jens@example.org", good));
    deliver();
    REQUIRE(server.users.remove("jens@example.org", false));
    CHECK(std::filesystem::exists(home));
    CHECK(server.users.stray_homes(*server.users.list()) == std::vector<std::string>{"jens@example.org"});
    CHECK(server.users.add("jens@example.org", good)->had_mail);
    CHECK(server.users.stray_homes(*server.users.list()).empty());
    CHECK(server.users.remove("jens@example.org", true)->purged);
    CHECK(!std::filesystem::exists(home));
    deliver();
    CHECK(server.users.remove("jens@example.org", true)->purged);
    CHECK(!std::filesystem::exists(home));
    CHECK(server.users.remove("jens@example.org", true).error().kind == ErrorKind::not_found);
}

TEST_CASE("the list tells sizes and what is wrong") {
    Server server;
    REQUIRE(server.users.add("jens@example.org", good));
    REQUIRE(server.users.add("meier@example.net", good));
    std::filesystem::remove(server.workspace.root / "mail/inboxes/example.org/jens@example.org");
    server.site.domains.pop_back();
    const auto users = server.users.list();
    REQUIRE(users->size() == 2);
    CHECK(users->at(0).faults == std::vector<std::string>{"mail/inboxes/example.org/jens@example.org is missing"});
    CHECK(users->at(1).faults.at(0).contains("is not served here"));
}

TEST_CASE("the aliases file comes into force as a whole or not at all") {
    Server server;
    REQUIRE(server.users.add("jens@example.org", good));
    CHECK(server.users.aliases().update().error().kind == ErrorKind::not_found);
    REQUIRE(accounts::ensure_aliases_file(server.workspace));
    CHECK(*server.users.aliases().update() == 0);
    const auto targets = [&](const std::string& source) {
        auto database = db::Database::open(server.workspace.database(), db::Database::Mode::read_only);
        return database->query("SELECT target FROM lookup_alias WHERE source = ?", {source})->size();
    };
    REQUIRE(sys::write_file(server.workspace.aliases_file(), "sales jens\ninfo jens, x@elsewhere.example\n"));
    CHECK(*server.users.aliases().update() == 3);
    CHECK(targets("sales@example.org") == 1);
    CHECK(targets("info@example.org") == 2);
    REQUIRE(sys::write_file(server.workspace.aliases_file(), "other jens\nsales |id\n"));
    const auto bad = server.users.aliases().update();
    CHECK(bad.error().kind == ErrorKind::usage);
    CHECK(bad.error().text.starts_with("cannot use etc/postfix/valias:\n  line 2: "));
    CHECK(targets("sales@example.org") == 1);
    CHECK(targets("other@example.org") == 0);
    REQUIRE(accounts::ensure_aliases_file(server.workspace));
    CHECK(sys::read_file(server.workspace.aliases_file())->starts_with("other"));
    REQUIRE(sys::write_file(server.workspace.aliases_file(), std::string(11 * 1024 * 1024, 'x')));
    CHECK(!server.users.aliases().update());
    CHECK(targets("sales@example.org") == 1);
}
