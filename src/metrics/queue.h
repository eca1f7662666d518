#pragma once
/// How much mail waits in Postfix' queue, and for how long: seen from outside, by the names and sizes of its files, so
/// that no process of Postfix is kept busy.
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace metrics {

struct QueueState {
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
    std::optional<base::SystemTime> oldest;  ///< when the mail that waits longest came in
    bool operator==(const QueueState&) const = default;
};

/// When a mail with this long queue id came in (Postfix' enable_long_queue_ids: six digits of base 52 for the seconds,
/// four for the microseconds, `z`, the inode); nothing for any other name.
std::optional<base::SystemTime> arrival(std::string_view queue_id);

/// The state of each queue of labels.h below `spool`. A file that is gone meanwhile does not count; a queue that cannot
/// be read is missing.
std::map<std::string, QueueState> read_queues(const std::filesystem::path& spool);

}  // namespace metrics
