#include "app/outbound/reports.h"

#include <format>

#include "app/common/words.h"
#include "app/dns/watch.h"
#include "base/log.h"
#include "base/text.h"
#include "reports/summary.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   What other mail servers report: who sent mail with your domains in From (DMARC), and how TLS with this server\n"
    "   went (TLS-RPT). They send these reports by mail, some once a day; the mails stay in the mailbox they came to.\n"
    "   Options:\n"
    "          --days <number>            - of the last days (30; 90 are kept).\n"
    "          --domain <domain>          - only about this domain.\n"
    "          --json                     - Print the result as JSON.\n";

constexpr std::uint64_t usual_days = 30;
constexpr std::chrono::days warned_of{3}, figures_of{7};

constexpr Form form{.name = "reports",
                    .words = "[--days <number>] [--domain <domain>] [--json]",
                    .options = "--days= --domain=",
                    .door = "./mailserver.sh"};

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh reports help` tells what there is.", base::ErrorKind::usage);
}

struct Wanted {
    std::uint64_t days = usual_days;
    std::string domain;
};

base::Result<Wanted> wanted_in(const Words& words) {
    Wanted wanted;
    if (words.has("--days")) {
        const auto days = base::parse_number(words.value("--days"));
        if (!days || *days == 0 || *days > static_cast<std::uint64_t>(reports::kept.count()))
            return wrong(std::format("--days is a number from 1 to {}, not '{}'", reports::kept.count(),
                                     base::printable(words.value("--days"), 40)));
        wanted.days = *days;
    }
    if (words.has("--domain")) {
        const auto domain = base::Domain::parse(words.value("--domain"));
        if (!domain) return wrong(domain.error().text);
        wanted.domain = domain->str();
    }
    return wanted;
}

/// As other servers see this one.
std::set<std::string> addresses_of(const settings::Settings& settings, const Installation& here) {
    std::set<std::string> own;
    for (const auto& address : {settings.public_ipv4, settings.public_ipv6})
        if (address) own.insert(address->str());
    if (const auto checked = last_dns_check(here)) own.insert(checked->addresses.begin(), checked->addresses.end());
    return own;
}

base::Result<reports::Told> told_since(const Installation& here, base::SystemTime since,
                                       const std::string& domain = {}) {
    auto store = reports::Store::open_to_read(here.reports_database());
    if (!store) return std::unexpected(store.error());
    return store->since(since, domain);
}

base::Result<std::string> told(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty() && asks_for_help(arguments)) return std::string(usage);
    const auto words = sort_out(form, arguments);
    if (!words) return std::unexpected(words.error());
    const auto wanted = wanted_in(*words);
    if (!wanted) return std::unexpected(wanted.error());
    const auto since = base::RealClock().now() - std::chrono::days(wanted->days);
    const auto found = told_since(here, since, wanted->domain);
    if (!found && found.error().kind != base::ErrorKind::not_found) return std::unexpected(found.error());
    if (!found || (found->dmarc_reports == 0 && found->tls_reports == 0)) {
        if (words->has("--json")) return json::dump(reports::to_json({}), 2) + "\n";
        return base::fail(std::format("there is no report of the last {} days", wanted->days),
                          std::format("Others send them to {} once the DNS asks for them (./dns_check.sh), and only "
                                      "when they had mail from or for you.",
                                      settings.admin_account().str()),
                          base::ErrorKind::not_found);
    }
    if (words->has("--json")) return json::dump(reports::to_json(*found), 2) + "\n";
    return reports::tell(*found, addresses_of(settings, here));
}

net::HttpResponse answer(int status, std::string text) {
    return {.status = status, .body = std::move(text), .headers = {}};
}

}  // namespace

net::HttpResponse ReportDesk::take(const net::HttpRequest& request) {
    const auto refuse = [](int status, const std::string& why) {
        base::log("reports", "an attachment to mail for the admin is not kept as a report: " + why);
        return answer(status, why + "\n");
    };
    const auto reporter = base::Domain::parse(request.header("x-reporter"));
    if (!reporter) return refuse(400, "nobody has signed the mail");
    auto all = reports::parse_attachment(request.body);
    if (!all) return refuse(400, all.error().text);
    std::erase_if(*all, [&](const auto& report) {
        const auto domain = base::Domain::parse(report.domain);
        return !domain || !served_.contains(*domain);
    });
    if (all->empty()) return refuse(400, "it is about no domain of this server");
    const auto kept = keep(*all, reporter->str());
    if (!kept) return refuse(503, kept.error().text);
    return answer(200, *kept ? "kept" : "known");
}

base::Result<bool> ReportDesk::keep(const std::vector<reports::Report>& all, const std::string& reporter) {
    const std::lock_guard lock(mutex_);
    if (!store_) {
        auto opened = reports::Store::open(here_.reports_database());
        if (!opened) return std::unexpected(opened.error());
        store_ = std::move(*opened);
    }
    bool any = false;
    for (const auto& report : all) {
        const auto added = store_->add(report, reporter, clock_.now());
        if (!added) return added;
        any = any || *added;
    }
    return any;
}

std::vector<std::string> report_warnings(const settings::Settings& settings, const Installation& here,
                                         base::SystemTime now) {
    const auto found = told_since(here, now - warned_of);
    // Trouble with the file is told where it is written.
    if (!found) return {};
    return reports::warnings(*found, addresses_of(settings, here));
}

void fill_report_figures(metrics::Registry& registry, const Installation& here, base::SystemTime now) {
    auto store = reports::Store::open_to_read(here.reports_database());
    if (!store) return;
    const auto totals = store->totals(now - figures_of);
    if (!totals) return;
    metrics::Series mails, sessions;
    for (const auto& [domain, good, count] : totals->mails)
        mails[{domain, good ? "passed" : "failed"}] = static_cast<double>(count);
    for (const auto& [domain, good, count] : totals->sessions)
        sessions[{domain, good ? "ok" : "failed"}] = static_cast<double>(count);
    registry.replace("mailserver_reported_mails", std::move(mails));
    registry.replace("mailserver_reported_tls_sessions", std::move(sessions));
}

base::ExitCode reports_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    return print(told(arguments, settings, here));
}

}  // namespace app
