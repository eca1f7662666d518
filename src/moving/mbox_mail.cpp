#include "moving/mbox_mail.h"

#include <time.h>

#include <algorithm>

#include "base/text.h"

namespace moving {
namespace {

/// The time at the end of a "From " line (asctime), UTC; 0 for none.
time_t asctime_of(std::string_view line) {
    const auto words = base::words(line);
    if (words.size() < 5) return 0;
    // The day of the week begins it; a zone may stand before or behind the year.
    for (std::size_t at = words.size() - 4; at > 0 && at + 6 > words.size(); --at) {
        std::string text;
        for (std::size_t word = at; word < std::min(at + 5, words.size()); ++word)
            text += std::string(words[word]) + " ";
        for (const char* form : {"%a %b %d %H:%M:%S %Y ", "%a %b %d %H:%M %Y "}) {
            tm parts{};
            const char* end = ::strptime(text.c_str(), form, &parts);
            if (end && *end == '\0') return ::timegm(&parts);
        }
    }
    return 0;
}

/// The Date of a header (RFC 5322 §3.3); 0 for none.
time_t date_of(std::string_view value) {
    const std::string text(base::trim(value));
    for (const char* form : {"%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z"}) {
        tm parts{};
        if (::strptime(text.c_str(), form, &parts) == nullptr) continue;
        const long zone = parts.tm_gmtoff;
        return ::timegm(&parts) - zone;
    }
    return 0;
}

std::string flags_of(std::string_view status) {
    std::string flags;
    for (const auto& [letter, flag] : {std::pair('R', 'S'), {'A', 'R'}, {'F', 'F'}, {'D', 'T'}, {'T', 'D'}})
        if (status.contains(letter)) flags += flag;
    std::ranges::sort(flags);
    return flags;
}

}  // namespace

MboxMail mbox_mail(std::string_view text, std::string_view from_line) {
    MboxMail mail;
    mail.text.reserve(text.size());
    std::string status, date;
    bool in_header = true, dropping = false;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (in_header) {
            if (line.empty()) in_header = false;
            const bool folded = line.starts_with(' ') || line.starts_with('\t');
            const auto colon = line.find(':');
            const auto name = base::lower(line.substr(0, std::min(colon, line.size())));
            if (!folded) {
                dropping = colon != std::string_view::npos &&
                           (name == "status" || name == "x-status" || name == "x-uid" || name == "x-imap" ||
                            name == "x-imapbase" || name == "content-length");
                if (name == "status" || name == "x-status") status += line.substr(colon + 1);
                if (name == "date") date = line.substr(colon + 1);
            }
            if (in_header && dropping) continue;
        }
        mail.text += line;
        mail.text += '\n';
    }
    // The empty line before the next "From " belongs to the mbox.
    if (mail.text.ends_with("\n\n") && !in_header) mail.text.pop_back();
    mail.flags = flags_of(status);
    mail.received.tv_sec = asctime_of(from_line);
    if (mail.received.tv_sec <= 0) mail.received.tv_sec = std::max<time_t>(date_of(date), 0);
    return mail;
}

}  // namespace moving
