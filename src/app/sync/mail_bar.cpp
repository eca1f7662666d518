#include "app/sync/mail_bar.h"

#include <unistd.h>

#include <algorithm>
#include <format>
#include <iostream>

namespace app {
namespace {

constexpr std::chrono::milliseconds on_terminal{200};
constexpr std::chrono::seconds elsewhere{10};

std::string time_left(double seconds) {
    if (seconds < 90) return std::format("{:.0f} s left", std::max(1.0, seconds));
    if (seconds < 90 * 60) return std::format("{:.0f} min left", seconds / 60);
    return std::format("{:.0f} h left", seconds / 3600);
}

}  // namespace

std::string mail_bar(std::uint64_t done, std::uint64_t total, double rate) {
    constexpr std::uint64_t width = 30;
    const auto shown = std::min(done, total);
    const auto filled = total == 0 ? width : shown * width / total;
    auto text = std::format("[{:#<{}}{: <{}}] {:3} %  {} of {} mails", "", filled, "", width - filled,
                            total == 0 ? 100 : shown * 100 / total, shown, total);
    if (rate > 0 && shown < total) text += ", " + time_left(static_cast<double>(total - shown) / rate);
    return text;
}

MailBar::MailBar() : terminal_(::isatty(STDOUT_FILENO) == 1) {}

MailBar::~MailBar() {
    if (drawn_ && terminal_) std::cout << "\r\033[K" << std::flush;
}

void MailBar::draw(std::uint64_t done, std::uint64_t total) {
    const auto now = Clock::now();
    if (began_ == Clock::time_point()) {
        began_ = told_ = now;
        first_ = done;
        if (!terminal_) return;
    } else if (now - told_ < (terminal_ ? std::chrono::milliseconds(on_terminal) : elsewhere)) {
        return;
    }
    told_ = now;
    drawn_ = true;
    const auto seconds = std::chrono::duration<double>(now - began_).count();
    const auto text =
        mail_bar(done, total, seconds > 1 ? static_cast<double>(done - std::min(done, first_)) / seconds : 0);
    if (terminal_)
        std::cout << "\r\033[K" << text << std::flush;
    else
        std::cout << text << std::endl;
}

}  // namespace app
