#include "app/filter/virus_upkeep.h"

#include <filesystem>

#include "app/common/warnings.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "engines/clamav/clamav.h"
#include "sys/command.h"
#include "sys/files.h"
#include "virus/scanner.h"
#include "virus/update.h"

namespace app {
namespace {

namespace fs = std::filesystem;

/// A download that was broken off leaves its folder behind, with up to 200 MB in it.
void remove_leftovers(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_directory(ignored) && entry->path().filename().string().starts_with("tmp."))
            fs::remove_all(entry->path(), ignored);
    }
}

}  // namespace

void VirusUpkeep::work(const std::stop_token& stop) {
    warn();
    if (!fetches() || Clock::now() < next_fetch_) return;
    fetch(stop);
    warn();
}

void VirusUpkeep::fetch(const std::stop_token& stop) {
    const fs::path folder = here_.virus_signatures();
    remove_leftovers(folder);
    auto command = engines::fetch_signatures();
    command.stop = stop;
    const auto outcome = sys::run(command);
    if (stop.stop_requested()) return;
    const auto failure =
        outcome ? virus::failure_of_update(outcome->exit_code, outcome->output) : std::optional(outcome.error().text);
    last_failure_ = failure.value_or("");
    if (outcome)
        for (const auto line : base::split(outcome->output, '\n'))
            if (virus::is_news(line)) base::log("freshclam", line);
    next_fetch_ = Clock::now() + virus::pause_after_update(!failure, virus::signatures_in(folder).official);
}

void VirusUpkeep::warn() {
    write_warnings(here_.warnings_folder(), "virus-scanner",
                   virus::warnings({.signatures = virus::signatures_in(here_.virus_signatures()),
                                    .obstacle = sys::read_file(here_.virus_obstacle_file()).value_or(""),
                                    .last_failure = last_failure_,
                                    .official = fetches(),
                                    .pass_unscanned = settings_.virus_scan.pass_unscanned,
                                    .now = base::RealClock().now()}));
}

}  // namespace app
