#include "engines/postfix/main_cf.h"

#include <algorithm>
#include <format>
#include <map>

#include "base/text.h"

namespace engines {
namespace {

std::unexpected<base::Error> mistake(std::size_t line, std::string_view what) {
    return base::fail(std::format("line {}: {}", line, what));
}

bool is_comment_or_blank(std::string_view line) {
    const auto text = base::trim(line);
    return text.empty() || text.front() == '#';
}

/// Also names made from those of transports and services, which may hold dots and hyphens.
bool is_name(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               std::string_view::npos;
}

base::Result<Parameter> begin_parameter(std::string_view line, std::size_t number) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return mistake(number, std::format("'{}' has no '='; write: name = value", base::printable(line, 60)));
    const auto name = base::trim(line.substr(0, equals));
    if (!is_name(name)) return mistake(number, std::format("'{}' is not a name", base::printable(name, 60)));
    return Parameter{
        .name = std::string(name), .value = std::string(base::trim(line.substr(equals + 1))), .line = number};
}

}  // namespace

base::Result<> check_postfix_text(std::string_view text) {
    std::size_t number = 0;
    for (const auto line : base::split(text, '\n')) {
        ++number;
        if (line.contains('\r'))
            return mistake(number, "it ends as lines of Windows do (CR LF); save the file with Unix line ends");
    }
    return {};
}

base::Result<std::vector<Parameter>> parse_main_cf(std::string_view text) {
    if (const auto checked = check_postfix_text(text); !checked) return std::unexpected(checked.error());
    std::vector<Parameter> all;
    std::map<std::string, std::size_t, std::less<>> seen;
    std::size_t number = 0;
    for (const auto line : base::split(text, '\n')) {
        ++number;
        if (is_comment_or_blank(line)) continue;
        if (line.front() == ' ' || line.front() == '\t') {
            if (all.empty())
                return mistake(number, "it begins with a space, and there is no line before it to continue");
            auto& parameter = all.back();
            parameter.value += (parameter.value.empty() ? "" : " ") + std::string(base::trim(line));
            parameter.lines = number - parameter.line + 1;
            continue;
        }
        auto parameter = begin_parameter(line, number);
        if (!parameter) return std::unexpected(parameter.error());
        const auto [before, first] = seen.emplace(parameter->name, number);
        if (!first)
            return mistake(number, std::format("{} stands already in line {}", parameter->name, before->second));
        all.push_back(std::move(*parameter));
    }
    return all;
}

std::string merge_main_cf(std::string_view text, const std::vector<Parameter>& own) {
    const auto ours = parse_main_cf(text);
    const auto line_of = [](const Parameter& parameter) {
        return std::format("{} = {}\n", parameter.name, parameter.value);
    };
    std::string merged, added;
    const auto lines = base::split(text, '\n');
    std::size_t copied = 0;  // physical lines
    const auto copy_until = [&](std::size_t end) {
        for (; copied < end && copied < lines.size(); ++copied)
            merged += std::string(lines[copied]) + (copied + 1 < lines.size() ? "\n" : "");
    };
    for (const auto& parameter : ours.value_or(std::vector<Parameter>{})) {
        const auto replaced = std::ranges::find(own, parameter.name, &Parameter::name);
        if (replaced == own.end()) continue;
        copy_until(parameter.line - 1);
        merged += line_of(*replaced);
        copied = parameter.line - 1 + parameter.lines;
    }
    copy_until(lines.size());
    for (const auto& parameter : own)
        if (!ours || std::ranges::find(*ours, parameter.name, &Parameter::name) == ours->end())
            added += line_of(parameter);
    if (!added.empty()) merged += "\n# ---- the operator's own\n" + added;
    return merged;
}

}  // namespace engines
