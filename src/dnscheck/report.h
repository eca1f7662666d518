#pragma once
/// A Report as text for the operator, or as JSON. Pure.
#include <span>
#include <string>

#include "dnscheck/check.h"
#include "json/json.h"

namespace dnscheck {

/// The two sections of ✅ and ❌ lines, then for each failed kind of record what to copy into the DNS: the line of a
/// zone file (at the start of its line, so that it can be copied whole) and the plain value for a web form.
std::string as_text(const Report& report);

/// Every record as what a web form asks for, name, type and value, a long text in one piece.
std::string for_forms(std::span<const Record> records);

/// {"green", "addresses", "findings": […], "records": […]}; "records" holds all that are needed, present
/// or not, with "status" and what was "found".
json::Value as_json(const Report& report);

}  // namespace dnscheck
