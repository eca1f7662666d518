#include "virus/scanner.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace virus {
namespace {

constexpr std::chrono::days too_old{7};

std::string no_signatures(bool official) {
    return official ? "no virus signatures yet" : "no virus signatures: there is no file in var/lib/clamav";
}

}  // namespace

std::optional<std::string> obstacle(const Signatures& signatures, const Memory& memory, bool official) {
    if (official ? !signatures.official : signatures.octets == 0) return no_signatures(official);
    const auto needed = needed_by_clamd(signatures, official);
    if (memory.available < needed)
        return std::format("the virus scanner needs {} of memory, and {} of {} are free", base::human_size(needed),
                           base::human_size(memory.available), base::human_size(memory.total));
    return std::nullopt;
}

std::optional<base::Error> too_small(const Memory& memory, bool official) {
    const auto needed = needed_by_clamd({}, official) + needed_by_the_rest;
    if (memory.total >= needed) return std::nullopt;
    return base::Error{
        .text = std::format("cannot scan for viruses here: the server with the scanner needs {} of memory, and has {}",
                            base::human_size(needed), base::human_size(memory.total)),
        .remedy = "Give the machine or the container more, or set VIRUS_SCAN=false.",
        .kind = base::ErrorKind::usage};
}

std::vector<std::string> warnings(const Situation& situation) {
    std::vector<std::string> all;
    const bool failed = !situation.last_failure.empty();
    if (!situation.obstacle.empty()) {
        std::string text = situation.obstacle;
        if (failed && !situation.signatures.official) text += ": " + situation.last_failure;
        all.push_back(text + (situation.pass_unscanned
                                  ? "; meanwhile mail is let through unscanned (VIRUS_SCAN_UNAVAILABLE=pass)"
                                  : "; meanwhile senders are asked to try again later (VIRUS_SCAN_UNAVAILABLE)"));
    }
    if (!situation.official) return all;
    if (failed && situation.signatures.official)
        all.push_back("cannot fetch new virus signatures: " + situation.last_failure);
    if (situation.signatures.built && situation.now - *situation.signatures.built > too_old)
        all.push_back(
            std::format("the virus signatures are of {:%F}, new viruses are not found", *situation.signatures.built));
    return all;
}

}  // namespace virus
