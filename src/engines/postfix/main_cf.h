#pragma once
/// Postfix's main.cf as a value (postconf(5)): logical lines `name = value`, continued by lines that begin with white
/// space, among comments. Postfix warns about a parameter that stands twice, and its logger may hang then: so an
/// operator's file is merged into ours, not appended.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace engines {

struct Parameter {
    std::string name;
    std::string value;      ///< continuation lines joined by one space
    std::size_t line = 0;   ///< where it begins, counted from 1
    std::size_t lines = 1;  ///< how many physical lines it has, with the comments in between
};

/// Every parameter in its order; the first mistake as "line 3: …". A parameter that stands twice is one.
base::Result<std::vector<Parameter>> parse_main_cf(std::string_view text);

/// `text` with the values of `own`: in place of ours where there is one, at the end otherwise, in their order.
std::string merge_main_cf(std::string_view text, const std::vector<Parameter>& own);

/// The mistakes a file for Postfix may have whatever it holds (carriage returns), as "line 3: …".
base::Result<> check_postfix_text(std::string_view text);

}  // namespace engines
