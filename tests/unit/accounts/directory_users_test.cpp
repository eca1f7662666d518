#include "accounts/directory_users.h"

#include "accounts/alias_book.h"
#include "accounts/senders.h"
#include "accounts/store.h"
#include "sys/files.h"
#include "tests/unit/accounts/temporary.h"

namespace {

/// With a directory that cannot be asked: whatever needs it is an error.
accounts::Site site_with_directory() {
    auto site = example_site();
    site.directory = std::make_shared<directory::Directory>(
        directory::Options{.uris = "ldap://127.0.0.1:1", .base_dn = "dc=example"});
    return site;
}

}  // namespace

TEST_CASE("directory: who is known here, or served nowhere here, is never looked for there") {
    const TemporaryWorkspace workspace;
    const auto site = site_with_directory();
    auto store = accounts::Store::create(workspace.database());
    REQUIRE(store);
    REQUIRE(store->add(address("jens@example.org"), "{HASH}", base::SystemTime{}));
    REQUIRE(sys::ensure_directory(workspace.aliases_file().parent_path()));
    REQUIRE(sys::write_file(workspace.aliases_file(), "sales@example.org jens\n@example.net @example.org\n"));
    const auto updated = accounts::AliasBook(*store, workspace, site).update();
    REQUIRE_MESSAGE(updated, updated.error().text);
    const auto asked = [&](const char* name) {
        const auto users = accounts::directory_users(workspace, site, address(name));
        if (users) CHECK(users->empty());
        return !users;
    };
    for (const auto name : {"jens@example.org", "sales@example.org", "jens@example.net", "sales@example.net",
                            "jens+detail@example.org", "somebody@elsewhere.example"})
        CHECK_MESSAGE(!asked(name), name);
    for (const auto name : {"somebody@example.org", "somebody+detail@example.org", "somebody@example.net"})
        CHECK_MESSAGE(asked(name), name);

    CHECK(*accounts::may_send(workspace, site, "jens@example.org", "sales@example.org"));
    CHECK_FALSE(*accounts::may_send(workspace, site, "somebody@example.org", "jens@example.org"));
    // Nobody knows whose it is: neither yes nor no.
    CHECK_FALSE(accounts::may_send(workspace, site, "somebody@example.org", "somebody@example.org"));
}

TEST_CASE("directory: an alias may lead to somebody there, and does while nobody can tell") {
    const TemporaryWorkspace workspace;
    auto store = accounts::Store::create(workspace.database());
    REQUIRE(store);
    REQUIRE(sys::ensure_directory(workspace.aliases_file().parent_path()));
    REQUIRE(sys::write_file(workspace.aliases_file(), "sales@example.org somebody@example.org\n"));
    CHECK_FALSE(accounts::AliasBook(*store, workspace, example_site()).update());
    CHECK(accounts::AliasBook(*store, workspace, site_with_directory()).update());
}
