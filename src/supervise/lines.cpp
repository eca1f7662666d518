#include "supervise/lines.h"

namespace supervise {

void LineSplitter::feed(std::string_view bytes, const OnLine& on_line) {
    for (;;) {
        const auto end = bytes.find('\n');
        rest_ += bytes.substr(0, end);
        std::string_view whole = rest_;
        for (; whole.size() > longest; whole.remove_prefix(longest)) hand_out(whole.substr(0, longest), on_line);
        if (end == std::string_view::npos) {
            rest_.erase(0, rest_.size() - whole.size());
            return;
        }
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        end_line(whole, on_line);
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish(const OnLine& on_line) {
    if (!rest_.empty()) end_line(rest_, on_line);
}

void LineSplitter::hand_out(std::string_view piece, const OnLine& on_line) {
    in_pieces_ ? on_line(continued + std::string(piece)) : on_line(piece);
    in_pieces_ = true;
}

void LineSplitter::end_line(std::string_view piece, const OnLine& on_line) {
    hand_out(piece, on_line);
    in_pieces_ = false;
    rest_.clear();
}

}  // namespace supervise
