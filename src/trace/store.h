#pragma once
/// What happened to mails, in a database file: found by queue id, Message-ID and address. Bounded in time and size;
/// losing it costs nothing but the past.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "db/database.h"
#include "trace/fact.h"

namespace trace {

/// One mail, or one attempt to hand one in.
struct Mail {
    std::string queue_id;     ///< empty when it was refused before it got one
    std::vector<Fact> facts;  ///< the oldest first; without words and refusals
};

struct Found {
    std::vector<Mail> mails;  ///< the newest first
    bool more = false;        ///< there are older ones
};

/// Refusals of one kind by one provider.
struct RefusalCount {
    std::string kind, provider;
    std::int64_t mails = 0;
    bool operator==(const RefusalCount&) const = default;
};

/// One object belongs to one thread at a time; others may read the file meanwhile.
class Store {
  public:
    /// Opens the file or makes one, for root only; its folder must exist. A damaged one is put aside
    /// (`<file>.damaged`), which takes the time to read it whole.
    static base::Result<Store> open(const std::filesystem::path& file);
    /// Only to read; `not_found` when there is none.
    static base::Result<Store> open_to_read(const std::filesystem::path& file);

    /// All of them or, when the disk refuses, none.
    base::Result<> add(std::span<const Fact> facts);

    /// The mails with this queue id, Message-ID or address that began after `since`, at most `limit`.
    base::Result<Found> find(const std::string& what, base::SystemTime since, std::size_t limit);

    base::Result<std::vector<RefusalCount>> refusals(base::SystemTime since);

    /// Removes some of the mails that began before `oldest`, or the oldest ones while the file holds more than
    /// `most_octets`. True when there may be more to remove.
    base::Result<bool> tidy(base::SystemTime oldest, std::int64_t most_octets);

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}
    base::Result<std::int64_t> number_of(const Fact& fact);
    base::Result<std::int64_t> number_from(std::string_view sql, std::initializer_list<db::Value> values = {});
    base::Result<> write(std::span<const Fact> facts);
    base::Result<> remove_up_to(std::int64_t number);

    db::Database database_;
    std::unordered_map<std::string, std::int64_t> numbers_;  ///< queue id → its mail, of the latest
};

}  // namespace trace
