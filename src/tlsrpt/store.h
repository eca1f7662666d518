#pragma once
/// How TLS to others went, counted by day (UTC) and domain, and the reports about it on their way; in a SQLite file of
/// their own. What strangers can make it hold is bounded.
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "db/database.h"
#include "tlsrpt/event.h"

namespace tlsrpt {

/// What is kept of one day at most. Beyond, a session counts, but without its details, or not at all.
inline constexpr std::int64_t most_domains = 2000, most_policies = 8, most_failures = 50;

using Day = std::chrono::sys_days;

/// Sessions held against one policy.
struct Counted {
    Policy policy;
    std::int64_t successes = 0, failures = 0;
    std::vector<std::pair<Failure, std::int64_t>> details;  ///< may be fewer than `failures`
    bool operator==(const Counted&) const = default;
};

/// A report that was not delivered yet.
struct Outgoing {
    std::int64_t number = 0;
    std::string domain;  ///< whom it is about, and for
    std::string target;  ///< a mail address or an https:// URL
    std::string id;      ///< of the report
    Day day;
    std::string report;  ///< JSON
};

/// Safe from any thread, and from several processes.
class Store {
  public:
    /// Opens the file or makes one, for root only; its folder must exist. A damaged one is put aside
    /// (`<file>.damaged`).
    static base::Result<Store> open(const std::filesystem::path& file);

    base::Result<> add(std::span<const Event> events, Day day);

    /// What is counted and not yet in a report, the oldest day first.
    base::Result<std::vector<std::pair<Day, std::string>>> days_and_domains();
    base::Result<std::vector<Counted>> counted(Day day, const std::string& domain);

    /// Puts a report in the place of what was counted; with no targets it is only forgotten.
    base::Result<> hand_over(Day day, const std::string& domain, const std::vector<std::string>& targets,
                             const std::string& id, const std::string& report, base::SystemTime now);

    /// Reports to be delivered now; each is then left alone for an hour, and given up a day after it was made.
    base::Result<std::vector<Outgoing>> take_due(base::SystemTime now);
    base::Result<> delivered(std::int64_t number);

  private:
    explicit Store(db::Database database) : database_(std::move(database)), mutex_(std::make_unique<std::mutex>()) {}
    base::Result<> add_one(const Event& event, Day day);
    base::Result<> add_failure(const Event& event, Day day, const std::string& policy);
    base::Result<std::int64_t> number_from(std::string_view sql, std::initializer_list<db::Value> values);
    base::Result<> forget(Day day, const std::string& domain);

    db::Database database_;
    std::unique_ptr<std::mutex> mutex_;
};

}  // namespace tlsrpt
