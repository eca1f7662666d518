#include "outbound/guard.h"

#include <format>

#include "base/log.h"
#include "outbound/overview.h"

namespace outbound {

Guard::Guard(Limits limits, std::set<base::Domain> served, base::Result<Store> store)
    : limits_(limits), served_(std::move(served)), store_(std::move(store)) {
    if (!store_) report("watch what accounts send", store_.error());
}

Verdict Guard::decide(const Mail& mail, base::SystemTime now) {
    const auto outside = recipients_outside(mail, served_);
    if (outside.empty() || !limits_.any()) return Verdict::pass;
    const std::lock_guard lock(mutex_);
    if (!store_) return Verdict::pass;
    auto verdict = Verdict::pass;
    const auto decided = store_->transaction([&]() -> base::Result<> {
        const auto judged = judge(mail, outside, now);
        if (!judged) return std::unexpected(judged.error());
        verdict = *judged;
        return {};
    });
    if (decided) return verdict;
    report(std::format("count a mail of {}, which goes uncounted", mail.account), decided.error());
    return Verdict::pass;
}

base::Result<Verdict> Guard::judge(const Mail& mail, const std::vector<std::string>& outside, base::SystemTime now) {
    const auto trusted = store_->trusted(mail.account, now);
    if (!trusted) return std::unexpected(trusted.error());
    // What goes in trust does not count when the trust ends; but its recipients are then no strangers.
    if (*trusted) return store_->learn(mail.account, outside, now).transform([] { return Verdict::pass; });
    const auto stopped = store_->stop_of(mail.account);
    if (!stopped) return std::unexpected(stopped.error());
    std::string why = *stopped ? (*stopped)->why : "";
    if (!*stopped) {
        const Addition addition{.network = mail.client.empty() ? "" : network_of(mail.client), .recipients = outside};
        const auto traffic = store_->traffic_with(mail.account, addition, now);
        if (!traffic) return std::unexpected(traffic.error());
        const auto reason = excess(limits_, *traffic);
        if (!reason) return store_->count(mail.account, addition, now).transform([] { return Verdict::pass; });
        why = *reason;
        if (const auto done = stop(mail.account, why, now); !done) return std::unexpected(done.error());
    }
    return store_
        ->hold({.queue_id = mail.queue_id, .account = mail.account, .since = now, .subject = mail.subject, .why = why})
        .transform([] { return Verdict::hold; });
}

base::Result<> Guard::stop(const std::string& account, const std::string& why, base::SystemTime now) {
    if (const auto stopped = store_->stop({.account = account, .since = now, .why = why}); !stopped) return stopped;
    base::log("outbound", std::format("{} is stopped: {}; its mail to other servers is held", account, why));
    news_ = true;
    return {};
}

void Guard::learn(const std::string& account, const Tally& results, base::SystemTime now) {
    if (limits_.bounce_percent == 0) return;
    const std::lock_guard lock(mutex_);
    if (!store_) return;
    const auto learned = store_->transaction([&]() -> base::Result<> {
        const auto trusted = store_->trusted(account, now);
        if (!trusted) return std::unexpected(trusted.error());
        const auto stopped = store_->stop_of(account);
        if (!stopped) return std::unexpected(stopped.error());
        if (*trusted || *stopped) return {};
        if (const auto counted = store_->count(account, results, now); !counted) return counted;
        const auto traffic = store_->traffic(account, now);
        if (!traffic) return std::unexpected(traffic.error());
        const auto reason = excess(limits_, *traffic);
        return reason ? stop(account, *reason, now) : base::Result<>();
    });
    if (!learned) report(std::format("count what became of mail of {}", account), learned.error());
}

std::vector<Stop> Guard::untold() {
    if (!news_) return {};
    const std::lock_guard lock(mutex_);
    if (!store_) return {};
    auto stops = store_->stops();
    if (!stops) {
        report("see who is stopped", stops.error());
        return {};
    }
    std::erase_if(*stops, [](const Stop& stop) { return stop.owner_told && stop.admin_told; });
    if (stops->empty()) news_ = false;
    return std::move(*stops);
}

void Guard::told(const Stop& stop, bool owner) {
    const std::lock_guard lock(mutex_);
    if (!store_) return;
    if (const auto kept = store_->told(stop, owner); !kept) report("remember who was told", kept.error());
}

void Guard::tidy(base::SystemTime now) {
    const std::lock_guard lock(mutex_);
    if (!store_) return;
    if (const auto done = store_->tidy(now); !done) report("tidy up", done.error());
}

void Guard::forget_gone(const std::vector<queue::Mail>& queue, base::SystemTime now) {
    const std::lock_guard lock(mutex_);
    if (!store_) return;
    const auto held = store_->held();
    const auto forgotten = held ? store_->forget_held(gone(*held, queue, now)) : std::unexpected(held.error());
    if (!forgotten) report("tidy up", forgotten.error());
}

void Guard::report(std::string_view doing, const base::Error& error) {
    base::log("outbound", std::format("cannot {}: {}", doing, error.text));
}

}  // namespace outbound
