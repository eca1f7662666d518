#pragma once
/// A mail of an mbox as it was before it was put there. Pure.
#include <ctime>
#include <string>
#include <string_view>

namespace moving {

struct MboxMail {
    std::string text;     ///< lines end with LF; without the header fields that mbox programs keep their notes in
    std::string flags;    ///< as in the name of a Maildir's mail, from Status and X-Status
    timespec received{};  ///< from the "From " line, or the mail's Date; the epoch without either
};

/// `from_line`: "From sender Thu Nov 21 10:00:00 2026".
MboxMail mbox_mail(std::string_view text, std::string_view from_line);

}  // namespace moving
