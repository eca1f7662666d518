#pragma once
/// One thing that happened to a mail, as it is kept.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"

namespace trace {

/// Microseconds since 1970; no two facts have the same, so it is their order as well.
using Moment = std::int64_t;

struct Fact {
    Moment moment = 0;
    std::string queue_id;            ///< empty: a mail that was refused before it got one
    std::string kind;                ///< "accepted", "delivery", …: assembler.cpp has them all
    json::Value details;             ///< an object; what strangers wrote in it is printable
    std::vector<std::string> words;  ///< by which the mail is found, as key_of() makes them
    /// Of a delivery that was refused: what refusal.h makes of it; empty otherwise.
    std::string refusal, provider;
    bool operator==(const Fact&) const = default;
};

/// A Message-ID or an address in the one form it is kept and looked for: without angle brackets, in lower case.
std::string key_of(std::string_view text);

}  // namespace trace
