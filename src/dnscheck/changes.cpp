#include "dnscheck/changes.h"

#include "json/json.h"

namespace dnscheck {
namespace {

std::string key_of(const Finding& finding) {
    return finding.id + "@" + finding.subject;
}

bool is_wrong(const Finding& finding) {
    return !finding.ignored && (finding.severity == Severity::warning || finding.severity == Severity::error);
}

}  // namespace

Memory remember(const Report& report, const Memory& before) {
    Memory memory;
    for (const auto* finding : report.all()) {
        const auto key = key_of(*finding);
        if (is_wrong(*finding)) memory.open[key] = finding->text;
        const auto known = before.open.find(key);
        if (finding->severity == Severity::unknown && !finding->ignored && known != before.open.end())
            memory.open.insert(*known);
    }
    return memory;
}

Changes changes(const Memory& before, const Memory& after) {
    Changes found;
    for (const auto& [key, text] : after.open)
        if (!before.open.contains(key)) found.broken.push_back(text);
    for (const auto& [key, text] : before.open)
        if (!after.open.contains(key)) found.mended.push_back(text);
    return found;
}

std::string to_text(const Memory& memory) {
    auto open = json::object({});
    for (const auto& [key, text] : memory.open) open.set(key, text);
    return json::dump(json::object({{"open", std::move(open)}}), 2) + "\n";
}

base::Result<Memory> parse_memory(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return std::unexpected(value.error());
    if (!value->is_object() || !value->has("open")) return base::fail("this is no memory of a DNS check");
    Memory memory;
    for (const auto& [key, finding] : (*value)["open"].members()) memory.open[key] = finding.text();
    return memory;
}

}  // namespace dnscheck
