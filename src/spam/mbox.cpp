#include "spam/mbox.h"

namespace spam {
namespace {

/// Lines are cut into pieces of this length; mail has none as long.
constexpr std::size_t longest_piece = 64 * 1024;

/// ">From ", ">>From ": a quoted line of the mail (the "mboxrd" form).
bool is_quoted_from(std::string_view line) {
    const auto first = line.find_first_not_of('>');
    return first != 0 && first != std::string_view::npos && line.substr(first).starts_with("From ");
}

}  // namespace

base::Result<> MboxSplitter::feed(std::string_view octets) {
    while (!octets.empty()) {
        const auto end = octets.find('\n');
        const auto length = end == std::string_view::npos ? octets.size() : end + 1;
        const auto room = longest_piece - line_.size();
        line_ += octets.substr(0, std::min(length, room));
        octets.remove_prefix(std::min(length, room));
        if (line_.ends_with('\n') || line_.size() == longest_piece) {
            if (const auto done = line(line_); !done) return done;
            line_.clear();
        }
    }
    return {};
}

base::Result<> MboxSplitter::line(std::string_view text) {
    const bool begins = !line_goes_on_;
    line_goes_on_ = !text.ends_with('\n');
    if (begins && after_empty_line_ && text.starts_with("From ")) {
        if (const auto done = end_of_mail(); !done) return done;
        from_line_ = text.substr(0, text.find_last_not_of("\r\n") + 1);
        in_mail_ = true;
        after_empty_line_ = false;
        return {};
    }
    if (!in_mail_) return base::fail("this is no mbox: its first line does not begin with \"From \"");
    after_empty_line_ = begins && (text == "\n" || text == "\r\n");
    if (begins && is_quoted_from(text)) text.remove_prefix(1);
    if (!too_long_) mail_ += text;
    too_long_ = too_long_ || mail_.size() > largest_;
    if (too_long_) mail_.clear();
    return {};
}

base::Result<> MboxSplitter::end_of_mail() {
    if (!in_mail_) return {};
    const auto taken = take_(mail_);
    mail_.clear();
    too_long_ = false;
    return taken;
}

base::Result<> MboxSplitter::finish() {
    if (!line_.empty())
        if (const auto done = line(line_); !done) return done;
    line_.clear();
    return end_of_mail();
}

}  // namespace spam
