#include "setup/logo.h"

#include <algorithm>
#include <cstdlib>
#include <format>

#include "base/text.h"
#include "xml/xml.h"

namespace setup {
namespace {

constexpr std::size_t largest_logo = 32 * 1024;

/// Elements that draw, group or describe. No script, no animation, no picture of another kind, no foreign content.
constexpr std::string_view allowed[] = {
    "svg",  "title",      "desc", "metadata", "defs",           "g",        "use",     "switch",
    "path", "rect",       "line", "circle",   "ellipse",        "polyline", "polygon", "linearGradient",
    "stop", "solidColor", "text", "tspan",    "radialGradient", "textArea", "tbreak"};

bool has_foreign_reference(std::string_view name, std::string_view value) {
    if (name == "href" || name.ends_with(":href")) return !value.starts_with('#');
    const auto lower = base::lower(value);
    for (auto at = lower.find("url("); at != std::string::npos; at = lower.find("url(", at + 1)) {
        const auto target = base::trim(std::string_view(lower).substr(at + 4));
        if (!target.starts_with('#') && !target.starts_with("'#") && !target.starts_with("\"#")) return true;
    }
    return lower.contains("javascript:");
}

std::string fault_below(const xml::Element& element) {
    if (element.name == "metadata") return {};  // of other namespaces; shows nothing
    if (!std::ranges::contains(allowed, std::string_view(element.name)))
        return std::format("it has the element '{}', which the profile does not have.",
                           base::printable(element.name, 60));
    for (const auto& [name, value] : element.attributes) {
        if (name.starts_with("on")) return std::format("it has the script '{}'.", base::printable(name, 60));
        if (has_foreign_reference(name, value))
            return std::format("its '{}' refers to something outside the file.", base::printable(name, 60));
    }
    for (const auto& child : element.children)
        if (auto fault = fault_below(child); !fault.empty()) return fault;
    return {};
}

bool is_square(std::string_view view_box) {
    const auto spaced = base::replace_all(std::string(view_box), ",", " ");
    const auto numbers = base::words(spaced);
    if (numbers.size() != 4) return false;
    double sides[2]{};
    for (std::size_t i = 0; i < 2; ++i) {
        const std::string number(numbers[2 + i]);
        char* end = nullptr;
        sides[i] = std::strtod(number.c_str(), &end);
        if (*end != '\0') return false;
    }
    return sides[0] > 0 && sides[0] == sides[1];
}

}  // namespace

std::string logo_fault(std::string_view svg) {
    if (svg.size() > largest_logo) return std::format("it is larger than {} kB.", largest_logo / 1024);
    const auto root = xml::parse(svg);
    if (!root) return root.error().text + ".";
    if (root->name != "svg" || root->attribute("xmlns") != "http://www.w3.org/2000/svg") return "it is not SVG.";
    if (root->attribute("version") != "1.2") return "its version is not \"1.2\".";
    if (root->attribute("baseProfile") != "tiny-ps") return "its baseProfile is not \"tiny-ps\".";
    if (!root->attribute("x").empty() || !root->attribute("y").empty())
        return "its svg element has an x or y, which the profile does not allow.";
    const auto* title = root->child("title");
    if (title == nullptr || base::trim(title->text).empty()) return "it has no title.";
    if (!is_square(root->attribute("viewBox"))) return "its viewBox is not a square.";
    return fault_below(*root);
}

}  // namespace setup
