#pragma once
/// Makes backups and tries them out when it is time: in a process of its own at the lowest priority, so that whatever
/// happens to it happens to nothing else. What fails becomes a warning.
#include <chrono>
#include <optional>
#include <stop_token>

#include "app/common/command.h"
#include "app/common/repeated.h"
#include "metrics/registry.h"
#include "settings/settings.h"

namespace app {

class BackupWatch {
  public:
    /// Both must outlive the object.
    BackupWatch(const settings::Settings& settings, const Installation& here) : settings_(settings), here_(here) {}

    /// To be called when all engines answer.
    void begin();

  private:
    using Clock = std::chrono::steady_clock;

    void work(const std::stop_token& stop);
    /// A backup that was killed could not write that it failed.
    void note_killed() const;

    const settings::Settings& settings_;
    const Installation& here_;
    Clock::time_point next_try_{};
    std::optional<Repeated> thread_;  // last: it uses the others
};

/// The figures of the last backup, when one is wanted or was made.
void read_backups(metrics::Registry& registry, const settings::Settings& settings, const Installation& here);

}  // namespace app
