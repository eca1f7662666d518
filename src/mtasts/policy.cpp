#include "mtasts/policy.h"

#include <algorithm>
#include <format>
#include <optional>

#include "base/address.h"
#include "base/text.h"

namespace mtasts {
namespace {

std::optional<Mode> parse_mode(std::string_view text) {
    for (const auto mode : {Mode::enforce, Mode::testing, Mode::none})
        if (text == name(mode)) return mode;
    return std::nullopt;
}

/// 1*10(DIGIT)
std::optional<std::chrono::seconds> parse_age(std::string_view text) {
    if (text.size() > 10) return std::nullopt;
    const auto number = base::parse_number(text);
    if (!number) return std::nullopt;
    return std::min(std::chrono::seconds(static_cast<std::int64_t>(*number)), longest_age);
}

std::optional<std::string> parse_pattern(std::string_view text) {
    const bool wildcard = text.starts_with("*.");
    const auto host = base::Hostname::parse(wildcard ? text.substr(2) : text);
    if (!host || text.ends_with('.')) return std::nullopt;
    return (wildcard ? "*." : "") + host->str();
}

/// The fields met so far; the first of each counts.
struct Fields {
    bool version = false;
    std::optional<Mode> mode;
    std::optional<std::chrono::seconds> max_age;
    std::vector<std::string> mx;
};

base::Result<> take(Fields& fields, std::string_view name, std::string_view value) {
    const auto wrong = [&] {
        return base::fail(std::format("its field {} is malformed: '{}'", name, base::printable(value, 80)));
    };
    if (name == "version" && !fields.version) {
        if (value != "STSv1") return wrong();
        fields.version = true;
    } else if (name == "mode" && !fields.mode) {
        fields.mode = parse_mode(value);
        if (!fields.mode) return wrong();
    } else if (name == "max_age" && !fields.max_age) {
        fields.max_age = parse_age(value);
        if (!fields.max_age) return wrong();
    } else if (name == "mx") {
        auto pattern = parse_pattern(value);
        if (!pattern) return wrong();
        if (fields.mx.size() == most_patterns)
            return base::fail(std::format("it names more than {} hosts", most_patterns));
        fields.mx.push_back(std::move(*pattern));
    }
    return {};
}

}  // namespace

std::string_view name(Mode mode) {
    switch (mode) {
        case Mode::enforce:
            return "enforce";
        case Mode::testing:
            return "testing";
        case Mode::none:
            return "none";
    }
    return "";
}

base::Result<Policy> parse_policy(std::string_view text) {
    Fields fields;
    auto all = base::split(text, '\n');
    if (all.back().empty()) all.pop_back();
    for (auto line : all) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0)
            return base::fail(std::format("its line '{}' is no field", base::printable(line, 80)));
        if (const auto taken = take(fields, line.substr(0, colon), base::trim(line.substr(colon + 1))); !taken)
            return std::unexpected(taken.error());
    }
    if (!fields.version) return base::fail("it has no version");
    if (!fields.mode) return base::fail("it has no mode");
    if (!fields.max_age) return base::fail("it has no max_age");
    if (fields.mx.empty() && *fields.mode != Mode::none) return base::fail("it names no mx");
    return Policy{.mode = *fields.mode, .mx = std::move(fields.mx), .max_age = *fields.max_age};
}

std::vector<std::string> lines(const Policy& policy) {
    std::vector<std::string> all{"version: STSv1", std::format("mode: {}", name(policy.mode))};
    for (const auto& pattern : policy.mx) all.push_back("mx: " + pattern);
    all.push_back(std::format("max_age: {}", policy.max_age.count()));
    return all;
}

}  // namespace mtasts
