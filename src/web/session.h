#pragma once
/// Who is logged in at a page. Sessions are in memory only and end with the process; the browser has a random
/// name for its own in a cookie, and memory has only that name's hash.
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace web {

/// Shown once, on the next page.
struct Notice {
    std::string text;
    base::Secret secret;  ///< an app password just made; mostly empty
};

struct Session {
    std::string account;     ///< an address; at the dashboards the one name there is
    std::string credential;  ///< fingerprint of the password's hash at login: another one ends the session
    std::string csrf;        ///< each form must bring it along
    base::SystemTime opened, used;
};

/// When a session ends by itself, and how many there may be.
struct SessionLimits {
    std::chrono::minutes idle{15};
    std::chrono::hours total{8};
    std::size_t most_per_account = 8;  ///< one more ends the oldest
    std::size_t most = 10'000;
};

/// Safe from any thread.
class Sessions {
  public:
    /// The clock must outlive the object.
    explicit Sessions(const base::Clock& clock, SessionLimits limits = {}) : clock_(clock), limits_(limits) {}

    /// Begins a session; the answer is its id for the cookie (256 random bits). Fails without random numbers.
    base::Result<std::string> open(const std::string& account, std::string credential);

    /// The session of this id, whose idle time begins anew; nothing when it has ended or never was.
    std::optional<Session> find(std::string_view id);

    void close(std::string_view id);
    void close_all(std::string_view account);

    void leave_notice(std::string_view id, Notice notice);
    /// The notice left, which is gone then.
    std::optional<Notice> take_notice(std::string_view id);

  private:
    struct Entry {
        Session session;
        std::optional<Notice> notice;
    };
    bool has_ended(const Session& session) const;
    void make_room(std::string_view account);

    const base::Clock& clock_;
    SessionLimits limits_;
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;  ///< by the id's hash
};

}  // namespace web
