#include "app/command.h"

#include <format>
#include <iostream>

namespace app {

base::ExitCode report(const base::Error& error) {
    std::cerr << "error: " << error.text << '\n';
    if (!error.remedy.empty()) std::cerr << error.remedy << '\n';
    return base::exit_code(error.kind);
}

base::Error usage_error(std::string_view command, std::string_view usage) {
    return {.text = std::format("cannot understand the arguments of '{}'", command),
            .remedy = std::format("Usage: mailserver {} {}", command, usage),
            .kind = base::ErrorKind::usage};
}

}  // namespace app
