#pragma once
/// The reports about our domains, in a database file: for figures and people. Bounded; losing it costs nothing but the
/// past.
#include <filesystem>
#include <string>
#include <vector>

#include "db/database.h"
#include "reports/report.h"

namespace reports {

/// Kept so long after they came, and as many.
inline constexpr std::chrono::days kept{90};
inline constexpr std::int64_t most_reports = 20'000;

/// What was reported about one domain of one address, or one result of TLS.
struct SourceSum {
    std::string domain;
    Source source;
};
struct SessionsSum {
    std::string domain;
    Sessions sessions;
};

/// Everything reported since a moment.
struct Told {
    std::vector<SourceSum> sources;     ///< by domain, the most mails first
    std::vector<SessionsSum> sessions;  ///< by domain, the most sessions first
    std::vector<std::string> reporters;
    std::int64_t dmarc_reports = 0, tls_reports = 0;
};

/// How many of a domain went well, or did not.
struct Total {
    std::string domain;
    bool good = false;
    std::int64_t count = 0;
    bool operator==(const Total&) const = default;
};
struct Totals {
    std::vector<Total> mails, sessions;
};

/// One object belongs to one thread at a time; others may read the file meanwhile.
class Store {
  public:
    /// Opens the file or makes one, for root only; its folder must exist. A damaged one is put aside
    /// (`<file>.damaged`).
    static base::Result<Store> open(const std::filesystem::path& file);
    /// Only to read; `not_found` when there is none.
    static base::Result<Store> open_to_read(const std::filesystem::path& file);

    /// Keeps a report of the server that calls itself, provably, `reporter`; false when it is there already. Removes
    /// what is too old or too much.
    base::Result<bool> add(const Report& report, const std::string& reporter, base::SystemTime now);

    /// What was reported on times that ended after `since`; of one domain, or all for an empty text.
    base::Result<Told> since(base::SystemTime since, const std::string& domain = {});

    /// The same added up, for figures that are read all the time.
    base::Result<Totals> totals(base::SystemTime since);

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}
    base::Result<bool> write(const Report& report, const std::string& reporter, base::SystemTime now);

    db::Database database_;
};

}  // namespace reports
