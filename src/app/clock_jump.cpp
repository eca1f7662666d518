#include "app/clock_jump.h"

#include <format>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "sys/command.h"

namespace app {
namespace {

/// Dovecot is back by then.
constexpr int flush_after = 10;

void run(const std::vector<std::string>& argv) {
    const auto done = sys::run({.argv = argv, .timeout = std::chrono::seconds(20)});
    if (!done) return base::log("mailserver", done.error().text);
    if (done->exit_code != 0)
        base::log("mailserver", std::format("{} {} failed: {}", argv[0], argv[1], base::trim(done->output)));
}

}  // namespace

bool waits_for_the_clock(std::string_view line) {
    return line.starts_with("master: ") && line.contains("Time moved backwards by ") &&
           line.contains("until new services are launched again");
}

void ClockJump::work() {
    if (back_.exchange(false)) {
        base::log("mailserver", "the clock was set back: Dovecot and the queue begin anew");
        run({"doveadm", "stop"});
        run({"postfix", "reload"});
        seconds_to_flush_ = flush_after;
    } else if (seconds_to_flush_ > 0 && --seconds_to_flush_ == 0) {
        run({"postqueue", "-f"});
    }
}

}  // namespace app
