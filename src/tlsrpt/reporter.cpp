#include "tlsrpt/reporter.h"

#include <format>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "pack/gzip.h"
#include "tlsrpt/record.h"

namespace tlsrpt {
namespace {

constexpr std::chrono::hours longest_delay{4};
constexpr std::chrono::days patience{2};

/// The report on one day and domain, or nothing when nobody wants it.
base::Result<> make(const Means& means, Day day, const std::string& domain) {
    const auto now = means.clock.now();
    const auto record = means.resolver.query(record_name(domain), resolver::Type::TXT);
    if (!record.answered() && now < base::SystemTime(day) + patience) return {};
    const auto targets = report_targets(record.texts);
    if (targets.empty()) return means.store.hand_over(day, domain, {}, "", "", now);
    const auto counted = means.store.counted(day, domain);
    if (!counted) return std::unexpected(counted.error());
    const auto id = report_id(means.reporter, day, domain, now);
    const auto report = json::dump(report_json(means.reporter, day, id, *counted));
    return means.store.hand_over(day, domain, targets, id, report, now);
}

base::Result<> post(const Means& means, const Outgoing& outgoing, const std::stop_token& stop) {
    const auto reply = means.client.send({.method = "POST",
                                          .url = outgoing.target,
                                          .headers = {{"Content-Type", "application/tlsrpt+gzip"}},
                                          .body = pack::gzip(outgoing.report),
                                          .largest_body = 64 * 1024,
                                          .stop = stop});
    if (!reply) return std::unexpected(reply.error().error);
    if (reply->status < 200 || reply->status > 299)
        return base::fail_transient(std::format("the answer is {}", reply->status));
    return {};
}

base::Result<> deliver(const Means& means, const Outgoing& outgoing, const std::stop_token& stop) {
    if (outgoing.target.starts_with("https:")) return post(means, outgoing, stop);
    return means.submit(outgoing.target, report_mail(means.reporter, outgoing, means.clock.now()));
}

}  // namespace

std::chrono::seconds reporting_delay(std::string_view hostname) {
    const auto digest = crypto::sha256(hostname);
    const auto random = static_cast<unsigned char>(digest[0]) << 8 | static_cast<unsigned char>(digest[1]);
    return std::chrono::seconds(longest_delay) * random / 0x10000;
}

base::Result<Delivered> report(const Means& means, Day last, const std::stop_token& stop) {
    const auto pending = means.store.days_and_domains();
    if (!pending) return std::unexpected(pending.error());
    for (const auto& [day, domain] : *pending) {
        if (day > last || stop.stop_requested()) break;
        if (auto made = make(means, day, domain); !made) return std::unexpected(made.error());
    }
    const auto due = means.store.take_due(means.clock.now());
    if (!due) return std::unexpected(due.error());
    Delivered result;
    for (const auto& outgoing : *due) {
        if (stop.stop_requested()) break;
        auto delivered = deliver(means, outgoing, stop);
        (delivered ? result.sent : result.failed) += 1;
        if (delivered) delivered = means.store.delivered(outgoing.number);
        if (!delivered)
            base::log("tls-reports", std::format("cannot send the report for {} to {}: {}", outgoing.domain,
                                                 base::printable(outgoing.target, 200), delivered.error().text));
    }
    return result;
}

}  // namespace tlsrpt
