#include "imapsync/outcome.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/text.h"
#include "imapsync/progress.h"

namespace imapsync {
namespace {

constexpr std::chrono::hours longest_pause{1};

/// "+4", "*0", "#0", "-0" as numbers.
std::optional<std::array<std::uint64_t, 4>> side(std::span<const std::string_view> words) {
    std::array<std::uint64_t, 4> numbers{};
    constexpr std::string_view signs = "+*#-";
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = words[i].starts_with(signs[i]) ? base::parse_number(words[i].substr(1)) : std::nullopt;
        if (!number) return {};
        numbers[i] = *number;
    }
    return numbers;
}

/// "Channels: 2    Boxes: 2    Far: +0 *0 #0 -0    Near: +4 *0 #0 -0"
std::optional<Counts> summary_in(std::string_view line) {
    const auto words = base::words(line);
    if (words.size() != 14 || words[0] != "Channels:" || words[4] != "Far:" || words[9] != "Near:") return {};
    const auto far = side(std::span(words).subspan(5, 4)), near = side(std::span(words).subspan(10, 4));
    if (!far || !near) return {};
    return Counts{.copied_here = (*near)[0],
                  .marked_here = (*near)[1],
                  .deleted_here = (*near)[3],
                  .copied_there = (*far)[0],
                  .marked_there = (*far)[1],
                  .deleted_there = (*far)[3]};
}

/// What is no complaint: mbsync's remarks and what the IMAP sessions here log.
bool is_remark(std::string_view line) {
    for (const auto* start : {"Notice:", "Note:", "Warning:", "IMAP warning:", "Maildir notice:"})
        if (line.starts_with(start)) return true;
    return line.contains(": Info: ") || line.contains(": Debug: ");
}

}  // namespace

void Outcome::read(std::string_view line) {
    line = base::trim(line);
    if (line.empty() || counters_in(line) || is_remark(line)) return;
    if (const auto counts = summary_in(line)) {
        counts_ = *counts;
        return;
    }
    const auto said = base::printable(line, 297);
    if (line.starts_with("Error: ") && (line.contains(" refuses to store message ") || line.ends_with("; skipping."))) {
        ++refused_;
        // The server's own words come first.
        if (refusal_.empty()) refusal_ = last_error_.empty() ? said : last_error_;
        last_error_.clear();
        // They were about this mail alone.
        if (failure_ == refusal_) failure_.clear();
        return;
    }
    last_error_ = said;
    if (failure_.empty() && said != refusal_) failure_ = said;
}

std::chrono::seconds pause_after(std::chrono::seconds every, unsigned failures) {
    auto pause = every;
    for (unsigned i = 1; i < failures && pause < longest_pause; ++i) pause *= 2;
    return std::max(every, std::min<std::chrono::seconds>(pause, longest_pause));
}

}  // namespace imapsync
