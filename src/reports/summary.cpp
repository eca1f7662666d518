#include "reports/summary.h"

#include <algorithm>
#include <format>
#include <map>

#include "base/text.h"

namespace reports {
namespace {

/// So many lines tell of what failed; --json has them all.
constexpr std::size_t most_lines = 10;

struct MailSum {
    std::int64_t all = 0, failed = 0, rejected = 0, quarantined = 0;
    std::map<std::string, std::int64_t> failed_from;
};

struct SessionSum {
    std::int64_t all = 0, failed = 0;
    std::map<std::pair<std::string, std::string>, std::int64_t> failures;  ///< by result and receiver
};

std::map<std::string, MailSum> mails_by_domain(const Told& told) {
    std::map<std::string, MailSum> domains;
    for (const auto& [domain, source] : told.sources) {
        auto& sum = domains[domain];
        sum.all += source.mails;
        if (source.passed()) continue;
        sum.failed += source.mails;
        if (source.disposition == "reject") sum.rejected += source.mails;
        if (source.disposition == "quarantine") sum.quarantined += source.mails;
        sum.failed_from[source.address] += source.mails;
    }
    return domains;
}

std::map<std::string, SessionSum> sessions_by_domain(const Told& told) {
    std::map<std::string, SessionSum> domains;
    for (const auto& [domain, row] : told.sessions) {
        auto& sum = domains[domain];
        sum.all += row.sessions;
        if (row.result.empty()) continue;
        sum.failed += row.sessions;
        sum.failures[{row.result, row.receiver}] += row.sessions;
    }
    return domains;
}

template <class Key>
std::vector<std::pair<Key, std::int64_t>> by_count(const std::map<Key, std::int64_t>& counts) {
    std::vector<std::pair<Key, std::int64_t>> all(counts.begin(), counts.end());
    std::ranges::stable_sort(all, std::greater(), &std::pair<Key, std::int64_t>::second);
    return all;
}

std::string from(const std::string& address, const std::set<std::string>& own) {
    if (address.empty()) return "other addresses";
    return own.contains(address) ? address + "  (this server)" : address;
}

std::string plural(std::int64_t count, std::string_view one, std::string_view more) {
    return std::format("{} {}", count, count == 1 ? one : more);
}

std::string mails_text(const std::string& domain, const MailSum& sum, const std::set<std::string>& own) {
    auto text = std::format("Mail with {} in From: {}, {} verified, {} not", domain, plural(sum.all, "mail", "mails"),
                            sum.all - sum.failed, sum.failed);
    if (sum.failed > 0) text += std::format(" ({} refused, {} put into Junk)", sum.rejected, sum.quarantined);
    text += "\n";
    std::size_t lines = 0;
    for (const auto& [address, mails] : by_count(sum.failed_from)) {
        if (++lines > most_lines) break;
        text += std::format("{:>10}  not verified, from {}\n", mails, from(address, own));
    }
    return text;
}

std::string sessions_text(const std::string& domain, const SessionSum& sum) {
    auto text = std::format("TLS with the mail servers of {}: {}, {} failed\n", domain,
                            plural(sum.all, "session", "sessions"), sum.failed);
    std::size_t lines = 0;
    for (const auto& [what, sessions] : by_count(sum.failures)) {
        if (++lines > most_lines) break;
        text += std::format("{:>10}  {}{}\n", sessions, what.first, what.second.empty() ? "" : " at " + what.second);
    }
    return text;
}

}  // namespace

std::string tell(const Told& told, const std::set<std::string>& own) {
    std::string text;
    for (const auto& [domain, sum] : mails_by_domain(told)) text += mails_text(domain, sum, own);
    for (const auto& [domain, sum] : sessions_by_domain(told)) text += sessions_text(domain, sum);
    text += std::format("Told by {} in {} about mail and {} about TLS: {}\n",
                        plural(static_cast<std::int64_t>(told.reporters.size()), "server", "servers"),
                        plural(told.dmarc_reports, "report", "reports"), told.tls_reports,
                        base::join(told.reporters, ", "));
    return text;
}

json::Value to_json(const Told& told) {
    auto sources = json::array(), sessions = json::array(), reporters = json::array();
    for (const auto& [domain, row] : told.sources)
        sources.add(json::object({{"domain", domain},
                                  {"address", row.address},
                                  {"disposition", row.disposition},
                                  {"dkim", row.dkim},
                                  {"spf", row.spf},
                                  {"mails", row.mails}}));
    for (const auto& [domain, row] : told.sessions)
        sessions.add(json::object(
            {{"domain", domain}, {"result", row.result}, {"receiver", row.receiver}, {"sessions", row.sessions}}));
    for (const auto& name : told.reporters) reporters.add(name);
    return json::object({{"dmarc_reports", told.dmarc_reports},
                         {"tls_reports", told.tls_reports},
                         {"reporters", std::move(reporters)},
                         {"mails", std::move(sources)},
                         {"sessions", std::move(sessions)}});
}

std::vector<std::string> warnings(const Told& told, const std::set<std::string>& own) {
    std::vector<std::string> all;
    for (const auto& [domain, sum] : mails_by_domain(told)) {
        std::int64_t ours = 0;
        for (const auto& [address, mails] : sum.failed_from)
            if (own.contains(address)) ours += mails;
        if (ours > 0)
            all.push_back(
                std::format("other servers could not verify {} of this server with {} in From (SPF and DKIM "
                            "failed); see ./dns_check.sh and ./mailserver.sh reports",
                            plural(ours, "mail", "mails"), domain));
    }
    for (const auto& [domain, sum] : sessions_by_domain(told))
        if (!sum.failures.empty())
            all.push_back(std::format(
                "other servers report {} with {} that failed, most of them: {}; see ./mailserver.sh reports",
                plural(sum.failed, "TLS session", "TLS sessions"), domain, by_count(sum.failures).front().first.first));
    return all;
}

}  // namespace reports
