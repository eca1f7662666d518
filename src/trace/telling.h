#pragma once
/// A mail's way in words, and as JSON. Pure. Times are UTC.
#include <string>

#include "json/json.h"
#include "trace/store.h"

namespace trace {

/// Several lines, each with its end.
std::string tell(const Mail& mail);

json::Value to_json(const Mail& mail);

/// "Gmail finds no SPF …", for a kind of refusal that piled up; empty for one the table does not know.
std::string tell(const RefusalCount& count);

}  // namespace trace
