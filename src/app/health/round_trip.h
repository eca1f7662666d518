#pragma once
/// A mail to an account of this server, and its way back: what the demo and the probe share.
#include <chrono>
#include <stop_token>
#include <string>

#include "app/common/command.h"
#include "base/clock.h"
#include "base/secret.h"
#include "net/mail_client.h"

namespace app {

/// The account `address` with this password, whether or not it was there before.
base::Result<> prepare_account(const std::string& address, const base::Secret& password,
                               const settings::Settings& settings, const Installation& here);

/// A mail from somebody to himself (RFC 5322, CRLF line ends, as `text` has them); the Message-ID without brackets.
std::string round_trip_mail(std::string_view name, const std::string& address, const std::string& message_id,
                            std::string_view subject, std::string_view text, base::SystemTime now);

/// The mail as it is in INBOX; an error when it is not there after so long.
base::Result<std::string> wait_for_message(const net::MailServer& server, const std::string& message_id,
                                           std::chrono::seconds longest, const std::stop_token& stop);

}  // namespace app
