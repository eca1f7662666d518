#include "base/log.h"

#include <unistd.h>

#include <format>
#include <string>

#include "base/text.h"

namespace base {

void log(std::string_view area, std::string_view text) {
    const std::string line = std::format("{}: {}\n", area, printable(text, 4000));
    for (std::size_t done = 0; done < line.size();) {
        const auto written = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
        if (written <= 0) return;  // nobody reads the log; nothing sensible is left to do
        done += static_cast<std::size_t>(written);
    }
}

}  // namespace base
