#pragma once
/// Values as they stand in the store's file; for store*.cpp only.
#include <cstdint>

#include "outbound/store.h"

namespace outbound {

inline std::int64_t number(base::SystemTime time) {
    return time.time_since_epoch().count();
}

inline base::SystemTime time(std::int64_t number) {
    return base::SystemTime(std::chrono::seconds(number));
}

inline std::int64_t number(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

inline Stop stop_from(const db::Row& row) {
    return {.account = row.text(0),
            .since = time(row.integer(1)),
            .why = row.text(2),
            .owner_told = row.integer(3) != 0,
            .admin_told = row.integer(4) != 0};
}

}  // namespace outbound
