#pragma once
/// Why a record that was surely entered is not where it belongs: the mistakes people make in web forms and zone files.
#include <string>

#include "dnscheck/checks.h"

namespace dnscheck {

/// What is asked to tell causes apart when `answer` is not what `record` wants; to be asked for all at the same time.
std::vector<resolver::Question> cause_questions(const Record& record, const resolver::Answer& answer);

/// The cause as a stable word ("missing", "alias", "doubled", "wildcard", "quoted", "truncated", "wrong") and a
/// sentence. `answer` has no record that fits.
struct Cause {
    std::string word, text;
};
Cause cause_of(const Context& context, const Record& record, const resolver::Answer& answer);

/// The same for one published text that should be `wanted`: nothing when it is not cut off or wrapped in quotation
/// marks.
std::optional<Cause> text_fault(std::string_view published, std::string_view wanted);

}  // namespace dnscheck
