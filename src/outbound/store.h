#pragma once
/// What is remembered of what accounts send, in a SQLite file of its own: counts in pieces of five minutes, whom each
/// account has written to (as hashes), who is stopped or trusted, and why which mail is held. Commands and the
/// supervisor have it open at the same time. Losing it loses no mail: the mail is in Postfix' queue.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "db/database.h"
#include "outbound/limits.h"
#include "outbound/results.h"

namespace outbound {

struct Stop {
    std::string account;
    base::SystemTime since;
    std::string why;  ///< excess()
    bool owner_told = false, admin_told = false;
    bool operator==(const Stop&) const = default;
};

struct Trust {
    std::string account;
    std::optional<base::SystemTime> until;  ///< nothing: for good
    bool operator==(const Trust&) const = default;
};

/// Why a mail is held.
struct Held {
    std::string queue_id, account;
    base::SystemTime since;
    std::string subject, why;
    bool operator==(const Held&) const = default;
};

/// How the mail at hand changes the counts.
struct Addition {
    std::string network;                  ///< may be empty
    std::vector<std::string> recipients;  ///< outside
};

/// An open file; one object belongs to one thread at a time.
class Store {
  public:
    /// Opens the file or makes an empty one, for root only; its folder must exist.
    static base::Result<Store> open(const std::filesystem::path& file);
    /// The same for the server's start: a damaged file is put aside (`<file>.damaged`) and a new one begun.
    static base::Result<Store> open_or_renew(const std::filesystem::path& file);

    /// What is read inside stays true until the commit.
    base::Result<> transaction(const std::function<base::Result<>()>& work) { return database_.transaction(work); }

    base::Result<std::optional<Stop>> stop_of(const std::string& account);
    base::Result<bool> trusted(const std::string& account, base::SystemTime now);
    /// The counts as they are, and as they would be with one more mail.
    base::Result<Traffic> traffic(const std::string& account, base::SystemTime now);
    base::Result<Traffic> traffic_with(const std::string& account, const Addition& addition, base::SystemTime now);

    /// The mail was let go: it counts, and its recipients are known from now on.
    base::Result<> count(const std::string& account, const Addition& addition, base::SystemTime now);
    base::Result<> count(const std::string& account, const Tally& results, base::SystemTime now);
    base::Result<> learn(const std::string& account, const std::vector<std::string>& recipients, base::SystemTime now);

    base::Result<> stop(const Stop& stop);
    base::Result<> hold(const Held& held);
    /// The owner, or the admin, knows.
    base::Result<> told(const Stop& stop, bool owner);
    /// The end of a stop; the counts begin anew. False: it was not stopped.
    base::Result<bool> let_go(const std::string& account);
    base::Result<> forget_held(const std::vector<std::string>& queue_ids);

    base::Result<> trust(const Trust& trust);
    /// False: it was not trusted.
    base::Result<bool> untrust(const std::string& account);

    base::Result<std::vector<Stop>> stops();
    base::Result<std::vector<Trust>> trusts(base::SystemTime now);
    base::Result<std::vector<Held>> held();

    /// What is known of one account is from now on known of another.
    base::Result<> rename(const std::string& from, const std::string& to);
    /// To be called when an account goes. Why its mail is held stays known.
    base::Result<> forget(const std::string& account);

    /// Removes what no decision needs any more: counts after a day, recipients after a year or beyond the newest
    /// 20 000 of an account, expired trust.
    base::Result<> tidy(base::SystemTime now);

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}
    base::Result<std::uint64_t> unknown_among(const std::string& account, const std::vector<std::string>& recipients);
    base::Result<bool> changed(std::string_view sql, std::initializer_list<db::Value> values);

    db::Database database_;
};

}  // namespace outbound
