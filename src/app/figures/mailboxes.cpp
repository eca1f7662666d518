#include "app/figures/mailboxes.h"

#include <algorithm>
#include <set>

#include "bootstrap/start.h"

namespace app {
namespace {

using metrics::Labels;
using metrics::Series;

/// A mailbox is almost full from this part of its quota on.
constexpr double almost = 0.9;

std::string domain_of(const std::string& address) {
    return address.substr(address.rfind('@') + 1);
}

struct DomainSeries {
    Series users, aliases, octets, messages, almost_full, inbox_sizes;
};

DomainSeries sums(const std::vector<MeasuredMailbox>& mailboxes, const std::map<std::string, std::uint64_t>& aliases,
                  const settings::Settings& settings) {
    DomainSeries sums;
    for (const auto& domain : settings.domains()) {
        const Labels labels{domain.str()};
        const auto found = aliases.find(domain.str());
        sums.aliases[labels] = found == aliases.end() ? 0 : static_cast<double>(found->second);
        sums.users[labels] = sums.octets[labels] = sums.messages[labels] = sums.almost_full[labels] = 0;
    }
    auto& total = sums.inbox_sizes[{"__total__", "__total__"}];
    for (const auto& mailbox : mailboxes) {
        const Labels labels{mailbox.domain};
        const auto octets = static_cast<double>(mailbox.size.octets);
        ++sums.users[labels];
        sums.octets[labels] += octets;
        sums.messages[labels] += static_cast<double>(mailbox.size.messages);
        if (mailbox.quota > 0 && octets >= almost * static_cast<double>(mailbox.quota)) ++sums.almost_full[labels];
        sums.inbox_sizes[{mailbox.domain, "__total__"}] += octets;
        total += octets;
    }
    return sums;
}

}  // namespace

void fill_mailbox_rows(metrics::Registry& registry, std::vector<MeasuredMailbox> mailboxes,
                       const std::map<std::string, std::uint64_t>& aliases, const settings::Settings& settings) {
    auto domains = sums(mailboxes, aliases, settings);
    const auto admin = settings.admin_account().str();
    if (const auto found = std::ranges::find(mailboxes, admin, &MeasuredMailbox::user); found != mailboxes.end())
        registry.replace("postmaster_unread_emails", {{{admin}, static_cast<double>(found->size.unseen)}});
    const auto most = std::min<std::size_t>(settings.metrics_per_user_limit, mailboxes.size());
    std::ranges::partial_sort(mailboxes, mailboxes.begin() + static_cast<std::ptrdiff_t>(most), std::ranges::greater(),
                              [](const auto& mailbox) { return mailbox.size.octets; });
    mailboxes.resize(most);
    Series octets, messages, unseen, quotas;
    for (const auto& mailbox : mailboxes) {
        const Labels labels{mailbox.domain, mailbox.user};
        octets[labels] = domains.inbox_sizes[labels] = static_cast<double>(mailbox.size.octets);
        messages[labels] = static_cast<double>(mailbox.size.messages);
        unseen[labels] = static_cast<double>(mailbox.size.unseen);
        if (mailbox.quota > 0) quotas[labels] = static_cast<double>(mailbox.quota);
    }
    registry.replace("mailserver_users", std::move(domains.users));
    registry.replace("mailserver_aliases", std::move(domains.aliases));
    registry.replace("mailserver_domain_mailbox_bytes", std::move(domains.octets));
    registry.replace("mailserver_domain_mailbox_messages", std::move(domains.messages));
    registry.replace("mailserver_mailboxes_almost_full", std::move(domains.almost_full));
    registry.replace("email_inbox_size", std::move(domains.inbox_sizes));
    registry.replace("mailserver_mailbox_bytes", std::move(octets));
    registry.replace("mailserver_mailbox_messages", std::move(messages));
    registry.replace("mailserver_mailbox_unseen", std::move(unseen));
    registry.replace("mailserver_mailbox_quota_bytes", std::move(quotas));
}

MailboxFigures::MailboxFigures(const settings::Settings& settings, const Installation& here,
                               metrics::Registry& registry)
    : settings_(settings),
      here_(here),
      registry_(registry),
      sizes_(bootstrap::workspace_of(settings, here.workspace)) {}

base::Result<> MailboxFigures::take(const std::stop_token& stop) {
    auto store = accounts::Store::open(here_.accounts_database());
    if (!store) return std::unexpected(store.error());
    const auto accounts = store->list();
    if (!accounts) return std::unexpected(accounts.error());
    const auto aliases = store->aliases();
    if (!aliases) return std::unexpected(aliases.error());
    std::set<std::string> sources;  // an alias with several targets is one
    for (const auto& alias : aliases->plain) sources.insert(alias.source);
    for (const auto& alias : aliases->domains) sources.insert("@" + alias.source);
    std::map<std::string, std::uint64_t> aliases_of_domains;
    for (const auto& source : sources) ++aliases_of_domains[domain_of(source)];
    std::vector<MeasuredMailbox> mailboxes;
    for (const auto& account : *accounts) {
        if (stop.stop_requested()) return {};
        const auto address = base::EmailAddress::parse(account.address);
        if (!address) continue;
        mailboxes.push_back({.domain = address->domain().str(),
                             .user = account.address,
                             .size = sizes_.of(*address),
                             .quota = account.quota.value_or(settings_.quota_default)});
    }
    const auto others = settings_.ldap.enabled() ? store->remembered() : std::vector<directory::Person>();
    if (!others) return std::unexpected(others.error());
    for (const auto& person : *others) {
        if (stop.stop_requested()) return {};
        if (const auto address = base::EmailAddress::parse(person.address))
            mailboxes.push_back({.domain = address->domain().str(),
                                 .user = person.address,
                                 .size = sizes_.of(*address),
                                 .quota = person.quota.value_or(settings_.quota_default)});
    }
    sizes_.forget_others();
    fill_mailbox_rows(registry_, std::move(mailboxes), aliases_of_domains, settings_);
    return {};
}

}  // namespace app
