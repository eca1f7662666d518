#include "virus/update.h"

#include "base/text.h"

namespace virus {
namespace {

std::string_view after(std::string_view line, std::string_view mark) {
    const auto at = line.rfind(mark);
    return at == std::string_view::npos ? std::string_view() : base::trim(line.substr(at + mark.size()));
}

}  // namespace

std::chrono::seconds pause_after_update(bool succeeded, bool has_signatures) {
    using namespace std::chrono_literals;
    if (succeeded) return 2h;
    return has_signatures ? 30min : 2min;
}

std::optional<std::string> failure_of_update(int exit_code, std::string_view output) {
    std::string_view message, cool_down, error;
    for (const auto line : base::split(output, '\n')) {
        // The reason of libcurl comes behind the name of the function that failed.
        if (const auto text = after(line, " Message: "); !text.empty()) message = text;
        if (const auto text = after(line, "cool-down until after: "); !text.empty()) cool_down = text;
        if (const auto text = after(line, "ERROR: "); !text.empty() && text != "Update failed.") error = text;
    }
    // It waits in peace then, and calls that a success.
    if (!cool_down.empty())
        return "the server refuses because it was asked too often, until " + base::printable(cool_down);
    if (exit_code == 0) return std::nullopt;
    if (!message.empty()) return "the server cannot be reached (" + base::printable(message) + ")";
    if (!error.empty()) return base::printable(error);
    return "freshclam does not say why";
}

bool is_news(std::string_view line) {
    return line.contains(" updated (version: ");
}

}  // namespace virus
