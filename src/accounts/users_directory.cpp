/// What is known here of users of the directory: who they are is decided there.
#include <algorithm>
#include <format>
#include <set>

#include "accounts/directory_users.h"
#include "accounts/users.h"

namespace accounts {

base::Result<std::optional<directory::Person>> Users::directory_user(const base::EmailAddress& address) const {
    auto people = directory_users(workspace_, site_, address);
    if (!people) return std::unexpected(people.error());
    const auto found = std::ranges::find(*people, address.str(), &directory::Person::address);
    return found == people->end() ? std::nullopt : std::optional(std::move(*found));
}

std::unexpected<base::Error> Users::unknown(const base::EmailAddress& address) const {
    if (const auto person = directory_user(address); person && *person)
        return base::fail(
            std::format("User '{}' is in the directory; what is kept there is changed there.", address.str()),
            "A user of the same name made with ./user.sh add would take the place of this one.",
            base::ErrorKind::not_found);
    return base::fail(std::format("User '{}' does not exist. Please create the user first.", address.str()),
                      std::format("./user.sh add {}", address.str()), base::ErrorKind::not_found);
}

base::Result<base::EmailAddress> Users::known_anywhere(std::string_view text, std::string_view doing) {
    auto address = known(text, doing);
    if (address || address.error().kind != base::ErrorKind::not_found || !site_.directory) return address;
    const auto parsed = base::EmailAddress::parse(text);
    const auto person = directory_user(*parsed);
    if (!person) return base::context(doing, person.error());
    return *person ? base::Result<base::EmailAddress>(*parsed) : address;
}

Users::Listed Users::inspect(const directory::Person& person) const {
    auto user = inspect(Account{.address = person.address, .created = {}, .quota = person.quota});
    user.from_directory = true;
    return user;
}

base::Result<std::vector<Users::Listed>> Users::list_directory() {
    std::vector<Listed> users;
    if (!site_.directory) return users;
    const auto people = site_.directory->list();
    if (!people) return std::unexpected(people.error());
    const auto ours = store_.addresses();
    if (!ours) return std::unexpected(ours.error());
    for (const auto& person : *people)
        if (!ours->contains(person.address)) users.push_back(inspect(person));
    return users;
}

base::Result<std::optional<base::EmailAddress>> Users::log_in_directory_user(const directory::Person& person,
                                                                             const base::Secret& password) {
    const auto right = site_.directory->is_password(person, password);
    if (!right) return std::unexpected(right.error());
    if (!*right) return std::nullopt;
    return *base::EmailAddress::parse(person.address);
}

base::Result<Users::Shown> Users::show_directory_user(const base::EmailAddress& address) {
    const auto person = directory_user(address);
    if (!person) return std::unexpected(person.error());
    if (!*person) return unknown(address);
    Shown shown{.user = inspect(**person), .aliases = (*person)->aliases, .senders = {}, .app_passwords = {}};
    // Only what leads to this one alone, and is not an address of somebody here.
    for (const auto& name : (*person)->aliases) {
        const auto alias = base::EmailAddress::parse(name);
        const auto people = alias ? directory_users(workspace_, site_, *alias) : std::vector<directory::Person>();
        if (!people) return std::unexpected(people.error());
        if (people->size() == 1 && people->front().address == address.str()) shown.senders.push_back(name);
    }
    shown.senders.push_back(address.str());
    auto granted = store_.senders_of(address);
    if (!granted) return std::unexpected(granted.error());
    shown.senders.insert(shown.senders.end(), granted->begin(), granted->end());
    std::ranges::sort(shown.senders);
    return shown;
}

}  // namespace accounts
