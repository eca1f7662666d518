#pragma once
/// The policies known, in a SQLite file of their own. What was fetched once counts until its time is over (RFC 8461
/// §5.1), restarts included: who can hide a policy from us for a moment gains nothing.
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "db/database.h"
#include "mtasts/policy.h"

namespace mtasts {

/// As many domains as are kept; those that nobody wrote to for the longest time go first.
inline constexpr std::size_t most_domains = 5000;

struct KnownPolicy {
    std::string id;  ///< of the TXT record it was fetched for
    Policy policy;
    base::SystemTime fetched;
};

/// Safe from any thread.
class Store {
  public:
    /// Opens the file or makes one, for root only; its folder must exist. A damaged one is put aside
    /// (`<file>.damaged`).
    static base::Result<Store> open(const std::filesystem::path& file);

    /// The policy of a domain, unless its time is over; noted as used.
    base::Result<std::optional<KnownPolicy>> find(const base::Domain& domain, base::SystemTime now);

    /// Keeps what was fetched now.
    base::Result<> keep(const base::Domain& domain, const std::string& id, const Policy& policy, base::SystemTime now);

    /// Domains to be fetched again: not fetched for a day, and written to in the last 30 days; the oldest first.
    base::Result<std::vector<base::Domain>> due(base::SystemTime now);

  private:
    explicit Store(db::Database database) : database_(std::move(database)), mutex_(std::make_unique<std::mutex>()) {}

    db::Database database_;
    std::unique_ptr<std::mutex> mutex_;
};

}  // namespace mtasts
