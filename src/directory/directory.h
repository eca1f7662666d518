#pragma once
/// The people in the operator's directory (LDAP), as far as mail is concerned. Asked anew for every question; a
/// directory that does not answer holds up nobody for long: who asks within some seconds after that hears so at once.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/error.h"
#include "base/secret.h"
#include "directory/connection.h"
#include "directory/options.h"

namespace directory {

/// Somebody who has a mailbox.
struct Person {
    std::string address;                 ///< what the mailbox is called; lower case
    std::vector<std::string> aliases;    ///< other addresses; sorted, lower case
    std::optional<std::uint64_t> quota;  ///< octets; 0: no limit; nothing: none of its own
    std::string dn;
    auto operator<=>(const Person&) const = default;
};

/// The person of an entry, whose values are those of mail, alias and quota; nothing when it has no address that could
/// be one of ours.
std::optional<Person> person_of(const Entry& entry);

/// Safe from any thread.
class Directory {
  public:
    explicit Directory(Options options) : options_(std::move(options)) {}

    /// Those to whom mail for an address goes: one person, or all who have the same alias. Nobody: an empty list.
    /// A transient error when the directory cannot be asked.
    base::Result<std::vector<Person>> find(const base::EmailAddress& address);

    /// Whether this is the password of a person who was found.
    base::Result<bool> is_password(const Person& person, const base::Secret& password);

    /// Everybody, by address.
    base::Result<std::vector<Person>> list();

    /// Whether the directory can be asked: connects, binds, and looks for the base.
    base::Result<> check();

    const Options& options() const { return options_; }

  private:
    using Clock = std::chrono::steady_clock;
    using Entries = base::Result<std::vector<Entry>>;

    Entries search(const std::string& filter, int most);
    base::Result<Connection> take();
    base::Result<Connection> open();
    void give_back(Connection connection);
    void went_down(const base::Error& error);

    Options options_;
    std::mutex mutex_;
    std::vector<Connection> idle_;
    std::string trouble_;         ///< why it is down; empty: it is not
    Clock::time_point next_try_;  ///< while it is down
};

}  // namespace directory
