#pragma once
/// The wall around SQLite: one database file, statements with bound values, transactions, schema steps, health and
/// copies. SQL is portable (`?` places, no dialect beyond the schema) and never built from data. This uses SQLite's own
/// interface rather than Poco::Data's, because it must know which errors mean "busy" and which mean "damaged", set the
/// file's mode, and start no threads; another back end would be a second class with these few functions.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace db {

/// What a `?` stands for.
using Value = std::variant<std::int64_t, std::string>;

/// One row of an answer. Asking for a column that is not there, or as the wrong type, is a mistake in our own code.
class Row {
  public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
    const std::string& text(std::size_t column) const { return std::get<std::string>(columns_.at(column)); }
    std::int64_t integer(std::size_t column) const { return std::get<std::int64_t>(columns_.at(column)); }

  private:
    std::vector<Value> columns_;
};

/// The state of a database file as examine() found it.
struct Condition {
    bool good = false;
    std::string fault;  ///< what SQLite says is wrong, when it is not good
};

/// An open database. One object belongs to one thread at a time; several objects, threads and processes may have the
/// same file open. Errors: transient when another process keeps it locked for more than 20 seconds or the disk is full,
/// `exists` when a row would break a key.
class Database {
  public:
    enum class Mode { existing, create, read_only };

    /// What a power cut may take; the file stays whole in either case, and a killed process loses nothing.
    enum class Durability {
        every_commit,  ///< nothing: a commit is on disk before it is reported (synchronous=FULL)
        checkpoints,   ///< the last commits: the disk is not waited for (synchronous=NORMAL)
    };

    /// Opens the file: 0600 when it is made here, write-ahead log. `not_found` when it must exist and does not.
    static base::Result<Database> open(const std::filesystem::path& path, Mode mode,
                                       Durability durability = Durability::every_commit);

    /// Opens or makes the file and brings its schema up to date (migrate()).
    static base::Result<Database> open_current(const std::filesystem::path& path,
                                               std::span<const std::string_view> steps,
                                               Durability durability = Durability::every_commit);

    /// Whether the file is a whole, undamaged database. An empty file is not. An error only when this cannot be found
    /// out.
    static base::Result<Condition> examine(const std::filesystem::path& path);

    /// Executes one statement; the number of rows it changed.
    base::Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> values = {});

    /// Executes one statement once for each list of values.
    base::Result<> execute_each(std::string_view sql, std::span<const std::vector<Value>> rows);

    /// All rows of the answer. NULL is the empty text.
    base::Result<std::vector<Row>> query(std::string_view sql, std::initializer_list<Value> values = {});

    /// Runs `work` in a transaction that takes the write lock at its start: others wait (up to 20 seconds), so what is
    /// read inside stays true until the commit. Rolled back when `work` fails.
    base::Result<> transaction(const std::function<base::Result<>()>& work);

    /// Brings the schema up to date: `steps[n]` (several statements) leads from version n to n+1, each in a
    /// transaction of its own. A database of a newer version is an error.
    base::Result<> migrate(std::span<const std::string_view> steps);

    /// Writes a whole copy to disk, mode 0600, as the database is now, without stopping other users; `path` must not
    /// exist.
    base::Result<> copy_to(const std::filesystem::path& path);

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    using Handle = std::unique_ptr<sqlite3, Close>;
    class Statement;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    Database(Handle handle, std::string name) : handle_(std::move(handle)), name_(std::move(name)) {}
    static base::Result<Database> connect(const std::filesystem::path& path, int flags);
    base::Result<> script(std::string_view sql);
    std::unexpected<base::Error> error(std::string_view doing, int code) const;

    Handle handle_;
    std::string name_;
    /// Prepared before, by their SQL, and not in use: to compile a statement costs more than to run it.
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> prepared_;
};

}  // namespace db
