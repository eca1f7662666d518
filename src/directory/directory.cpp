#include "directory/directory.h"

#include <algorithm>

#include "base/text.h"
#include "directory/filter.h"

namespace directory {
namespace {

/// Postfix takes no more recipients from one alias.
constexpr int most_of_an_alias = 1000;
constexpr int most_people = 200'000;
constexpr std::size_t most_idle = 8;
constexpr std::chrono::seconds pause{5};

/// jens@example.org of "jens@Example.org" and of "smtp:jens@example.org"; nothing when it is no such address.
std::optional<std::string> address_in(std::string_view value) {
    if (base::lower(value.substr(0, 5)) == "smtp:") value.remove_prefix(5);
    const auto address = base::EmailAddress::parse(value);
    return address ? std::optional(address->str()) : std::nullopt;
}

/// 1073741824, 500M, 5G, 5GB, as Dovecot reads it; nothing for all else, which Dovecot complains about.
std::optional<std::uint64_t> octets(std::string_view text) {
    constexpr std::string_view units = "bkmgt";
    auto lower = base::lower(text);
    if (lower.size() > 1 && lower.ends_with('b') && units.contains(lower[lower.size() - 2])) lower.pop_back();
    const auto unit = lower.empty() ? std::string_view::npos : units.find(lower.back());
    if (unit != std::string_view::npos) lower.pop_back();
    const auto number = base::parse_number(base::trim(lower));
    const unsigned shift = unit == std::string_view::npos ? 0 : 10 * static_cast<unsigned>(unit);
    if (!number || *number > (UINT64_MAX >> shift)) return std::nullopt;
    return *number << shift;
}

std::vector<Person> people_of(const std::vector<Entry>& entries) {
    std::vector<Person> people;
    for (const auto& entry : entries)
        if (auto person = person_of(entry)) people.push_back(std::move(*person));
    std::ranges::sort(people);
    return people;
}

}  // namespace

std::optional<Person> person_of(const Entry& entry) {
    const auto& mail = entry.values.at(0);
    if (mail.empty()) return std::nullopt;
    const auto address = base::EmailAddress::parse(mail.front());
    if (!address) return std::nullopt;
    Person person{.address = address->str(), .aliases = {}, .quota = {}, .dn = entry.dn};
    for (const auto& list : {mail, entry.values.at(1)})
        for (const auto& value : list)
            if (auto alias = address_in(value); alias && *alias != person.address)
                person.aliases.push_back(std::move(*alias));
    std::ranges::sort(person.aliases);
    const auto repeated = std::ranges::unique(person.aliases);
    person.aliases.erase(repeated.begin(), repeated.end());
    if (const auto& quota = entry.values.at(2); !quota.empty()) person.quota = octets(quota.front());
    return person;
}

base::Result<Connection> Directory::take() {
    {
        const std::lock_guard lock(mutex_);
        const auto now = Clock::now();
        if (!trouble_.empty() && now < next_try_) return base::fail_transient(trouble_);
        // One tries; the others are told that it is down meanwhile.
        next_try_ = now + pause;
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return open();
}

base::Result<Connection> Directory::open() {
    auto connection = Connection::open(options_);
    if (!connection) went_down(connection.error());
    return connection;
}

void Directory::give_back(Connection connection) {
    const std::lock_guard lock(mutex_);
    trouble_.clear();
    if (idle_.size() < most_idle) idle_.push_back(std::move(connection));
}

void Directory::went_down(const base::Error& error) {
    const std::lock_guard lock(mutex_);
    trouble_ = error.text;
    next_try_ = Clock::now() + pause;
    idle_.clear();
}

Directory::Entries Directory::search(const std::string& filter, int most) {
    // A connection that was idle may have been closed over there: then a new one is worth a try.
    for (bool last = false;; last = true) {
        auto connection = last ? open() : take();
        if (!connection) return std::unexpected(connection.error());
        const std::vector<std::string> attributes{options_.mail, options_.alias.empty() ? "1.1" : options_.alias,
                                                  options_.quota.empty() ? "1.1" : options_.quota};
        auto entries = connection->search(options_.base_dn, filter, attributes, most);
        if (entries) {
            give_back(std::move(*connection));
            return entries;
        }
        if (last) {
            went_down(entries.error());
            return entries;
        }
    }
}

base::Result<std::vector<Person>> Directory::find(const base::EmailAddress& address) {
    const auto entries = search(filled(by_address(options_), address.str()), most_of_an_alias);
    if (!entries) return std::unexpected(entries.error());
    return people_of(*entries);
}

base::Result<bool> Directory::is_password(const Person& person, const base::Secret& password) {
    auto connection = Connection::open(options_);
    if (!connection) return std::unexpected(connection.error());
    return connection->bind(person.dn, password);
}

base::Result<std::vector<Person>> Directory::list() {
    const auto entries = search(filled(everybody(options_), ""), most_people);
    if (!entries) return std::unexpected(entries.error());
    return people_of(*entries);
}

base::Result<> Directory::check() {
    auto connection = Connection::open(options_);
    if (!connection) return std::unexpected(connection.error());
    // The filter as well: a mistake in it shows here, not at the first mail.
    const auto found = connection->search(options_.base_dn, filled(by_address(options_), "nobody@nowhere.invalid"),
                                          {options_.mail}, most_of_an_alias);
    if (!found) return std::unexpected(found.error());
    return {};
}

}  // namespace directory
