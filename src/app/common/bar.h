#pragma once
/// What a person sees of something long about many mails.
#include <unistd.h>

#include <cstdint>
#include <format>
#include <iostream>
#include <string>

namespace app {

/// A bar on the terminal's last line; nothing when stdout is a file or a pipe.
class Bar {
  public:
    Bar() : shown_(::isatty(STDOUT_FILENO) == 1) {}
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;
    ~Bar() {
        if (drawn_) std::cout << "\r\033[K" << std::flush;
    }

    /// `percent`: -1 when nobody knows.
    void draw(std::uint64_t mails, int percent) {
        // Each percent once, or, when nobody knows how much is still to come, every hundredth mail.
        const bool known = percent >= 0;
        if (!shown_ || (known ? percent == percent_ : mails % 100 != 0)) return;
        percent_ = percent;
        drawn_ = true;
        constexpr int width = 30;
        std::string bar;
        if (known) {
            const auto filled = static_cast<std::size_t>(percent * width / 100);
            bar = std::format("[{:#<{}}{: <{}}] {:3} %  ", "", filled, "", width - filled, percent);
        }
        std::cout << std::format("\r\033[K{}{} mails", bar, mails) << std::flush;
    }

  private:
    bool shown_;
    bool drawn_ = false;
    int percent_ = -1;
};

}  // namespace app
