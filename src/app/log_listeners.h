#pragma once
/// All who want to know what the engines log. Each line is read once (maillog), on the supervisor's thread; nobody here
/// may keep it waiting.
#include <functional>
#include <string_view>
#include <vector>

#include "maillog/line.h"

namespace app {

struct LogListeners {
    /// Get every line of every service.
    std::vector<std::function<void(std::string_view service, std::string_view line)>> lines;
    /// Get what a line about mail says.
    std::vector<std::function<void(const maillog::Entry&)>> events;

    void heard(std::string_view service, std::string_view line) const;
};

}  // namespace app
