#include "db/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <format>
#include <utility>

namespace db {
namespace {

/// Long enough for a hundred commands at once that all change the accounts, on a slow disk.
constexpr int busy_timeout_ms = 20'000;

/// Of one connection; more than any store here has.
constexpr std::size_t most_prepared = 64;

bool is_damage(int code) {
    const int primary = code & 0xFF;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

/// Makes an empty file that nobody else can read; SQLite gives its -wal and -shm files the same mode.
base::Result<> make_private_file(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return base::fail(std::format("cannot make {}: {}", path.string(), base::errno_text(errno)), {},
                          errno == EEXIST ? base::ErrorKind::exists : base::ErrorKind::failed);
    ::close(descriptor);
    return {};
}

}  // namespace

void Database::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

/// A prepared statement and its values. It goes back to those that are not in use, so its database must stay where it
/// is meanwhile.
class Database::Statement {
  public:
    static base::Result<Statement> prepare(Database& database, std::string_view sql) {
        if (const auto found = database.prepared_.find(sql); found != database.prepared_.end())
            return Statement(database, std::string(sql), std::move(database.prepared_.extract(found).mapped()));
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) return database.error("query", code);
        return Statement(database, std::string(sql), std::unique_ptr<sqlite3_stmt, Finalize>(statement));
    }

    Statement(Statement&&) noexcept = default;
    Statement& operator=(Statement&&) = delete;
    ~Statement() {
        if (!statement_ || database_.prepared_.size() >= most_prepared) return;
        sqlite3_reset(statement_.get());
        database_.prepared_.insert_or_assign(std::move(sql_), std::move(statement_));
    }

    template <class Values>
    int bind(const Values& values) {
        assert(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_.get())) == values.size());
        sqlite3_reset(statement_.get());
        int index = 0;
        for (const Value& value : values) {
            ++index;
            const auto* text = std::get_if<std::string>(&value);
            // SQLITE_TRANSIENT is a C cast in the header; a null destructor (static text) holds as long as we step.
            const int code =
                text ? sqlite3_bind_text64(statement_.get(), index, text->data(), text->size(), nullptr, SQLITE_UTF8)
                     : sqlite3_bind_int64(statement_.get(), index, std::get<std::int64_t>(value));
            if (code != SQLITE_OK) return code;
        }
        return SQLITE_OK;
    }

    int step() { return sqlite3_step(statement_.get()); }

    Row row() const {
        std::vector<Value> columns;
        for (int i = 0; i < sqlite3_column_count(statement_.get()); ++i) {
            if (sqlite3_column_type(statement_.get(), i) == SQLITE_INTEGER) {
                columns.emplace_back(static_cast<std::int64_t>(sqlite3_column_int64(statement_.get(), i)));
                continue;
            }
            const auto* text = static_cast<const char*>(sqlite3_column_blob(statement_.get(), i));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), i));
            columns.emplace_back(text ? std::string(text, size) : std::string());
        }
        return Row(std::move(columns));
    }

  private:
    Statement(Database& database, std::string sql, std::unique_ptr<sqlite3_stmt, Finalize> statement)
        : database_(database), sql_(std::move(sql)), statement_(std::move(statement)) {}

    Database& database_;
    std::string sql_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

std::unexpected<base::Error> Database::error(std::string_view doing, int code) const {
    auto text =
        std::format("cannot {} {}: {}", doing, name_, handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code));
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return base::fail_transient(std::move(text), "Another command is changing it; try again.");
        case SQLITE_FULL:
            return base::fail_transient(std::move(text), "Make room on the disk, then try again.");
        case SQLITE_CONSTRAINT:
            return base::fail(std::move(text), {}, base::ErrorKind::exists);
        case SQLITE_READONLY:
            return base::fail(std::move(text), "The file or its folder cannot be written.");
        default:
            return base::fail(std::move(text));
    }
}

base::Result<Database> Database::open(const std::filesystem::path& path, Mode mode, Durability durability) {
    if (mode == Mode::create) {
        if (auto made = make_private_file(path); !made && made.error().kind != base::ErrorKind::exists)
            return std::unexpected(made.error());
    }
    auto database = connect(path, mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    if (!database) return database;
    const auto prepared =
        database->script(mode == Mode::read_only ? "PRAGMA query_only=1;"
                         : durability == Durability::every_commit
                             ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=1;"
                             : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=1;");
    if (!prepared) return std::unexpected(prepared.error());
    return database;
}

base::Result<Database> Database::connect(const std::filesystem::path& path, int flags) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return base::fail(std::format("cannot open {}: there is no such file", path.string()), {},
                          base::ErrorKind::not_found);
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database(Handle(raw), path.string());
    if (code != SQLITE_OK) return database.error("open", code);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    return database;
}

base::Result<Database> Database::open_current(const std::filesystem::path& path,
                                              std::span<const std::string_view> steps, Durability durability) {
    auto database = open(path, Mode::create, durability);
    if (!database) return database;
    if (auto current = database->migrate(steps); !current) return std::unexpected(current.error());
    return database;
}

base::Result<Condition> Database::examine(const std::filesystem::path& path) {
    std::error_code problem;
    if (std::filesystem::file_size(path, problem) == 0 && !problem) return Condition{false, "the file is empty"};
    auto database = connect(path, SQLITE_OPEN_READWRITE);
    if (!database) return std::unexpected(database.error());
    auto statement = Statement::prepare(*database, "PRAGMA integrity_check(1)");
    const int code = statement ? statement->step() : sqlite3_extended_errcode(database->handle_.get());
    if (is_damage(code)) return Condition{false, sqlite3_errstr(code)};
    if (code != SQLITE_ROW) return database->error("check", code);
    const auto verdict = statement->row().text(0);
    return Condition{verdict == "ok", verdict == "ok" ? "" : verdict};
}

base::Result<std::int64_t> Database::execute(std::string_view sql, std::initializer_list<Value> values) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement) return std::unexpected(statement.error());
    if (const int code = statement->bind(values); code != SQLITE_OK) return error("change", code);
    if (const int code = statement->step(); code != SQLITE_DONE && code != SQLITE_ROW) return error("change", code);
    return sqlite3_changes64(handle_.get());
}

base::Result<> Database::execute_each(std::string_view sql, std::span<const std::vector<Value>> rows) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement) return std::unexpected(statement.error());
    for (const auto& row : rows) {
        if (const int code = statement->bind(row); code != SQLITE_OK) return error("change", code);
        if (const int code = statement->step(); code != SQLITE_DONE) return error("change", code);
    }
    return {};
}

base::Result<std::vector<Row>> Database::query(std::string_view sql, std::initializer_list<Value> values) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement) return std::unexpected(statement.error());
    if (const int code = statement->bind(values); code != SQLITE_OK) return error("read", code);
    std::vector<Row> rows;
    int code = SQLITE_OK;
    while ((code = statement->step()) == SQLITE_ROW) rows.push_back(statement->row());
    if (code != SQLITE_DONE) return error("read", code);
    return rows;
}

base::Result<> Database::transaction(const std::function<base::Result<>()>& work) {
    if (auto begun = script("BEGIN IMMEDIATE"); !begun) return begun;
    auto done = work();
    if (done) done = script("COMMIT");
    if (!done && !sqlite3_get_autocommit(handle_.get()))
        if (const auto undone = script("ROLLBACK"); !undone) return undone;
    return done;
}

base::Result<> Database::migrate(std::span<const std::string_view> steps) {
    for (;;) {
        const auto now = query("PRAGMA user_version");
        if (!now) return std::unexpected(now.error());
        bool finished = now->at(0).integer(0) == static_cast<std::int64_t>(steps.size());
        if (finished) return {};
        const auto step = transaction([&]() -> base::Result<> {
            const auto answer = query("PRAGMA user_version");
            if (!answer) return std::unexpected(answer.error());
            const auto version = static_cast<std::size_t>(answer->at(0).integer(0));
            if (version > steps.size())
                return base::fail(std::format("cannot use {}: it was written by a newer version of this server", name_),
                                  "Start the newer version again, or restore the backup made before the upgrade.");
            finished = version == steps.size();
            if (finished) return {};
            if (auto done = script(steps[version]); !done) return done;
            return script(std::format("PRAGMA user_version={}", version + 1));
        });
        if (!step || finished) return step;
    }
}

base::Result<> Database::copy_to(const std::filesystem::path& path) {
    if (auto made = make_private_file(path); !made) return made;
    // VACUUM INTO takes an empty file that exists; it reads one snapshot, so writers go on meanwhile.
    if (auto copied = execute("VACUUM INTO ?", {path.string()}); !copied) {
        ::unlink(path.c_str());
        return std::unexpected(copied.error());
    }
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int problem = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return base::fail(std::format("cannot write {}: {}", path.string(), base::errno_text(problem)));
    return {};
}

base::Result<> Database::script(std::string_view sql) {
    const int code = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error("use", code);
    return {};
}

}  // namespace db
