#include "app/dns/watch.h"

#include <algorithm>
#include <cstdlib>
#include <format>

#include "app/dns/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "sys/files.h"

namespace app {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr Rhythm rhythm{.first = minutes(1), .interval = hours(1)};
/// Not at the start either: whoever sets the server up runs the check by hand.
constexpr hours first_mail{2};
/// Whoever presses the button all the time does not ask the DNS all the time.
constexpr seconds shortest_pause{10};

/// Each with its lines indented below a dash. Foreign text in findings is printable, but need not be ASCII.
std::string items(std::string_view heading, const std::vector<std::string>& findings) {
    if (findings.empty()) return {};
    auto text = std::format("{}\n\n", heading);
    for (const auto& finding : findings) {
        std::string_view bullet = "- ";
        for (const auto line : base::split(finding, '\n')) {
            text += std::format("{}{}\n", bullet, line);
            bullet = "  ";
        }
    }
    return text + "\n";
}

std::string ascii(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
    return text;
}

base::Result<> tell_changes(const dnscheck::Report& report, const settings::Settings& settings,
                            const Installation& here, base::SystemTime now) {
    const auto file = here.state() + "/dns-told.json";
    dnscheck::Memory before;
    if (const auto text = sys::read_file(file)) before = dnscheck::parse_memory(*text).value_or(before);
    const auto after = remember(report, before);
    if (const auto notice = dns_notice(changes(before, after), settings))
        if (const auto sent = send(*notice, now); !sent)
            return base::context("cannot tell the admin about the DNS", sent.error());
    return sys::write_file(file, to_text(after), {.mode = 0600});
}

}  // namespace

std::optional<Notice> dns_notice(const dnscheck::Changes& changes, const settings::Settings& settings) {
    if (changes == dnscheck::Changes{}) return std::nullopt;
    return Notice{
        .to = settings.admin_email,
        .subject =
            std::format("DNS of {}: {}", settings.hostname.str(), changes.broken.empty() ? "mended" : "new findings"),
        .topic = "dns-check",
        .text = ascii(items("The daily DNS check found what was not so the day before:", changes.broken) +
                      items("These are no longer so:", changes.mended) +
                      "Run ./dns_check.sh on the server for the records to enter. What shall not be told again\n"
                      "can be named in DNS_CHECK_IGNORE (settings.env).\n"),
        .from = settings.domain};
}

std::optional<dnscheck::Snapshot> last_dns_check(const Installation& here) {
    const auto text = sys::read_file(here.state() + "/dns-check.json");
    if (!text) return std::nullopt;
    auto snapshot = dnscheck::parse_snapshot(*text);
    return snapshot ? std::optional(std::move(*snapshot)) : std::nullopt;
}

base::Result<> watch_dns(const settings::Settings& settings, const Installation& here, std::string_view host_addresses,
                         bool mail_changes, base::SystemTime now) {
    const auto report = check_dns(settings, here, host_addresses);
    if (!report) return std::unexpected(report.error());
    const auto kept =
        sys::write_file(here.state() + "/dns-check.json", to_text(snapshot(*report, now)), {.mode = 0600});
    return !kept || !mail_changes ? kept : tell_changes(*report, settings, here, now);
}

DnsWatch::DnsWatch(const settings::Settings& settings, const Installation& here)
    : settings_(settings),
      here_(here),
      next_mail_(base::RealClock().now() + first_mail),
      work_(rhythm, [this](const std::stop_token&) { check(); }) {}

bool DnsWatch::check_now() {
    return base::RealClock().now() - ended_.load() >= shortest_pause && work_.wake();
}

void DnsWatch::check() {
    const char* addresses = std::getenv("MAILSERVER_HOST_ADDRESSES");
    const auto now = base::RealClock().now();
    const bool mail = now >= next_mail_;
    if (mail) next_mail_ = now + hours(24);
    const auto watched = watch_dns(settings_, here_, addresses ? addresses : "", mail, now);
    if (!watched) base::log("dns-check", watched.error().text);
    ended_ = base::RealClock().now();
}

}  // namespace app
