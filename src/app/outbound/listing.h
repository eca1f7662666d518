#pragma once
/// What `mailserver outbound list` shows. Pure.
#include <string>
#include <vector>

#include "base/clock.h"
#include "outbound/overview.h"

namespace app {

/// "2026-01-31 12:00", in UTC.
std::string moment(base::SystemTime time);

/// "1 mail", "7 mails".
std::string mails(std::size_t count);

/// For people and for programs.
std::string outbound_text(const std::vector<outbound::AccountState>& accounts);
std::string outbound_json(const std::vector<outbound::AccountState>& accounts);

}  // namespace app
