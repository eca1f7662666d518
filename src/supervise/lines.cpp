#include "supervise/lines.h"

namespace supervise {

void LineSplitter::feed(std::string_view bytes, const OnLine& on_line) {
    for (;;) {
        const auto end = bytes.find('\n');
        rest_ += bytes.substr(0, end);
        std::string_view whole = rest_;
        for (; whole.size() > longest; whole.remove_prefix(longest)) on_line(whole.substr(0, longest));
        if (end == std::string_view::npos) {
            rest_.erase(0, rest_.size() - whole.size());
            return;
        }
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        on_line(whole);
        rest_.clear();
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish(const OnLine& on_line) {
    if (!rest_.empty()) on_line(rest_);
    rest_.clear();
}

}  // namespace supervise
