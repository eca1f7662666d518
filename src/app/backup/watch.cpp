#include "app/backup/watch.h"

#include <string>

#include "app/backup/backups.h"
#include "app/common/warnings.h"
#include "backup/schedule.h"
#include "base/log.h"
#include "base/text.h"
#include "sys/command.h"

namespace app {
namespace {

/// The state is a file of some hundred octets; what a command did to it shows soon.
constexpr Rhythm rhythm{.first = std::chrono::seconds(1), .interval = std::chrono::seconds(3)};

/// So long nothing is tried again when even the failure could not be noted, on a full disk.
constexpr auto pause_after_failure = std::chrono::minutes(10);

/// False: it failed.
bool run_in_own_process(const std::string& word, const std::stop_token& stop) {
    const auto outcome = sys::run({.argv = {"nice", "-n", "19", "ionice", "-c", "3", "mailserver", "backup", word},
                                   .environment = {},
                                   .timeout = std::chrono::weeks(2),
                                   .stop = stop});
    if (stop.stop_requested()) return false;
    if (!outcome) base::log("backup", outcome.error().text);
    if (outcome)
        for (const auto line : base::split(outcome->output, '\n'))
            if (!line.empty()) base::log("backup", line);
    return outcome && outcome->exit_code == 0;
}

metrics::Series series(std::optional<double> value) {
    metrics::Series series;
    if (value) series[{}] = *value;
    return series;
}

std::optional<double> unix_time(std::optional<base::SystemTime> time) {
    return time ? std::optional(static_cast<double>(time->time_since_epoch().count())) : std::nullopt;
}

}  // namespace

void BackupWatch::begin() {
    if (settings_.backup.repository.empty()) return;
    thread_.emplace(rhythm, [this](const std::stop_token& stop) { work(stop); });
}

void BackupWatch::note_killed() const {
    const auto seen = backup::read_state(here_.backup_state());
    if (!seen || !seen->running) return;
    // Whoever is at work holds the lock.
    const auto lock = try_lock_backups(here_);
    if (!lock || !*lock) return;
    auto state = backup::read_state(here_.backup_state());
    if (!state || !state->running) return;
    state->running = false;
    state->failure = "it was broken off";
    // It would keep removed mail on the disk.
    if (const auto removed = backup::remove_folder(automatic_snapshot(here_)); !removed)
        base::log("backup", removed.error().text);
    if (const auto written = backup::write_state(here_.backup_state(), *state); !written)
        base::log("backup", written.error().text);
}

void BackupWatch::work(const std::stop_token& stop) {
    note_killed();
    const auto state = backup::read_state(here_.backup_state());
    if (!state) return base::log("backup", state.error().text);
    const auto now = base::RealClock().now();
    const bool make = backup::backup_is_due(settings_.backup, *state, now);
    if ((make || backup::drill_is_due(settings_.backup, *state, now)) && Clock::now() >= next_try_ &&
        !run_in_own_process(make ? "now" : "verify", stop))
        next_try_ = Clock::now() + pause_after_failure;
    if (stop.stop_requested()) return;
    const auto after = backup::read_state(here_.backup_state());
    if (after) write_warnings(here_.warnings_folder(), "backup", backup::warnings(*after));
}

void read_backups(metrics::Registry& registry, const settings::Settings& settings, const Installation& here) {
    if (settings.backup.repository.empty()) return;
    const auto state = backup::read_state(here.backup_state());
    if (!state) return;
    std::optional<double> interval;
    if (settings.backup.interval) interval = static_cast<double>(settings.backup.interval->count());
    if (settings.backup.time_of_day) interval = static_cast<double>(std::chrono::seconds(std::chrono::days(1)).count());
    registry.replace("mailserver_backup_interval_seconds", series(interval));
    const bool made = state->last_success.has_value();
    const auto once_made = [&](double value) { return made ? std::optional(value) : std::nullopt; };
    registry.replace("mailserver_backup_last_success_timestamp_seconds", series(unix_time(state->last_success)));
    registry.replace("mailserver_backup_last_verified_timestamp_seconds", series(unix_time(state->last_verified)));
    registry.replace("mailserver_backup_duration_seconds",
                     series(once_made(static_cast<double>(state->duration.count()))));
    registry.replace("mailserver_backup_size_bytes", series(once_made(static_cast<double>(state->octets))));
    registry.replace("mailserver_backup_failed",
                     series(state->failure.empty() && state->drill_failure.empty() ? 0 : 1));
}

}  // namespace app
