#include "db/database.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>

using db::Database;

namespace {

/// A folder that is gone after the test.
struct TemporaryFolder {
    TemporaryFolder() {
        std::string name = "/tmp/db-test-XXXXXX";
        path = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::filesystem::path path;
};

constexpr std::array<std::string_view, 2> schema{"CREATE TABLE t(k TEXT PRIMARY KEY, n INTEGER)",
                                                 "CREATE INDEX i ON t(n)"};

Database make(const std::filesystem::path& path) {
    auto database = Database::open(path, Database::Mode::create);
    REQUIRE_MESSAGE(database, database.error().text);
    REQUIRE(database->migrate(schema));
    return std::move(*database);
}

}  // namespace

TEST_CASE("a new database is readable by its owner only, with its log") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    REQUIRE(database.execute("INSERT INTO t VALUES(?, ?)", {"a", 1}));
    for (const char* name : {"x.sqlite", "x.sqlite-wal", "x.sqlite-shm"}) {
        struct stat status{};
        REQUIRE(::stat((folder.path / name).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    CHECK(database.query("PRAGMA journal_mode")->at(0).text(0) == "wal");
    CHECK(database.query("PRAGMA synchronous")->at(0).integer(0) == 2);
    CHECK(database.query("PRAGMA foreign_keys")->at(0).integer(0) == 1);
}

TEST_CASE("a database that may lose its last commits does not wait for the disk") {
    const TemporaryFolder folder;
    auto database = Database::open_current(folder.path / "x.sqlite", schema, Database::Durability::checkpoints);
    REQUIRE(database);
    CHECK(database->query("PRAGMA synchronous")->at(0).integer(0) == 1);
    CHECK(database->query("PRAGMA journal_mode")->at(0).text(0) == "wal");
}

TEST_CASE("a statement is as new each time it is used") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    constexpr std::string_view insert = "INSERT INTO t VALUES(?, ?)", read = "SELECT k FROM t WHERE n > ? ORDER BY n";
    REQUIRE(database.execute(insert, {"a", 1}));
    CHECK(database.execute(insert, {"a", 2}).error().kind == base::ErrorKind::exists);
    REQUIRE(database.execute(insert, {"b", 2}));  // what failed before does not stick
    CHECK(database.query(read, {0})->size() == 2);
    CHECK(database.query(read, {1})->size() == 1);
    // Neither does it hold a lock nor an old view of the database, and it survives a change of the schema by others.
    auto other = Database::open(folder.path / "x.sqlite", Database::Mode::existing);
    REQUIRE(other->execute("ALTER TABLE t ADD COLUMN m TEXT"));
    REQUIRE(other->execute("INSERT INTO t(k, n) VALUES('c', 3)"));
    CHECK(database.query(read, {1})->size() == 2);
    auto moved = std::move(database);
    CHECK(moved.query(read, {2})->size() == 1);
    // More different ones than are kept.
    for (int number = 0; number < 200; ++number)
        CHECK(moved.query("SELECT " + std::to_string(number))->at(0).integer(0) == number);
    CHECK(moved.query("SELECT 7")->at(0).integer(0) == 7);
}

TEST_CASE("values are bound, never read as SQL") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    const std::string hostile = "'); DROP TABLE t; --\0\xff%?";
    CHECK(*database.execute("INSERT INTO t VALUES(?, ?)", {hostile, 7}) == 1);
    const auto rows = database.query("SELECT k, n FROM t WHERE k=?", {hostile});
    REQUIRE(rows->size() == 1);
    CHECK(rows->at(0).text(0) == hostile);
    CHECK(rows->at(0).integer(1) == 7);
    CHECK(database.query("SELECT k FROM t WHERE k=?", {"'"})->empty());
}

TEST_CASE("a second row of the same key is 'exists', a mistake in SQL is not") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    REQUIRE(database.execute("INSERT INTO t VALUES('a', 1)"));
    CHECK(database.execute("INSERT INTO t VALUES('a', 1)").error().kind == base::ErrorKind::exists);
    CHECK(database.execute("INSERT INTO nowhere VALUES(1)").error().kind == base::ErrorKind::failed);
}

TEST_CASE("a transaction that fails leaves nothing behind") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    const auto done = database.transaction([&]() -> base::Result<> {
        REQUIRE(database.execute("INSERT INTO t VALUES('a', 1)"));
        return base::fail("cannot go on");
    });
    CHECK(done.error().text == "cannot go on");
    CHECK(database.query("SELECT k FROM t")->empty());
    REQUIRE(database.transaction([&]() -> base::Result<> {
        return database.execute_each("INSERT INTO t VALUES(?, ?)",
                                     std::vector<std::vector<db::Value>>{{"a", 1}, {"b", 2}});
    }));
    CHECK(database.query("SELECT k FROM t")->size() == 2);
}

TEST_CASE("transactions of several threads follow one another") {
    const TemporaryFolder folder;
    const auto path = folder.path / "x.sqlite";
    REQUIRE(make(path).execute("INSERT INTO t VALUES('count', 0)"));
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&path] {
            auto database = Database::open(path, Database::Mode::existing);
            for (int round = 0; database && round < 5; ++round)
                (void)database->transaction([&]() -> base::Result<> {
                    const auto now = database->query("SELECT n FROM t")->at(0).integer(0);
                    if (auto done = database->execute("UPDATE t SET n=?", {now + 1}); !done)
                        return std::unexpected(done.error());
                    return {};
                });
        });
    threads.clear();
    CHECK(Database::open(path, Database::Mode::read_only)->query("SELECT n FROM t")->at(0).integer(0) == 40);
}

TEST_CASE("schema steps run once, in order; a newer schema is refused") {
    const TemporaryFolder folder;
    const auto path = folder.path / "x.sqlite";
    auto database = Database::open(path, Database::Mode::create);
    REQUIRE(database->migrate(std::span(schema).first(1)));
    CHECK(database->query("PRAGMA user_version")->at(0).integer(0) == 1);
    REQUIRE(database->migrate(schema));
    REQUIRE(database->migrate(schema));
    CHECK(database->query("PRAGMA user_version")->at(0).integer(0) == 2);
    CHECK(database->migrate(std::span(schema).first(1)).error().text.contains("newer version"));
    constexpr std::array<std::string_view, 3> broken{schema[0], schema[1], "CREATE TABLE u(x); CREATE nonsense"};
    CHECK(!database->migrate(broken));
    CHECK(database->query("PRAGMA user_version")->at(0).integer(0) == 2);
    CHECK(database->query("SELECT name FROM sqlite_master WHERE name='u'")->empty());
}

TEST_CASE("a copy is whole, private and made while the database is in use") {
    const TemporaryFolder folder;
    auto database = make(folder.path / "x.sqlite");
    REQUIRE(database.execute("INSERT INTO t VALUES('a', 1)"));
    const auto copy = folder.path / "it's a copy.sqlite";
    REQUIRE(database.copy_to(copy));
    CHECK(Database::open(copy, Database::Mode::existing)->query("SELECT k FROM t")->size() == 1);
    CHECK(std::filesystem::status(copy).permissions() == std::filesystem::perms(0600));
    CHECK(database.copy_to(copy).error().kind == base::ErrorKind::exists);
}

TEST_CASE("examine tells good files from damaged ones") {
    const TemporaryFolder folder;
    const auto path = folder.path / "x.sqlite";
    {
        auto database = make(path);
        std::vector<std::vector<db::Value>> rows;
        for (std::int64_t i = 0; i < 2000; ++i) rows.push_back({"key " + std::to_string(i), i});
        REQUIRE(database.transaction([&] { return database.execute_each("INSERT INTO t VALUES(?, ?)", rows); }));
    }
    CHECK(Database::examine(path)->good);
    const auto size = std::filesystem::file_size(path);
    const auto damaged = [&](const auto& change) {
        const auto victim = folder.path / "victim.sqlite";
        std::filesystem::copy_file(path, victim, std::filesystem::copy_options::overwrite_existing);
        change(victim);
        const auto condition = Database::examine(victim);
        REQUIRE_MESSAGE(condition, condition.error().text);
        CHECK(condition->fault.empty() == condition->good);
        return !condition->good;
    };
    using std::filesystem::resize_file;
    CHECK(damaged([](const auto& file) { resize_file(file, 0); }));
    CHECK(damaged([](const auto& file) { resize_file(file, 100); }));
    CHECK(damaged([&](const auto& file) { resize_file(file, size / 2); }));
    CHECK(damaged([&](const auto& file) { resize_file(file, size - 4096); }));
    CHECK(damaged([](const auto& file) { std::ofstream(file) << std::string(20'000, 'x'); }));
    for (std::streamoff page = 0; page < static_cast<std::streamoff>(size / 4096); page += 7)
        CHECK(damaged([&](const auto& file) {
            std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(page * 4096);
            stream << std::string(4096, '\0');
        }));
    CHECK(!damaged([](const auto& file) { std::ofstream(file.string() + "-wal") << "rubbish of an older run"; }));
    CHECK(Database::examine(folder.path / "none").error().kind == base::ErrorKind::not_found);
    CHECK(Database::open(folder.path / "none", Database::Mode::existing).error().kind == base::ErrorKind::not_found);
}
