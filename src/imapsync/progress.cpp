#include "imapsync/progress.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/text.h"

namespace imapsync {
namespace {

constexpr std::size_t longest_line = 4096;

/// "12/40" as two numbers.
std::optional<std::pair<std::uint64_t, std::uint64_t>> fraction(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {};
    const auto one = base::parse_number(text.substr(0, slash)), other = base::parse_number(text.substr(slash + 1));
    if (!one || !other) return {};
    return std::pair(*one, *other);
}

}  // namespace

std::optional<Counters> counters_in(std::string_view line) {
    const auto words = base::words(line);
    if (words.size() < 12 || words[0] != "C:" || words[2] != "B:" || words[4] != "F:" || words[9] != "N:" ||
        !words[10].starts_with('+'))
        return {};
    const auto channels = fraction(words[1]), copied = fraction(words[10].substr(1));
    if (!channels || !copied) return {};
    return Counters{.channels_done = channels->first, .copied = copied->first, .to_copy = copied->second};
}

void Lines::feed(std::string_view piece) {
    for (const char c : piece) {
        if (c == '\n' || c == '\r')
            finish();
        else if (line_.size() < longest_line)
            line_ += c;
    }
}

void Lines::finish() {
    if (!line_.empty()) take_(std::exchange(line_, {}));
}

std::uint64_t Progress::at(const Counters& counters) {
    if (counters.channels_done > last_.channels_done) before_ = last_.to_copy;
    last_ = counters;
    const auto finished = std::min<std::size_t>(counters.channels_done, folders_.size());
    std::uint64_t done =
        std::accumulate(folders_.begin(), folders_.begin() + static_cast<std::ptrdiff_t>(finished), std::uint64_t{0});
    if (finished < folders_.size() && counters.to_copy > before_) {
        const auto here = counters.to_copy - before_;
        const auto copied = counters.copied - std::min(counters.copied, before_);
        done += folders_[finished] - std::min(folders_[finished], here) + copied;
    }
    done_ = std::max(done_, std::min(done, total()));
    return done_;
}

std::uint64_t Progress::total() const {
    return std::accumulate(folders_.begin(), folders_.end(), std::uint64_t{0});
}

}  // namespace imapsync
