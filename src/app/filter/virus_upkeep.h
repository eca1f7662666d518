#pragma once
/// Fetches virus signatures now and then, and watches what the scanner lacks.
#include <chrono>
#include <stop_token>
#include <string>

#include "app/common/command.h"
#include "settings/settings.h"

namespace app {

class VirusUpkeep {
  public:
    /// Both must outlive the object.
    VirusUpkeep(const settings::Settings& settings, const Installation& here) : settings_(settings), here_(here) {}

    /// To be called every few seconds from one thread: fetches signatures when it is time, and puts the warnings right.
    void work(const std::stop_token& stop);

  private:
    using Clock = std::chrono::steady_clock;

    bool fetches() const { return !settings_.virus_scan.mirror.empty(); }
    void fetch(const std::stop_token& stop);
    void warn();

    const settings::Settings& settings_;
    const Installation& here_;
    Clock::time_point next_fetch_{};
    std::string last_failure_;
};

}  // namespace app
