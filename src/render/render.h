#pragma once
/// The wall around ctemplate: text with markers + values → text. `{{NAME}}` is replaced by a value;
/// `{{#PART}}…{{/PART}}` stands once for each element of that part, so none leaves it out. Everything else stays byte
/// for byte: no line is joined, and but for fill_html() nothing is escaped. ctemplate itself expands a marker nobody
/// set to nothing, silently; here template and values must match exactly, or there is an error that names the marker.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace render {

/// What a template is filled with. Inside a part its own values count first, then those around it.
struct Values {
    std::map<std::string, std::string> texts;          ///< one line each: no control characters
    std::map<std::string, std::vector<Values>> parts;  ///< optional (0 or 1) and repeated pieces
};

/// A part that is there, without values of its own, or not.
std::vector<Values> when(bool present);

/// The filled template; `name` is what errors call it. Fails for a marker without a value, a value or part without a
/// marker, a value with control characters, and broken marker syntax. A part with no element may hold any marker.
base::Result<std::string> fill(std::string_view name, std::string_view text, const Values& values);

/// The same for a whole HTML page: every value is escaped as its place in the page needs it (text, attribute, URL), so
/// that it can never become markup. Attributes with a marker must be quoted.
base::Result<std::string> fill_html(std::string_view name, std::string_view text, const Values& values);

}  // namespace render
