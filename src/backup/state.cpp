#include "backup/state.h"

#include <format>

#include "json/json.h"
#include "sys/files.h"

namespace backup {
namespace {

using base::SystemTime;

json::Value to_json(std::optional<SystemTime> time) {
    return time ? json::Value(time->time_since_epoch().count()) : json::Value();
}

std::optional<SystemTime> time_from(const json::Value& value) {
    if (!value.is_number()) return std::nullopt;
    return SystemTime(std::chrono::seconds(value.number()));
}

std::string ago(std::optional<SystemTime> time) {
    return time ? std::format("the last one that worked is of {:%F %H:%M} UTC", *time) : "none has worked yet";
}

}  // namespace

base::Result<State> read_state(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text && text.error().kind == base::ErrorKind::not_found) return State{};
    if (!text) return std::unexpected(text.error());
    const auto value = json::parse(*text);
    // Only a disk that loses data leaves half of it; the next backup writes it anew.
    if (!value) return State{};
    const auto& v = *value;
    return State{.repository = v["repository"].text(),
                 .repository_id = v["repository_id"].text(),
                 .last_try = time_from(v["last_try"]),
                 .last_success = time_from(v["last_success"]),
                 .running = v["running"].boolean(),
                 .snapshot = v["snapshot"].text(),
                 .duration = std::chrono::seconds(v["duration"].number()),
                 .octets = static_cast<std::uint64_t>(v["octets"].number()),
                 .added = static_cast<std::uint64_t>(v["added"].number()),
                 .failure = v["failure"].text(),
                 .last_drill = time_from(v["last_drill"]),
                 .last_verified = time_from(v["last_verified_restore"]),
                 .last_prune = time_from(v["last_prune"]),
                 .drill_failure = v["drill_failure"].text()};
}

base::Result<> write_state(const std::filesystem::path& file, const State& state) {
    const auto value = json::object({{"repository", state.repository},
                                     {"repository_id", state.repository_id},
                                     {"last_try", to_json(state.last_try)},
                                     {"last_success", to_json(state.last_success)},
                                     {"running", state.running},
                                     {"snapshot", state.snapshot},
                                     {"duration", state.duration.count()},
                                     {"octets", state.octets},
                                     {"added", state.added},
                                     {"failure", state.failure},
                                     {"last_drill", to_json(state.last_drill)},
                                     {"last_verified_restore", to_json(state.last_verified)},
                                     {"last_prune", to_json(state.last_prune)},
                                     {"drill_failure", state.drill_failure}});
    return sys::write_file(file, json::dump(value, 2) + "\n", {.mode = 0600, .owner = {}});
}

std::vector<std::string> warnings(const State& state) {
    std::vector<std::string> all;
    if (!state.failure.empty())
        all.push_back(std::format("The backup failed, {}: {}", ago(state.last_success), state.failure));
    if (!state.drill_failure.empty()) all.push_back(std::format("The restore drill failed: {}", state.drill_failure));
    return all;
}

}  // namespace backup
