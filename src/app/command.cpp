#include "app/command.h"

#include <format>
#include <iostream>

namespace app {

base::ExitCode report(const base::Error& error) {
    std::cerr << "error: " << error.text << '\n';
    if (!error.remedy.empty()) std::cerr << error.remedy << '\n';
    return base::exit_code(error.kind);
}

base::ExitCode print(const base::Result<std::string>& said) {
    if (!said) return report(said.error());
    std::cout << *said;
    return base::ExitCode::ok;
}

bool asks_for_help(Arguments words) {
    return words.empty() || words[0] == "help" || words[0] == "--help";
}

PlainWords without_json(Arguments arguments) {
    PlainWords plain;
    for (const auto word : arguments) {
        if (word == "--json")
            plain.as_json = true;
        else
            plain.words.push_back(word);
    }
    return plain;
}

base::Error usage_error(std::string_view command, std::string_view usage) {
    return {.text = std::format("cannot understand the arguments of '{}'", command),
            .remedy = std::format("Usage: mailserver {} {}", command, usage),
            .kind = base::ErrorKind::usage};
}

}  // namespace app
