#pragma once
/// Counts what the engines log about mail. Pure but for the registry; belongs to one thread.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "maillog/line.h"
#include "metrics/registry.h"

namespace metrics {

/// The port a session came in by, for Postfix' name of its service ("smtps/smtpd", perhaps behind "proxy/"): smtp,
/// submission or submissions; nothing for the services we use ourselves.
std::optional<std::string_view> port_of(std::string_view service);

class MailFigures {
  public:
    /// Of so many users each has a series of its own, the others one together. The registry must outlive the object.
    MailFigures(Registry& registry, std::size_t most_users);

    void read(const maillog::Entry& entry);

  private:
    /// What is known of a session until it ends.
    struct Session {
        std::string protocol, cipher;  ///< empty: in the clear
        bool is_lost = false;
    };
    /// A mail that may still be refused.
    struct Incoming {
        std::string port;  ///< empty: not by one of ours
        std::string user;  ///< empty: without a login
    };

    void count(const maillog::Entry& entry, const maillog::Connected& event);
    void count(const maillog::Entry& entry, const maillog::Lost& event);
    void count(const maillog::Entry& entry, const maillog::Encrypted& event);
    void count(const maillog::Entry& entry, const maillog::Disconnected& event);
    void count(const maillog::Entry& entry, const maillog::Accepted& event);
    void count(const maillog::Entry& entry, const maillog::PickedUp& event);
    void count(const maillog::Entry& entry, const maillog::Queued& event);
    void count(const maillog::Entry& entry, const maillog::Refused& event);
    void count(const maillog::Entry& entry, const maillog::Delivery& event);
    void count(const maillog::Entry& entry, const maillog::Removed& event);
    void count(const maillog::Entry& entry, const maillog::Complaint& event);
    void count(const maillog::Entry& entry, const maillog::Judged& event);
    template <class Other>
    void count(const maillog::Entry&, const Other&) {}
    void expect(const std::string& queue_id, Incoming mail);

    Registry& registry_;
    std::size_t most_users_;
    std::set<std::string> users_;                // with a series
    std::map<std::uint64_t, Session> sessions_;  // by process of smtpd, which has one at a time
    std::map<std::string, Incoming> incoming_;   // by queue id
};

}  // namespace metrics
