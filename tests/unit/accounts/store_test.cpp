#include "accounts/store.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <format>
#include <thread>

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

base::Result<> set_aliases(Store& store, std::vector<Alias> aliases) {
    auto done = store.replace_aliases([&](const auto&) { return base::Result<std::vector<Alias>>(aliases); });
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
    CHECK(engine_asks(workspace, sender, "@example.net") == Words{"meier@example.org"});
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
    CHECK(!store.replace_aliases([](const auto&) -> base::Result<std::vector<Alias>> { return base::fail("bad"); }));
    CHECK(!set_aliases(store, {{"b@example.org", "x@y.example"}, {"b@example.org", "x@y.example"}}));
    CHECK(engine_asks(workspace, alias, "a@example.org") == Words{"x@elsewhere.example"});
    CHECK(engine_asks(workspace, alias, "b@example.org").empty());
}

TEST_CASE("every look-up goes by an index") {
    const TemporaryWorkspace workspace;
    (void)make(workspace);
    auto database = db::Database::open(workspace.database(), db::Database::Mode::read_only);
    for (const auto query : {mailbox, alias, sender, password}) {
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
