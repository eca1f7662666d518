#include "app/common/command.h"

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

base::Result<std::string> line_of(std::istream& in, std::string_view what) {
    std::string line;
    if (!std::getline(in, line))
        return base::fail(std::format("cannot read a {}: stdin is empty", what),
                          "Write it there, followed by a line end.", base::ErrorKind::usage);
    if (std::string rest; std::getline(in, rest))
        return base::fail(std::format("cannot use this {}: stdin has more than one line", what), {},
                          base::ErrorKind::usage);
    return line;
}

base::Error usage_error(std::string_view command, std::string_view usage) {
    return {.text = std::format("cannot understand the arguments of '{}'", command),
            .remedy = std::format("Usage: mailserver {} {}", command, usage),
            .kind = base::ErrorKind::usage};
}

}  // namespace app
