#pragma once
/// Postfix: SMTP on 25, submission on 465 and 587, and the queue.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// The table of clients that the supervisor fills while no mail can be taken (cidr_table(5)).
inline constexpr const char* postfix_room_table = "/etc/postfix/room.cidr";

/// Its configuration, check and service for these settings; fails only when a template is missing or broken.
base::Result<Engine> postfix(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
