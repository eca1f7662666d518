#pragma once
/// Changes of alerts in words, for a mail and for a webhook. Pure.
#include <string>
#include <vector>

#include "alerts/book.h"

namespace alerts {

/// One line, ASCII: the only change, or how many there are.
std::string subject(const std::vector<Change>& changes);

/// What happened, one paragraph a change; ASCII. `link`: where the dashboards are.
std::string mail_text(const std::vector<Change>& changes, const std::string& link);

/// JSON that the usual receivers understand, each by other members: `text` (Slack, Mattermost, Rocket.Chat, Matrix by
/// hookshot), `title`, `message` and `priority` (Gotify, ntfy), `topic`, `tags` and `click` (ntfy, which takes JSON at
/// its root only; the topic is the one in the query of the webhook's URL); `alerts` has everything.
std::string webhook_body(const std::vector<Change>& changes, const std::string& link, const std::string& webhook);

}  // namespace alerts
