#pragma once
/// What the reports come to, in words. Pure.
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "json/json.h"
#include "reports/store.h"

namespace reports {

/// For a person: each domain's mails and sessions, and where those that failed came from. `own` are this server's
/// addresses.
std::string tell(const Told& told, const std::set<std::string>& own);

json::Value to_json(const Told& told);

/// What the operator should look after: mail of this server that others could not verify, TLS with it that failed.
std::vector<std::string> warnings(const Told& told, const std::set<std::string>& own);

}  // namespace reports
