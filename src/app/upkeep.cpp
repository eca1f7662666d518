#include "app/upkeep.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "accounts/alias_book.h"
#include "accounts/inbox.h"
#include "accounts/integrity.h"
#include "app/common/warnings.h"
#include "app/dns/check.h"
#include "app/health/workspace_room.h"
#include "app/keys/dkim.h"
#include "app/keys/published_records.h"
#include "app/outbound/reports.h"
#include "app/outbound/tls_report.h"
#include "app/outbound/trace.h"
#include "base/log.h"
#include "base/text.h"
#include "engines/postfix/postfix.h"
#include "resolver/unbound_resolver.h"
#include "spam/blocklist.h"
#include "sys/network.h"

namespace app {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

/// Nothing is copied while nothing has changed.
constexpr Rhythm accounts_copy_rhythm{.first = seconds(0), .interval = minutes(1)};
constexpr Rhythm blocklists_rhythm{.first = seconds(0), .interval = minutes(10)};
constexpr Rhythm dkim_rhythm{.first = seconds(5), .interval = minutes(30)};
constexpr Rhythm clock_rhythm{.first = seconds(1), .interval = seconds(1)};
constexpr Rhythm clients_rhythm{.first = seconds(2), .interval = seconds(2)};
constexpr Rhythm room_rhythm{.first = seconds(0), .interval = seconds(5)};
/// A little after the start, which has other work.
constexpr seconds probe_delay{5};
/// Not at the start, when there is other work; searches do without it for a day.
constexpr Rhythm search_upkeep_rhythm{.first = hours(24), .interval = hours(24)};
constexpr Rhythm virus_rhythm{.first = seconds(0), .interval = seconds(3)};
constexpr Rhythm search_repair_rhythm{.first = seconds(3), .interval = seconds(3)};

void copy_accounts(const accounts::Workspace& workspace) {
    if (const auto copied = accounts::refresh_last_good(workspace); !copied) base::log("accounts", copied.error().text);
}

void move_keys_on(const settings::Settings& settings, const Installation& here) {
    auto dns = resolver::UnboundResolver::create(resolver_options(settings));
    if (!dns) return base::log("dkim", dns.error().text);
    const auto done = move_dkim_keys_on(
        settings, here,
        [&](const auto& name, const auto& value) {
            return shows_dkim_key(said_everywhere(*dns, name, resolver::Type::TXT), value);
        },
        base::RealClock().now());
    if (!done) return base::log("dkim", done.error().text);
    for (const auto& line : *done) base::log("dkim", line);
}

void keep_search_fast(const std::stop_token& stop) {
    if (const auto kept = keep_up(optimise_search_indexes(stop)); !kept) base::log("search", kept.error().text);
}

void repair_search(DamagedIndexes& damaged, const std::stop_token& stop) {
    for (const auto& account : damaged.take()) {
        const auto removed = keep_up(remove_search_indexes(account, stop));
        base::log("search", removed
                                ? std::format("the damaged index of {} is removed, it comes back by itself", account)
                                : removed.error().text);
    }
}

/// Asked through our own resolver, as the filter does.
std::vector<std::string> blocklist_warnings(const settings::Settings& settings) {
    if (!settings.blocklists) return {};
    std::vector<std::string> zones{"zen.spamhaus.org"};
    for (const auto& zone : settings.blocklist_zones) zones.push_back(zone.str());
    auto resolver =
        resolver::UnboundResolver::create({.forwarders = {{*base::IpAddress::parse("127.0.0.1")}}, .validate = false});
    if (!resolver) return {resolver.error().text};
    return spam::blocklist_faults(zones, *resolver);
}

}  // namespace

Upkeep::Upkeep(const settings::Settings& settings, const Installation& here)
    : settings_(settings),
      here_(here),
      room_door_(engines::postfix_room_table, accounts::read_patterns_anew),
      virus_upkeep_(settings, here),
      client_watch_(sys::own_addresses(), sys::gateways()),
      dns_watch_(settings, here),
      mail_probe_(settings, here),
      sync_upkeep_(settings, here),
      // A whole second earlier: the times of files come from a coarser clock.
      lock_removal_([workspace = accounts::Workspace{.root = here.workspace},
                     start = std::chrono::system_clock::now() - seconds(1)] {
          if (const auto removed = accounts::remove_stale_locks(workspace, start); removed > 0)
              base::log("mailboxes", std::format("removed {} locks left by a crash", removed));
      }) {}

void Upkeep::begin() {
    accounts_copy_.emplace(accounts_copy_rhythm,
                           [this](const std::stop_token&) { copy_accounts({.root = here_.workspace}); });
    blocklists_.emplace(blocklists_rhythm, [this](const std::stop_token&) {
        write_warnings(here_.warnings_folder(), "blocklists", blocklist_warnings(settings_));
        write_warnings(here_.warnings_folder(), "reports", report_warnings(settings_, here_, base::RealClock().now()));
        if (settings_.trace_days > 0)
            write_warnings(here_.warnings_folder(), "refusals", refusal_warnings(here_, base::RealClock().now()));
        if (settings_.tls_reports)
            write_warnings(here_.warnings_folder(), "tls", tls_warnings(here_, base::RealClock().now()));
    });
    clients_.emplace(clients_rhythm, [this](const std::stop_token&) {
        const auto warning = rewriting_warning(client_watch_.recent(), read_address_trial(here_.address_trial_file()));
        write_warnings(here_.warnings_folder(), "clients",
                       warning ? std::vector{*warning} : std::vector<std::string>{});
    });
    if (settings_.probe_interval.count() > 0)
        probe_.emplace(Rhythm{.first = probe_delay, .interval = settings_.probe_interval},
                       [this](const std::stop_token& stop) { mail_probe_.work(stop); });
    room_.emplace(room_rhythm, [this](const std::stop_token&) {
        const auto room = look_at_room(here_.workspace);
        room_door_.set_open(!refuses_mail(room));
        const auto warning = room_warning(room, settings_.message_size_limit);
        write_warnings(here_.warnings_folder(), "disk", warning ? std::vector{*warning} : std::vector<std::string>{});
    });
    clock_.emplace(clock_rhythm, [this](const std::stop_token&) { clock_jump_.work(); });
    sync_upkeep_.begin();
    dkim_.emplace(dkim_rhythm, [this](const std::stop_token&) { move_keys_on(settings_, here_); });
    if (settings_.virus_scan.enabled)
        virus_.emplace(virus_rhythm, [this](const std::stop_token& stop) { virus_upkeep_.work(stop); });
    if (!settings_.full_text_search.enabled) return;
    search_upkeep_.emplace(search_upkeep_rhythm, keep_search_fast);
    search_repair_.emplace(search_repair_rhythm,
                           [this](const std::stop_token& stop) { repair_search(damaged_indexes_, stop); });
}

void Upkeep::heard(std::string_view service, std::string_view line) {
    if (settings_.full_text_search.enabled && service == "dovecot") damaged_indexes_.read(line);
}

}  // namespace app
