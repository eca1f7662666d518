#include "accounts/directory_users.h"

#include <algorithm>

#include "accounts/alias.h"
#include "accounts/store.h"

namespace accounts {
namespace {

bool is_served(const Site& site, const base::Domain& domain) {
    return std::ranges::contains(site.domains, domain);
}

}  // namespace

base::Result<std::vector<directory::Person>> directory_users(const Workspace& workspace, const Site& site,
                                                             const base::EmailAddress& address) {
    std::vector<directory::Person> users;
    if (!site.directory || !is_served(site, address.domain())) return users;
    const auto plain = base::EmailAddress::parse(without_detail(address.str(), site.recipient_delimiter));
    if (!plain) return users;
    auto store = Store::open(workspace.database());
    if (!store) return std::unexpected(store.error());
    auto domain = store->target_of(address.domain());
    if (!domain) return std::unexpected(domain.error());
    const base::EmailAddress wanted(plain->local(), std::move(*domain));
    for (const auto& name : {address, *plain, wanted}) {
        const auto taken = store->knows(name);
        if (!taken) return std::unexpected(taken.error());
        if (*taken) return users;
    }
    auto people = site.directory->find(wanted);
    if (!people) {
        if (!site.directory->options().cached) return std::unexpected(people.error());
        auto before = store->remembered(wanted);
        if (before && !before->empty()) return before;
        return std::unexpected(people.error());
    }
    for (auto& person : *people) {
        const auto mailbox = base::EmailAddress::parse(person.address);
        if (!mailbox || !is_served(site, mailbox->domain())) continue;
        const auto taken = store->knows(*mailbox);
        if (!taken) return std::unexpected(taken.error());
        if (!*taken) users.push_back(std::move(person));
    }
    // For Dovecot, and for the time when the directory does not answer.
    if (const auto kept = store->remember(wanted, users); !kept) return std::unexpected(kept.error());
    for (const auto& person : users)
        if (const auto kept = store->remember(*base::EmailAddress::parse(person.address), {person}); !kept)
            return std::unexpected(kept.error());
    return users;
}

}  // namespace accounts
