#include "engines/postfix/master_cf.h"

#include <algorithm>
#include <array>
#include <format>
#include <optional>

#include "base/text.h"
#include "engines/postfix/main_cf.h"
#include "engines/postfix/words.h"

namespace engines {
namespace {

std::unexpected<base::Error> mistake(std::size_t line, std::string_view what) {
    return base::fail(std::format("line {}: {}", line, what));
}

constexpr std::array<std::string_view, 5> types{"inet", "unix", "unix-dgram", "fifo", "pass"};

/// The parameters given by `-o name=value`, `-oname=value` and `-o { name = value }`.
base::Result<std::vector<std::pair<std::string, std::string>>> options_of(std::span<const std::string> arguments,
                                                                          std::size_t line) {
    std::vector<std::pair<std::string, std::string>> options;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        std::string_view option = arguments[index];
        if (!option.starts_with("-o")) continue;
        option.remove_prefix(2);
        if (option.empty()) {
            if (++index == arguments.size()) return mistake(line, "-o has nothing behind it; write: -o name=value");
            option = arguments[index];
        }
        option = without_braces(option);
        const auto equals = option.find('=');
        if (equals == std::string_view::npos || base::trim(option.substr(0, equals)).empty())
            return mistake(line, std::format("'-o {}' is not -o name=value; with spaces in it, write: "
                                             "-o {{ name = value }}",
                                             base::printable(option, 60)));
        options.emplace_back(base::trim(option.substr(0, equals)), base::trim(option.substr(equals + 1)));
    }
    return options;
}

base::Result<> read_fields(MasterService& service) {
    std::string flat;
    for (const auto line : base::split(service.text, '\n'))
        if (const auto text = base::trim(line); !text.empty() && text.front() != '#') flat += std::string(text) + " ";
    const auto words = postfix_words(flat, " \t");
    if (!words) return mistake(service.line, words.error().text);
    if (words->size() < 8)
        return mistake(service.line, std::format("it has {} of the 8 columns of a service: name type private unpriv "
                                                 "chroot wakeup maxproc command",
                                                 words->size()));
    service.name = (*words)[0], service.type = (*words)[1], service.command = (*words)[7];
    if (!std::ranges::contains(types, service.type))
        return mistake(service.line, std::format("'{}' is not a type of service; types are inet, unix, unix-dgram, "
                                                 "fifo, pass",
                                                 base::printable(service.type, 60)));
    for (const auto& [column, what] : {std::pair(2, "private"), std::pair(3, "unpriv"), std::pair(4, "chroot")})
        if (const auto& value = (*words)[static_cast<std::size_t>(column)];
            value != "y" && value != "n" && value != "-")
            return mistake(service.line,
                           std::format("column '{}' is '{}'; it must be y, n or -", what, base::printable(value, 60)));
    auto options = options_of(std::span(*words).subspan(8), service.line);
    if (!options) return std::unexpected(options.error());
    service.options = std::move(*options);
    return {};
}

const MasterService* find(const std::vector<MasterService>& services, const MasterService& wanted) {
    const auto found = std::ranges::find_if(services, [&](const MasterService& service) {
        return service.name == wanted.name && service.type == wanted.type;
    });
    return found == services.end() ? nullptr : &*found;
}

}  // namespace

base::Result<std::vector<MasterService>> parse_master_cf(std::string_view text) {
    if (const auto checked = check_postfix_text(text); !checked) return std::unexpected(checked.error());
    std::vector<MasterService> all;
    const auto lines = base::split(text, '\n');
    for (std::size_t index = 0; index < lines.size(); ++index) {
        const auto line = lines[index];
        if (const auto content = base::trim(line); content.empty() || content.front() == '#') continue;
        if (line.front() != ' ' && line.front() != '\t') {
            all.push_back({.text = std::string(line) + "\n", .line = index + 1});
            continue;
        }
        if (all.empty())
            return mistake(index + 1, "it begins with a space, and there is no line before it to continue");
        auto& service = all.back();
        service.text += std::string(line) + "\n";
        service.lines = index + 1 - service.line + 1;
    }
    for (auto service = all.begin(); service != all.end(); ++service) {
        if (const auto read = read_fields(*service); !read) return std::unexpected(read.error());
        if (const auto* first = find(all, *service); first != &*service)
            return mistake(service->line, std::format("the service {} {} stands already in line {}", service->name,
                                                      service->type, first->line));
    }
    return all;
}

std::string merge_master_cf(std::string_view text, const std::vector<MasterService>& own) {
    const auto ours = parse_master_cf(text).value_or(std::vector<MasterService>{});
    const auto lines = base::split(text, '\n');
    std::string merged;
    std::size_t copied = 0;  // physical lines
    const auto copy_until = [&](std::size_t end) {
        for (; copied < end && copied < lines.size(); ++copied)
            merged += std::string(lines[copied]) + (copied + 1 < lines.size() ? "\n" : "");
    };
    for (const auto& service : ours) {
        const auto* replacement = find(own, service);
        if (!replacement) continue;
        copy_until(service.line - 1);
        merged += replacement->text;
        copied = service.line - 1 + service.lines;
    }
    copy_until(lines.size());
    for (const auto& service : own)
        if (!find(ours, service)) merged += service.text;
    return merged;
}

}  // namespace engines
