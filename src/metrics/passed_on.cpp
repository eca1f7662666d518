#include "metrics/passed_on.h"

#include <set>

namespace metrics {
namespace {

/// The lines for which `keeps` says so.
template <class Keeps>
std::string lines_of(std::string_view text, const Keeps& keeps) {
    std::string kept;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n') + 1 == 0 ? text.size() : text.find('\n') + 1);
        text.remove_prefix(line.size());
        if (keeps(line)) kept += line;
    }
    return kept;
}

}  // namespace

std::string without_figure(std::string_view text, std::string_view name) {
    return lines_of(text, [&](std::string_view line) {
        if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) line.remove_prefix(7);
        return !line.starts_with(name) ||
               !(line.substr(name.size()).starts_with(' ') || line.substr(name.size()).starts_with('{'));
    });
}

std::string with_users(std::string_view text, std::size_t most) {
    constexpr std::string_view label = "user=\"";
    std::set<std::string_view> users;
    return lines_of(text, [&](std::string_view line) {
        const auto at = line.find(label);
        if (line.starts_with('#') || at == std::string_view::npos) return true;
        const auto value = line.substr(at + label.size());
        const auto user = value.substr(0, value.find('"'));
        if (users.contains(user)) return true;
        return users.size() < most && users.insert(user).second;
    });
}

}  // namespace metrics
