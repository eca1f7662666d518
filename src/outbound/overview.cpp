#include "outbound/overview.h"

#include <algorithm>
#include <format>
#include <map>
#include <set>

namespace outbound {

base::Result<Known> known(Store& store, base::SystemTime now) {
    Known all;
    const auto read = store.transaction([&]() -> base::Result<> {
        auto stops = store.stops();
        auto trusts = store.trusts(now);
        auto held = store.held();
        if (!stops) return std::unexpected(stops.error());
        if (!trusts) return std::unexpected(trusts.error());
        if (!held) return std::unexpected(held.error());
        all = {.stops = std::move(*stops), .trusts = std::move(*trusts), .held = std::move(*held)};
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return all;
}

std::vector<AccountState> overview(const Known& known, const std::vector<queue::Mail>& queue,
                                   const std::function<std::string(const std::string& queue_id)>& submitter_of) {
    std::map<std::string, AccountState> accounts;
    for (const auto& stop : known.stops) accounts[stop.account].stop = stop;
    for (const auto& trust : known.trusts) accounts[trust.account].trust = trust;
    std::map<std::string_view, const Held*> reasons;
    for (const auto& held : known.held) reasons.emplace(held.queue_id, &held);
    for (const auto& mail : queue) {
        const auto found = reasons.find(mail.id);
        if (found != reasons.end()) {
            const auto& held = *found->second;
            accounts[held.account].held.push_back({.mail = mail, .subject = held.subject, .why = held.why});
        } else if (const auto account = submitter_of(mail.id); !account.empty()) {
            accounts[account].held.push_back({.mail = mail, .subject = {}, .why = "nobody knows any more"});
        }
    }
    std::vector<AccountState> all;
    for (auto& [account, state] : accounts) {
        state.account = account;
        all.push_back(std::move(state));
    }
    return all;
}

std::vector<std::string> gone(const std::vector<Held>& held, const std::vector<queue::Mail>& queue,
                              base::SystemTime now) {
    std::set<std::string_view> there;
    for (const auto& mail : queue) there.insert(mail.id);
    std::vector<std::string> gone;
    for (const auto& mail : held)
        if (!there.contains(mail.queue_id) && mail.since + std::chrono::minutes(10) < now)
            gone.push_back(mail.queue_id);
    return gone;
}

std::vector<std::string> warnings(const Known& known) {
    std::map<std::string, std::size_t> held;
    for (const auto& stop : known.stops) held[stop.account] = 0;
    for (const auto& mail : known.held) ++held[mail.account];
    std::vector<std::string> sentences;
    for (const auto& [account, count] : held) {
        const bool stopped = std::ranges::contains(known.stops, account, &Stop::account);
        sentences.push_back(std::format("{} {}, {} held; ./mailserver.sh outbound list shows more", account,
                                        stopped ? "is stopped from sending to other servers" : "has mail on hold",
                                        count == 1 ? "1 mail is" : std::format("{} mails are", count)));
    }
    return sentences;
}

}  // namespace outbound
