#pragma once
/// One line on stdout: `area: what: cause`. Stateless; the container's log is the only log there is.
#include <string_view>

namespace base {

/// Writes "<area>: <text>\n" with a single write(2), so that lines of several threads never mix. Control bytes are
/// escaped: one event is one line, whatever a client sent.
void log(std::string_view area, std::string_view text);

}  // namespace base
