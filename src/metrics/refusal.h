#pragma once
/// Why Postfix or the filter refused something, as one of the few words of labels.h.
#include <string_view>

#include "maillog/line.h"

namespace metrics {

/// One of reject_reasons. What a stranger wrote may mislead it, but cannot make a word of its own.
std::string_view reason_of(const maillog::Refused& refused);

}  // namespace metrics
