#include "base/error.h"

#include <format>
#include <system_error>

namespace base {

ExitCode exit_code(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::failed:
            return ExitCode::failed;
        case ErrorKind::usage:
            return ExitCode::usage;
        case ErrorKind::not_found:
            return ExitCode::not_found;
        case ErrorKind::exists:
            return ExitCode::exists;
        case ErrorKind::not_running:
            return ExitCode::not_running;
    }
    return ExitCode::failed;
}

std::unexpected<Error> fail(std::string text, std::string remedy, ErrorKind kind) {
    return std::unexpected(Error{.text = std::move(text), .remedy = std::move(remedy), .kind = kind});
}

std::unexpected<Error> fail_transient(std::string text, std::string remedy) {
    return std::unexpected(
        Error{.text = std::move(text), .remedy = std::move(remedy), .permanence = Permanence::transient});
}

std::unexpected<Error> context(std::string_view what, Error error) {
    error.text = std::format("{}: {}", what, error.text);
    return std::unexpected(std::move(error));
}

std::string errno_text(int number) {
    std::string text = std::generic_category().message(number);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

}  // namespace base
