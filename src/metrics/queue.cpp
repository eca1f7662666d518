#include "metrics/queue.h"

#include <system_error>

#include "metrics/labels.h"

namespace metrics {
namespace {

namespace fs = std::filesystem;

/// Postfix' folders of a queue by the first letter of the queue id: at most so deep (hash_queue_depth is 1).
constexpr int deepest = 3;

void count(const fs::path& folder, QueueState& state, int depth) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        const auto status = entry->symlink_status(gone);
        if (fs::is_directory(status) && depth < deepest) count(entry->path(), state, depth + 1);
        if (!fs::is_regular_file(status)) continue;
        const auto size = entry->file_size(gone);
        if (gone) continue;
        ++state.messages;
        state.octets += size;
        if (const auto came = arrival(entry->path().filename().string());
            came && came < state.oldest.value_or(base::SystemTime::max()))
            state.oldest = came;
    }
}

}  // namespace

std::optional<base::SystemTime> arrival(std::string_view queue_id) {
    constexpr std::string_view digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    constexpr std::size_t seconds_digits = 6, separator = 10;
    if (queue_id.size() <= separator || queue_id[separator] != 'z') return std::nullopt;
    std::int64_t seconds = 0;
    for (const char digit : queue_id.substr(0, seconds_digits)) {
        const auto value = digits.find(digit);
        if (value == std::string_view::npos) return std::nullopt;
        seconds = seconds * static_cast<std::int64_t>(digits.size()) + static_cast<std::int64_t>(value);
    }
    return base::SystemTime(std::chrono::seconds(seconds));
}

std::map<std::string, QueueState> read_queues(const fs::path& spool) {
    std::map<std::string, QueueState> states;
    for (const auto queue : queues) {
        std::error_code error;
        if (!fs::is_directory(spool / queue, error)) continue;
        count(spool / queue, states[std::string(queue)], 0);
    }
    return states;
}

}  // namespace metrics
