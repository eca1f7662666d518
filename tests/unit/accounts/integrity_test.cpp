#include "accounts/integrity.h"

#include <fstream>

#include "accounts/inbox.h"
#include "tests/unit/accounts/temporary.h"

namespace fs = std::filesystem;
using accounts::open_at_start;
using accounts::refresh_last_good;

namespace {

const base::SystemTime noon{std::chrono::hours(12)};

/// A server that ran: one user, a last good copy.
void run_once(const TemporaryWorkspace& workspace) {
    auto store = open_at_start(workspace);
    REQUIRE_MESSAGE(store, store.error().text);
    REQUIRE(store->add(address("jens@example.org"), "x", noon));
    REQUIRE(refresh_last_good(workspace));
}

/// Does what the error says and starts again.
bool restored_by(const base::Error& error, const TemporaryWorkspace& workspace) {
    const auto command = error.remedy.find(": cd ");
    if (command == std::string::npos || std::system(error.remedy.substr(command + 2).c_str()) != 0) return false;
    auto store = open_at_start(workspace);
    return store && *store->has(address("jens@example.org"));
}

}  // namespace

TEST_CASE("a new server gets an empty store, an old one its accounts") {
    const TemporaryWorkspace workspace;
    run_once(workspace);
    CHECK(open_at_start(workspace)->list()->size() == 1);
}

TEST_CASE("a kill between the first start and the first user does not stop the next start") {
    const TemporaryWorkspace workspace;
    REQUIRE(open_at_start(workspace));
    REQUIRE(refresh_last_good(workspace));
    CHECK(open_at_start(workspace));
    std::ofstream(workspace.database().string() + ".new") << "half";
    CHECK(open_at_start(workspace));
    fs::remove(workspace.database());
    CHECK(open_at_start(workspace));
}

TEST_CASE("a damaged file stops the start; the error's command brings the users back") {
    const auto damages = {+[](const fs::path& file) { fs::resize_file(file, 0); },
                          +[](const fs::path& file) { fs::resize_file(file, 5000); },
                          +[](const fs::path& file) { fs::remove(file); },
                          +[](const fs::path& file) { std::ofstream(file) << "no database at all, just text"; },
                          +[](const fs::path& file) {
                              std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
                              stream.seekp(4096);
                              stream << std::string(4096, '\0');
                          },
                          +[](const fs::path& file) {
                              fs::remove(file);
                              REQUIRE(db::Database::open(file, db::Database::Mode::create));
                          },
                          +[](const fs::path& file) {
                              fs::remove(file);
                              REQUIRE(accounts::Store::create(file));
                          }};
    for (const auto damage : damages) {
        const TemporaryWorkspace workspace;
        run_once(workspace);
        damage(workspace.database());
        const auto store = open_at_start(workspace);
        REQUIRE(!store);
        CHECK(store.error().text.contains(workspace.database().string()));
        CHECK_MESSAGE(restored_by(store.error(), workspace), store.error().remedy);
    }
}

TEST_CASE("a stale log beside a good file does no harm") {
    const TemporaryWorkspace workspace;
    run_once(workspace);
    std::ofstream(workspace.database().string() + "-wal") << std::string(9000, 'w');
    CHECK(open_at_start(workspace)->list()->size() == 1);
}

TEST_CASE("inboxes without accounts stop the start, unless they wait for an import") {
    const TemporaryWorkspace workspace;
    REQUIRE(accounts::make_home(workspace, address("jens@example.org")));
    const auto store = open_at_start(workspace);
    REQUIRE(!store);
    CHECK(store.error().text.contains("mail/inboxes"));
    CHECK(store.error().remedy.contains("backup"));
    fs::create_directories(workspace.root / "etc/dovecot");
    std::ofstream(workspace.root / "etc/dovecot/passwd") << "jens@example.org:{SSHA256}x\n";
    CHECK(open_at_start(workspace).error().remedy.contains("./mailserver.sh import workspace"));
    REQUIRE(accounts::Store::create(workspace.database()));  // as an import begins
    CHECK(open_at_start(workspace));
}

TEST_CASE("removing the last user on purpose is no damage") {
    const TemporaryWorkspace workspace;
    run_once(workspace);
    REQUIRE(open_at_start(workspace)->remove(address("jens@example.org")));
    CHECK(open_at_start(workspace)->list()->empty());
}

TEST_CASE("the last good copy follows changes and never takes over damage") {
    const TemporaryWorkspace workspace;
    run_once(workspace);
    (void)refresh_last_good(workspace);
    CHECK(*refresh_last_good(workspace) == false);
    REQUIRE(open_at_start(workspace)->add(address("meier@example.org"), "x", noon));
    CHECK(*refresh_last_good(workspace) == true);
    const auto users = [&] {
        auto copy = db::Database::open(workspace.last_good(), db::Database::Mode::read_only);
        return copy->query("SELECT address FROM accounts")->size();
    };
    CHECK(users() == 2);
    CHECK(fs::status(workspace.last_good()).permissions() == fs::perms(0600));
    fs::resize_file(workspace.database(), 0);
    CHECK(!refresh_last_good(workspace));
    CHECK(users() == 2);
}
