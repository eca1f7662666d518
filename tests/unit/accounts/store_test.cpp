#include "accounts/store.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <format>
#include <thread>

#include "accounts/schema.h"
#include "tests/unit/accounts/temporary.h"

using accounts::Alias;
using accounts::Store;

namespace {

const base::SystemTime noon{std::chrono::hours(12)};

Store make(const TemporaryWorkspace& workspace) {
    auto store = Store::create(workspace.database());
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

/// What an engine gets for a query, as it asks: through a connection of its own.
std::vector<std::string> engine_asks(const TemporaryWorkspace& workspace, std::string_view sql,
                                     const std::string& key) {
    auto database = db::Database::open(workspace.database(), db::Database::Mode::read_only);
    const auto rows = database->query(sql, {key});
    REQUIRE_MESSAGE(rows, rows.error().text);
    std::vector<std::string> answers;
    for (const auto& row : *rows) answers.push_back(row.text(0));
    std::ranges::sort(answers);
    return answers;
}

using Words = std::vector<std::string>;
constexpr std::string_view mailbox = "SELECT address FROM lookup_mailbox WHERE address = ?";
constexpr std::string_view alias = "SELECT target FROM lookup_alias WHERE source = ?";
constexpr std::string_view sender = "SELECT login FROM lookup_sender WHERE address = ?";
constexpr std::string_view password = "SELECT password FROM lookup_password WHERE address = ?";

constexpr std::string_view access_text = "SELECT text FROM lookup_access WHERE recipient = ?";
constexpr std::string_view app_password =
    "SELECT name FROM lookup_app_password WHERE address = ? AND protocol = 'imap' AND digest = 'd1'";
constexpr std::string_view domain_alias = "SELECT target FROM lookup_domain_alias WHERE source = ?";

base::Result<> set_aliases(Store& store, std::vector<Alias> aliases) {
    auto done = store.replace_aliases([&](const auto&) {
        return base::Result<accounts::Aliases>({.plain = aliases, .domains = {}, .patterns = {}});
    });
    if (!done) return std::unexpected(done.error());
    return {};
}

}  // namespace

TEST_CASE("what is committed is what the engines are told at once") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(store.add(address("jens@example.org"), "{HASH}1", noon));
    CHECK(engine_asks(workspace, mailbox, "jens@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, password, "jens@example.org") == Words{"{HASH}1"});
    REQUIRE(store.set_password(address("jens@example.org"), "{HASH}2", noon));
    CHECK(engine_asks(workspace, password, "jens@example.org") == Words{"{HASH}2"});
    REQUIRE(store.remove(address("jens@example.org")));
    CHECK(engine_asks(workspace, mailbox, "jens@example.org").empty());
    CHECK(engine_asks(workspace, password, "jens@example.org").empty());
}

TEST_CASE("an account exists once; who does not exist cannot be changed or removed") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(store.add(address("jens@example.org"), "{HASH}1", noon));
    CHECK(store.add(address("jens@example.org"), "{HASH}2", noon).error().kind == base::ErrorKind::exists);
    CHECK(engine_asks(workspace, password, "jens@example.org") == Words{"{HASH}1"});
    CHECK(store.remove(address("jen@example.org")).error().kind == base::ErrorKind::not_found);
    CHECK(store.remove(address("jens_@example.org")).error().kind == base::ErrorKind::not_found);
    CHECK(store.set_password(address("ens@example.org"), "x", noon).error().kind == base::ErrorKind::not_found);
    CHECK(store.list()->size() == 1);
    CHECK(store.list()->at(0).created == noon);
    CHECK(*store.has(address("jens@example.org")));
    CHECK(!*store.has(address("meier@example.org")));
}

TEST_CASE("a catch-all takes no account's mail and a forward keeps the local copy") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(store.add(address("jens@example.org"), "x", noon));
    REQUIRE(set_aliases(store, {{"@example.org", "jens@example.org"}, {"jens@example.org", "jens@elsewhere.example"}}));
    CHECK(engine_asks(workspace, alias, "jens@example.org") == Words{"jens@elsewhere.example", "jens@example.org"});
    CHECK(engine_asks(workspace, alias, "@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, alias, "other@example.org").empty());
}

TEST_CASE("who may send as what: the account itself and aliases that lead to it alone") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    for (const char* name : {"jens@example.org", "meier@example.org"}) REQUIRE(store.add(address(name), "x", noon));
    REQUIRE(set_aliases(store, {{"sales@example.org", "jens@example.org"},
                                {"all@example.org", "jens@example.org"},
                                {"all@example.org", "meier@example.org"},
                                {"mixed@example.org", "jens@example.org"},
                                {"mixed@example.org", "x@elsewhere.example"},
                                {"out@example.org", "x@elsewhere.example"},
                                {"meier@example.org", "jens@example.org"},
                                {"@example.net", "meier@example.org"}}));
    CHECK(engine_asks(workspace, sender, "jens@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, sender, "sales@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, sender, "all@example.org").empty());
    CHECK(engine_asks(workspace, sender, "mixed@example.org").empty());
    CHECK(engine_asks(workspace, sender, "out@example.org").empty());
    // jens gets copies of meier's mail; that is no right to write in meier's name.
    CHECK(engine_asks(workspace, sender, "meier@example.org") == Words{"meier@example.org"});
    // A catch-all is not the right to be anybody.
    CHECK(engine_asks(workspace, sender, "@example.net").empty());
}

TEST_CASE("postmaster and abuse lead to the administrator unless somebody has that name") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(store.apply(example_site()));
    CHECK(engine_asks(workspace, alias, "postmaster@example.org").empty());  // nobody is there yet
    REQUIRE(store.add(address("boss@example.org"), "x", noon));
    for (const char* name : {"postmaster@example.org", "abuse@example.org", "postmaster@example.net",
                             "abuse@example.net", "postmaster@mail.example.com", "abuse@mail.example.com"})
        CHECK_MESSAGE(engine_asks(workspace, alias, name) == Words{"boss@example.org"}, name);
    CHECK(engine_asks(workspace, sender, "abuse@example.net") == Words{"boss@example.org"});

    REQUIRE(store.add(address("abuse@example.net"), "x", noon));
    CHECK(engine_asks(workspace, alias, "abuse@example.net") == Words{"abuse@example.net"});
    REQUIRE(store.remove(address("abuse@example.net")));
    CHECK(engine_asks(workspace, alias, "abuse@example.net") == Words{"boss@example.org"});

    REQUIRE(
        set_aliases(store, {{"abuse@example.org", "x@elsewhere.example"}, {"abuse@example.net", "boss@example.org"}}));
    CHECK(engine_asks(workspace, alias, "abuse@example.org") == Words{"x@elsewhere.example"});
    REQUIRE(set_aliases(store, {}));
    CHECK(engine_asks(workspace, alias, "abuse@example.org") == Words{"boss@example.org"});

    auto smaller = example_site();
    smaller.domains.pop_back();
    REQUIRE(store.apply(smaller));
    CHECK(engine_asks(workspace, alias, "postmaster@example.net").empty());
    CHECK(engine_asks(workspace, alias, "postmaster@example.org") == Words{"boss@example.org"});
    REQUIRE(store.remove(address("boss@example.org")));
    CHECK(engine_asks(workspace, alias, "postmaster@example.org").empty());
}

TEST_CASE("removing a user takes the aliases that led there out of force and names them") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    for (const char* name : {"jens@example.org", "meier@example.org"}) REQUIRE(store.add(address(name), "x", noon));
    REQUIRE(set_aliases(store, {{"all@example.org", "jens@example.org"},
                                {"all@example.org", "meier@example.org"},
                                {"sales@example.org", "jens@example.org"}}));
    CHECK(*store.remove(address("jens@example.org")) == Words{"all@example.org", "sales@example.org"});
    CHECK(engine_asks(workspace, alias, "sales@example.org").empty());
    CHECK(engine_asks(workspace, alias, "all@example.org") == Words{"meier@example.org"});
}

TEST_CASE("aliases are replaced all or not at all") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(set_aliases(store, {{"a@example.org", "x@elsewhere.example"}}));
    CHECK(!store.replace_aliases([](const auto&) -> base::Result<accounts::Aliases> { return base::fail("bad"); }));
    CHECK(!set_aliases(store, {{"b@example.org", "x@y.example"}, {"b@example.org", "x@y.example"}}));
    CHECK(engine_asks(workspace, alias, "a@example.org") == Words{"x@elsewhere.example"});
    CHECK(engine_asks(workspace, alias, "b@example.org").empty());
}

TEST_CASE("every look-up goes by an index") {
    const TemporaryWorkspace workspace;
    (void)make(workspace);
    auto database = db::Database::open(workspace.database(), db::Database::Mode::read_only);
    for (const auto query : {mailbox, alias, sender, password, access_text, app_password, domain_alias}) {
        const auto plan = database->query(std::format("EXPLAIN QUERY PLAN {}", query), {"jens@example.org"});
        REQUIRE(plan);
        for (const auto& step : *plan) CHECK_MESSAGE(!step.text(3).starts_with("SCAN"), step.text(3));
    }
}

TEST_CASE("of eight threads adding one name exactly one succeeds; different names are all kept") {
    const TemporaryWorkspace workspace;
    (void)make(workspace);
    std::atomic<int> same = 0, exists = 0, different = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                auto store = Store::open(workspace.database());
                if (!store) return;
                const auto added = store->add(address("same@example.org"), "x", noon);
                if (added) ++same;
                if (!added && added.error().kind == base::ErrorKind::exists) ++exists;
                if (store->add(address(std::format("user{}@example.org", i)), "x", noon)) ++different;
            });
    }
    CHECK(same == 1);
    CHECK(exists == 7);
    CHECK(different == 8);
    CHECK(Store::open(workspace.database())->list()->size() == 9);
}

TEST_CASE("several processes making the accounts file at once end with one") {
    const TemporaryWorkspace workspace;
    std::vector<std::jthread> threads;
    std::atomic<int> made = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            if (Store::create(workspace.database())) ++made;
        });
    threads.clear();
    CHECK(made == 4);
    CHECK(!std::filesystem::exists(workspace.database().string() + ".new"));
}

TEST_CASE("a command killed at any moment leaves a whole store, old or new") {
    const TemporaryWorkspace workspace;
    (void)make(workspace);
    for (int round = 0; round < 50; ++round) {
        // The child tells of each commit; the kill comes somewhere in the work for the next one.
        int told[2];
        REQUIRE(::pipe(told) == 0);
        const auto child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto store = Store::open(workspace.database());
            for (int i = 0; store; ++i) {
                (void)store->add(address(std::format("r{}n{}@example.org", round, i)), "x", noon);
                (void)!::write(told[1], "+", 1);
            }
            ::_exit(0);
        }
        for (int commits = 0; commits <= round % 5; ++commits) {
            char byte;
            REQUIRE(::read(told[0], &byte, 1) == 1);
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (const int end : told) ::close(end);
    }
    CHECK(db::Database::examine(workspace.database())->good);
    auto store = Store::open(workspace.database());
    REQUIRE(store);
    REQUIRE(store->add(address("after@example.org"), "x", noon));
    const auto all = store->list();
    CHECK(all->size() >= 50 * 3 + 1);
    for (const auto& account : *all) CHECK(engine_asks(workspace, password, account.address) == Words{"x"});
}

TEST_CASE("a server that was never started has no accounts to open") {
    const TemporaryWorkspace workspace;
    const auto store = Store::open(workspace.database());
    CHECK(store.error().kind == base::ErrorKind::not_running);
}

TEST_CASE("a file of the first version is brought up to date with everything in it") {
    const TemporaryWorkspace workspace;
    std::filesystem::create_directories(workspace.database().parent_path());
    {
        auto old = db::Database::open(workspace.database(), db::Database::Mode::create);
        REQUIRE(old->migrate(accounts::schema().first(1)));
        REQUIRE(old->execute("INSERT INTO accounts VALUES('jens@example.org', '{HASH}1', 1, 1)"));
        REQUIRE(old->execute("INSERT INTO aliases VALUES('info@example.org', 'jens@example.org', 'file')"));
    }
    auto store = Store::open(workspace.database());
    REQUIRE_MESSAGE(store, store.error().text);
    const auto account = store->get(address("jens@example.org"));
    REQUIRE(account);
    CHECK(!account->quota);
    CHECK(!account->disabled);
    CHECK(engine_asks(workspace, alias, "info@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, sender, "info@example.org") == Words{"jens@example.org"});
}

TEST_CASE("a disabled account has no password of any kind, and keeps its mailbox") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    const auto jens = address("jens@example.org");
    REQUIRE(store.add(jens, "{HASH}1", noon));
    REQUIRE(store.add_app_password(jens, {.name = "phone", .created = noon, .protocols = {"imap", "smtp"}}, "d1"));
    CHECK(engine_asks(workspace, app_password, "jens@example.org") == Words{"phone"});
    REQUIRE(store.set_disabled(jens, true));
    CHECK(engine_asks(workspace, password, "jens@example.org").empty());
    CHECK(engine_asks(workspace, app_password, "jens@example.org").empty());
    CHECK(engine_asks(workspace, mailbox, "jens@example.org") == Words{"jens@example.org"});
    CHECK(store.hash_of(jens)->empty());
    REQUIRE(store.set_disabled(jens, false));
    CHECK(engine_asks(workspace, password, "jens@example.org") == Words{"{HASH}1"});
    CHECK(store.set_disabled(address("x@example.org"), true).error().kind == base::ErrorKind::not_found);
}

TEST_CASE("an app password is good for its protocols only, and gone with the account") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    const auto jens = address("jens@example.org");
    REQUIRE(store.add(jens, "{HASH}1", noon));
    const accounts::AppPassword phone{.name = "phone", .created = noon, .protocols = {"smtp"}};
    REQUIRE(store.add_app_password(jens, phone, "d1"));
    CHECK(engine_asks(workspace, app_password, "jens@example.org").empty());
    CHECK(store.add_app_password(jens, phone, "d2").error().kind == base::ErrorKind::exists);
    CHECK(store.add_app_password(address("x@example.org"), phone, "d2").error().kind == base::ErrorKind::not_found);
    REQUIRE(store.app_passwords(jens)->size() == 1);
    CHECK(store.app_passwords(jens)->front().protocols == Words{"smtp"});
    CHECK(store.remove_app_password(jens, "tablet").error().kind == base::ErrorKind::not_found);
    REQUIRE(store.remove(jens));
    REQUIRE(store.add(jens, "{HASH}1", noon));
    CHECK(store.app_passwords(jens)->empty());
}

TEST_CASE("who takes no mail refuses it with the text, aliases to nobody else refuse as well") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    const auto robot = address("robot@example.org"), jens = address("jens@example.org");
    REQUIRE(store.add(robot, "{HASH}1", noon));
    REQUIRE(store.add(jens, "{HASH}1", noon));
    REQUIRE(set_aliases(store, {{"news@example.org", "robot@example.org"},
                                {"post@example.org", "news@example.org"},
                                {"all@example.org", "robot@example.org"},
                                {"all@example.org", "jens@example.org"},
                                {"@example.net", "robot@example.org"}}));
    REQUIRE(store.set_send_only(robot, true, ""));
    const Words usual{"This account cannot receive emails."};
    CHECK(engine_asks(workspace, access_text, "robot@example.org") == usual);
    CHECK(engine_asks(workspace, access_text, "news@example.org") == usual);
    CHECK(engine_asks(workspace, access_text, "post@example.org") == usual);
    CHECK(engine_asks(workspace, access_text, "all@example.org").empty());
    CHECK(engine_asks(workspace, alias, "all@example.org") == Words{"jens@example.org"});
    CHECK(engine_asks(workspace, access_text, "@example.net").empty());
    CHECK(engine_asks(workspace, alias, "@example.net").empty());
    REQUIRE(store.set_send_only(robot, true, "I only talk."));
    CHECK(engine_asks(workspace, access_text, "post@example.org") == Words{"I only talk."});
    REQUIRE(store.set_send_only(robot, false, ""));
    CHECK(engine_asks(workspace, access_text, "news@example.org").empty());
    CHECK(engine_asks(workspace, alias, "@example.net") == Words{"robot@example.org"});
}

TEST_CASE("who may send as an address: its account, who an alias leads to alone, who was granted it or its domain") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    const auto jens = address("jens@example.org"), meier = address("meier@example.net");
    REQUIRE(store.add(jens, "{HASH}1", noon));
    REQUIRE(store.add(meier, "{HASH}1", noon));
    REQUIRE(set_aliases(store, {{"sales@example.org", "jens@example.org"},
                                {"all@example.org", "jens@example.org"},
                                {"all@example.org", "meier@example.net"},
                                {"@example.net", "jens@example.org"}}));
    const auto may = [&](const auto& login, std::string_view from) { return *store.may_send(login, address(from)); };
    CHECK(may(jens, "jens@example.org"));
    CHECK(may(jens, "sales@example.org"));
    CHECK(!may(meier, "sales@example.org"));
    CHECK(!may(jens, "all@example.org"));
    // A catch-all is not the right to be anybody.
    CHECK(!may(jens, "whoever@example.net"));
    REQUIRE(store.add_grant({.login = "meier@example.net", .sender = "all@example.org"}));
    REQUIRE(store.add_grant({.login = "meier@example.net", .sender = "@example.org"}));
    CHECK(may(meier, "all@example.org"));
    CHECK(may(meier, "jens@example.org"));
    CHECK(*store.senders_of(meier) == Words{"@example.org", "all@example.org", "meier@example.net"});
    REQUIRE(store.remove_grant({.login = "meier@example.net", .sender = "@example.org"}));
    CHECK(!may(meier, "jens@example.org"));
    REQUIRE(store.remove(meier));
    CHECK(store.grants()->empty());
}

TEST_CASE("a renamed account keeps all that was its own") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    const auto jens = address("jens@example.org"), anna = address("anna@example.org");
    REQUIRE(store.add(jens, "{HASH}1", noon));
    REQUIRE(store.add_app_password(jens, {.name = "phone", .created = noon, .protocols = {"imap"}}, "d1"));
    REQUIRE(store.add_grant({.login = "jens@example.org", .sender = "boss@example.org"}));
    REQUIRE(set_aliases(store, {{"sales@example.org", "jens@example.org"}, {"anna@example.org", "jens@example.org"}}));
    CHECK(!store.rename(jens, anna, true, [] { return base::fail("the disk is full"); }));
    CHECK(engine_asks(workspace, password, "jens@example.org") == Words{"{HASH}1"});
    REQUIRE(store.rename(jens, anna, true, [] { return base::Result<>(); }));
    CHECK(engine_asks(workspace, password, "anna@example.org") == Words{"{HASH}1"});
    CHECK(engine_asks(workspace, mailbox, "jens@example.org").empty());
    CHECK(engine_asks(workspace, alias, "sales@example.org") == Words{"anna@example.org"});
    CHECK(engine_asks(workspace, alias, "jens@example.org") == Words{"anna@example.org"});
    CHECK(engine_asks(workspace, alias, "anna@example.org") == Words{"anna@example.org"});
    CHECK(engine_asks(workspace, app_password, "anna@example.org") == Words{"phone"});
    CHECK(store.grants(anna)->size() == 1);
    REQUIRE(store.add(jens, "{HASH}2", noon));
    CHECK(store.rename(jens, anna, false, [] { return base::Result<>(); }).error().kind == base::ErrorKind::exists);
}

TEST_CASE("refused addresses of commands and of the settings do not get in each other's way") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    using accounts::Reject, accounts::RejectKind;
    const Reject spammer{.kind = RejectKind::sender, .pattern = "spam.example"};
    REQUIRE(store.add_reject(spammer));
    CHECK(store.add_reject(spammer).error().kind == base::ErrorKind::exists);
    REQUIRE(store.set_rejects_of_settings({spammer, {.kind = RejectKind::recipient, .pattern = "old@example.org"}}));
    CHECK(store.rejects()->size() == 3);
    REQUIRE(store.remove_reject(spammer));
    CHECK(engine_asks(workspace, "SELECT pattern FROM lookup_reject WHERE kind = 'sender' AND pattern = ?",
                      "spam.example") == Words{"spam.example"});
    REQUIRE(store.set_rejects_of_settings({}));
    CHECK(store.rejects()->empty());
    CHECK(store.remove_reject(spammer).error().kind == base::ErrorKind::not_found);
}

TEST_CASE("the accounts of an alias domain are in another one") {
    const TemporaryWorkspace workspace;
    auto store = make(workspace);
    REQUIRE(store.replace_aliases([](const auto&) {
        return base::Result<accounts::Aliases>(
            {.plain = {}, .domains = {{"example.net", "example.org"}}, .patterns = {}});
    }));
    CHECK(store.target_of(*base::Domain::parse("example.net")) == *base::Domain::parse("example.org"));
    CHECK(store.target_of(*base::Domain::parse("example.org")) == *base::Domain::parse("example.org"));
}
