#pragma once
/// Who is logged in at the account page. Sessions are in memory only and end with the process; the browser has a random
/// name for its own in a cookie, and memory has only that name's hash.
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
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
    base::EmailAddress address;
    std::string credential;  ///< fingerprint of the password's hash at login: another one ends the session
    std::string csrf;        ///< each form must bring it along
    base::SystemTime opened, used;
};

/// Safe from any thread.
class Sessions {
  public:
    static constexpr std::chrono::minutes idle_limit{15};
    static constexpr std::chrono::hours total_limit{8};
    static constexpr std::size_t most_per_account = 8;  ///< one more ends the oldest
    static constexpr std::size_t most = 10'000;

    /// The clock must outlive the object.
    explicit Sessions(const base::Clock& clock) : clock_(clock) {}

    /// Begins a session; the answer is its id for the cookie (256 random bits). Fails without random numbers.
    base::Result<std::string> open(const base::EmailAddress& address, std::string credential);

    /// The session of this id, whose idle time begins anew; nothing when it has ended or never was.
    std::optional<Session> find(std::string_view id);

    void close(std::string_view id);
    void close_all(const base::EmailAddress& address);

    void leave_notice(std::string_view id, Notice notice);
    /// The notice left, which is gone then.
    std::optional<Notice> take_notice(std::string_view id);

  private:
    struct Entry {
        Session session;
        std::optional<Notice> notice;
    };
    bool has_ended(const Session& session) const;
    void make_room(const base::EmailAddress& address);

    const base::Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;  ///< by the id's hash
};

}  // namespace web
