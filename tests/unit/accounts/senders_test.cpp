#include "accounts/senders.h"

#include "accounts/alias_book.h"
#include "accounts/store.h"
#include "sys/files.h"
#include "tests/unit/accounts/temporary.h"

TEST_CASE("a login may send as itself, as an alias of its own, as it was granted, and with a detail") {
    const TemporaryWorkspace workspace;
    const auto site = example_site();
    auto store = accounts::Store::create(workspace.database());
    REQUIRE(store);
    const base::SystemTime noon{std::chrono::hours(12)};
    for (const auto name : {"jens@example.org", "meier@example.org"})
        REQUIRE(store->add(address(name), "{HASH}", noon));
    REQUIRE(sys::ensure_directory(workspace.aliases_file().parent_path()));
    REQUIRE(sys::write_file(workspace.aliases_file(),
                            "sales@example.org jens\nall@example.org jens, meier\n/shop-.*@example\\.net/ jens\n"));
    const auto updated = accounts::AliasBook(*store, workspace, site).update();
    REQUIRE_MESSAGE(updated, updated.error().text);
    REQUIRE(store->add_grant({.login = "meier@example.org", .sender = "@example.net"}));
    const auto may = [&](const char* login, const char* sender) {
        const auto allowed = accounts::may_send(workspace, example_site(), login, sender);
        REQUIRE_MESSAGE(allowed, allowed.error().text);
        return *allowed;
    };
    for (const auto sender : {"jens@example.org", "jens+shop@example.org", "JENS@example.org", "sales@example.org",
                              "shop-7@example.net", "shop-7+x@example.net"}) {
        CAPTURE(sender);
        CHECK(may("jens@example.org", sender));
    }
    for (const auto sender : {"meier@example.org", "all@example.org", "nobody@example.org", "x@example.net", "", "jens",
                              "' OR '1'='1", "jens@example.org\n"}) {
        CAPTURE(sender);
        CHECK_FALSE(may("jens@example.org", sender));
    }
    CHECK(may("meier@example.org", "anybody@example.net"));
    CHECK_FALSE(may("meier@example.org", "sales@example.org"));
    CHECK_FALSE(may("", "jens@example.org"));
}

TEST_CASE("without accounts nobody can tell who may send") {
    const TemporaryWorkspace workspace;
    CHECK_FALSE(accounts::may_send(workspace, example_site(), "jens@example.org", "jens@example.org"));
}
