#include "render/render.h"

#include <ctemplate/template.h>
#include <ctemplate/template_dictionary.h>

#include <algorithm>
#include <format>
#include <memory>
#include <set>
#include <span>

#include "base/text.h"

namespace render {
namespace {

constexpr std::string_view remedy = "This is a fault of the program, not of the settings; please report it.";

/// `{{NAME}}` is a text, `{{#NAME}}` opens a part, `{{/NAME}}` closes it.
enum class Kind { text, open, close };

struct Marker {
    Kind kind;
    std::string name;
};

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

base::Result<std::vector<Marker>> find_markers(std::string_view text) {
    std::vector<Marker> markers;
    std::vector<std::string> open;
    for (auto begin = text.find("{{"); begin != std::string_view::npos; begin = text.find("{{", begin)) {
        const auto end = text.find("}}", begin);
        if (end == std::string_view::npos) return base::fail("a marker is not closed by }}", std::string(remedy));
        auto name = text.substr(begin + 2, end - begin - 2);
        auto kind = Kind::text;
        if (name.starts_with('#') || name.starts_with('/')) {
            kind = name.front() == '#' ? Kind::open : Kind::close;
            name.remove_prefix(1);
        }
        if (!is_name(name))
            return base::fail(std::format("'{{{{{}}}}}' is not a marker", base::printable(name, 60)),
                              std::string(remedy));
        if (kind == Kind::open) open.emplace_back(name);
        if (kind == Kind::close) {
            if (open.empty() || open.back() != name)
                return base::fail(std::format("part {} is closed but not open", name), std::string(remedy));
            open.pop_back();
        }
        markers.push_back({kind, std::string(name)});
        begin = end + 2;
    }
    if (!open.empty()) return base::fail(std::format("part {} is not closed", open.back()), std::string(remedy));
    return markers;
}

/// The markers between an opening one and its closing one.
std::span<const Marker> inside(std::span<const Marker> from_open) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < from_open.size(); ++i) {
        if (from_open[i].kind == Kind::open) ++depth;
        if (from_open[i].kind == Kind::close && --depth == 0) return from_open.subspan(1, i - 1);
    }
    return {};
}

base::Result<> check_texts(const Values& values) {
    for (const auto& [name, value] : values.texts)
        if (std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
            return base::fail(
                std::format("the value of {} has a control character in it: {}", name, base::printable(value, 100)),
                "Values are single lines; look at the setting it comes from.");
    return {};
}

/// Compares the markers of one level with its values. `around` holds the texts of the levels above.
base::Result<> check(std::span<const Marker> markers, const Values& values, std::set<std::string> around) {
    if (auto good = check_texts(values); !good) return good;
    std::set<std::string> used;
    for (const auto& [name, value] : values.texts) around.insert(name);
    for (std::size_t i = 0; i < markers.size(); ++i) {
        const auto& [kind, name] = markers[i];
        used.insert(name);
        if (kind == Kind::text && !around.contains(name))
            return base::fail(std::format("marker {} has no value", name), std::string(remedy));
        if (kind != Kind::open) continue;
        const auto part = values.parts.find(name);
        if (part == values.parts.end())
            return base::fail(std::format("marker {} has no value", name), std::string(remedy));
        const auto body = inside(markers.subspan(i));
        for (const auto& element : part->second)
            if (auto good = check(body, element, around); !good) return good;
        for (const auto& marker : body) used.insert(marker.name);
        i += body.size() + 1;
    }
    const auto unused = [&](const auto& entry) { return !used.contains(entry.first); };
    if (const auto found = std::ranges::find_if(values.texts, unused); found != values.texts.end())
        return base::fail(std::format("value {} has no marker", found->first), std::string(remedy));
    if (const auto found = std::ranges::find_if(values.parts, unused); found != values.parts.end())
        return base::fail(std::format("value {} has no marker", found->first), std::string(remedy));
    return {};
}

void copy(const Values& values, ctemplate::TemplateDictionary& dictionary) {
    for (const auto& [name, value] : values.texts) dictionary.SetValue(name, value);
    for (const auto& [name, elements] : values.parts)
        for (const auto& element : elements) copy(element, *dictionary.AddSectionDictionary(name));
}

/// `pragma` goes in front of the text once its own markers are checked.
base::Result<std::string> expand(std::string_view name, std::string_view pragma, std::string_view text,
                                 const Values& values) {
    const auto what = std::format("cannot render {}", name);
    const auto markers = find_markers(text);
    if (!markers) return base::context(what, markers.error());
    if (const auto good = check(*markers, values, {}); !good) return base::context(what, good.error());

    const std::string whole = std::string(pragma).append(text);
    const std::unique_ptr<ctemplate::Template> parsed(
        ctemplate::Template::StringToTemplate(whole.data(), whole.size(), ctemplate::DO_NOT_STRIP));
    ctemplate::TemplateDictionary dictionary(std::string{name});
    copy(values, dictionary);
    std::string output;
    if (!parsed || !parsed->Expand(&output, &dictionary))
        return base::fail(std::format("{}: ctemplate does not accept it", what), std::string(remedy));
    return output;
}

}  // namespace

std::vector<Values> when(bool present) {
    return std::vector<Values>(present ? 1 : 0);
}

base::Result<std::string> fill(std::string_view name, std::string_view text, const Values& values) {
    return expand(name, "", text, values);
}

base::Result<std::string> fill_html(std::string_view name, std::string_view text, const Values& values) {
    return expand(name, R"({{%AUTOESCAPE context="HTML"}})", text, values);
}

}  // namespace render
