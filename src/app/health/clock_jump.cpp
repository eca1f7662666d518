#include "app/health/clock_jump.h"

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

void ClockJump::work() {
    if (watch_.set_back(std::chrono::system_clock::now(), std::chrono::steady_clock::now())) {
        base::log("mailserver", "the clock was set back: Dovecot and the queue begin anew");
        run({"doveadm", "stop"});
        run({"postfix", "reload"});
        seconds_to_flush_ = flush_after;
    } else if (seconds_to_flush_ > 0 && --seconds_to_flush_ == 0) {
        run({"postqueue", "-f"});
    }
}

}  // namespace app
