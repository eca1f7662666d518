#include "app/sync/book.h"

#include <algorithm>
#include <format>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::chrono::hours again_after{1};
/// Too many would hide all other warnings.
constexpr std::size_t most_warnings = 20;

std::string file_of(const Installation& here) {
    return here.state() + "/sync.json";
}

bool is_of(const SyncRecord& record, const accounts::Sync& sync) {
    return record.address == sync.address && record.host == sync.host && record.login == sync.login &&
           record.since == sync.since;
}

std::int64_t number(base::SystemTime time) {
    return time.time_since_epoch().count();
}

base::SystemTime time(const json::Value& value) {
    return base::SystemTime(std::chrono::seconds(value.number()));
}

std::optional<base::SystemTime> maybe_time(const json::Value& value) {
    return value.is_number() ? std::optional(time(value)) : std::nullopt;
}

json::Value to_json(const std::optional<base::SystemTime>& time) {
    return time ? json::Value(number(*time)) : json::Value();
}

json::Value to_json(const SyncRecord& record) {
    return json::object({{"address", record.address},
                         {"host", record.host},
                         {"login", record.login},
                         {"since", number(record.since)},
                         {"ended", number(record.ended)},
                         {"success", to_json(record.success)},
                         {"tried_again", to_json(record.tried_again)},
                         {"failures", record.failures},
                         {"failure", record.failure},
                         {"refusal", record.refusal},
                         {"copied_here", record.copied_here},
                         {"copied_there", record.copied_there}});
}

SyncRecord record_of(const json::Value& value) {
    return {.address = value["address"].text(),
            .host = value["host"].text(),
            .login = value["login"].text(),
            .since = time(value["since"]),
            .ended = time(value["ended"]),
            .success = maybe_time(value["success"]),
            .tried_again = maybe_time(value["tried_again"]),
            .failures = static_cast<unsigned>(value["failures"].number()),
            .failure = value["failure"].text(),
            .refusal = value["refusal"].text(),
            .copied_here = static_cast<std::uint64_t>(value["copied_here"].number()),
            .copied_there = static_cast<std::uint64_t>(value["copied_there"].number())};
}

/// Without a file, or with a damaged one, as if nothing had run yet.
std::vector<SyncRecord> read(const Installation& here) {
    std::vector<SyncRecord> records;
    const auto text = sys::read_file(file_of(here));
    const auto value = text ? json::parse(*text) : std::unexpected(text.error());
    if (value)
        for (const auto& item : (*value)["accounts"].items()) records.push_back(record_of(item));
    return records;
}

void apply(SyncRecord& record, const base::Result<SyncDone>& done, bool again, base::SystemTime now) {
    record.ended = now;
    if (!done) {
        ++record.failures;
        record.failure = done.error().text + (done.error().remedy.empty() ? "" : "; " + done.error().remedy);
        return;
    }
    record.failures = 0;
    record.failure.clear();
    record.success = now;
    record.copied_here += done->counts.copied_here;
    record.copied_there += done->counts.copied_there;
    // A run that does not try again says nothing about what was refused before.
    if (again || done->refused > 0) record.refusal = done->refusal;
    if (again) record.tried_again = now;
}

}  // namespace

std::vector<SyncRecord> sync_records(const std::vector<accounts::Sync>& syncs, const Installation& here) {
    const auto known = read(here);
    std::vector<SyncRecord> records;
    for (const auto& sync : syncs) {
        const auto found = std::ranges::find_if(known, [&](const auto& record) { return is_of(record, sync); });
        records.push_back(found != known.end() ? *found
                                               : SyncRecord{.address = sync.address,
                                                            .host = sync.host,
                                                            .login = sync.login,
                                                            .since = sync.since,
                                                            .success = {},
                                                            .tried_again = {},
                                                            .failure = {},
                                                            .refusal = {}});
    }
    return records;
}

bool is_due(const accounts::Sync& sync, const SyncRecord& record, base::SystemTime now) {
    // A clock that was put back must not end the runs.
    return now >= record.ended + imapsync::pause_after(sync.every, record.failures) || now < record.ended;
}

bool tries_again(const SyncRecord& record, base::SystemTime now) {
    return !record.tried_again || now >= *record.tried_again + again_after || now < *record.tried_again;
}

void note_sync(const accounts::Sync& sync, const base::Result<SyncDone>& done, bool again, base::SystemTime now,
               const Installation& here) {
    const auto lock = sys::FileLock::take(file_of(here) + ".lock");
    auto records = read(here);
    // What an older row of the same account has left goes.
    std::erase_if(records, [&](const auto& record) {
        return record.address == sync.address && record.host == sync.host && record.login == sync.login &&
               record.since != sync.since;
    });
    auto found = std::ranges::find_if(records, [&](const auto& record) { return is_of(record, sync); });
    if (found == records.end()) found = records.insert(records.end(), sync_records({sync}, here).front());
    apply(*found, done, again, now);
    json::Array all;
    for (const auto& record : records) all.push_back(to_json(record));
    const auto text = json::dump(json::object({{"accounts", std::move(all)}}), 1) + "\n";
    if (const auto written = sys::write_file(file_of(here), text, {.mode = 0600, .owner = {}}); !written)
        base::log("sync", written.error().text);
}

std::vector<std::string> sync_warnings(const std::vector<SyncRecord>& records) {
    std::vector<std::string> warnings;
    for (const auto& record : records) {
        if (warnings.size() == most_warnings) break;
        if (!record.failure.empty())
            warnings.push_back(std::format("{} is not synchronised: {}", record.address, record.failure));
        else if (!record.refusal.empty())
            warnings.push_back(
                std::format("{} is synchronised with {}, but for mails that were refused: {}; tried again every hour",
                            record.address, record.host, record.refusal));
    }
    return warnings;
}

void fill_sync_figures(metrics::Registry& registry, const Installation& here) {
    metrics::Series success, failing, messages;
    auto store = accounts::Store::open(here.accounts_database());
    const auto syncs = store ? store->syncs() : std::unexpected(store.error());
    if (!syncs) return;
    for (const auto& record : sync_records(*syncs, here)) {
        const metrics::Labels labels{record.address, record.host};
        if (record.success) success[labels] = static_cast<double>(number(*record.success));
        failing[labels] = record.failure.empty() ? 0 : 1;
        messages[{record.address, record.host, "here"}] += static_cast<double>(record.copied_here);
        messages[{record.address, record.host, "there"}] += static_cast<double>(record.copied_there);
    }
    registry.replace("mailserver_sync_last_success_timestamp_seconds", std::move(success));
    registry.replace("mailserver_sync_failing", std::move(failing));
    registry.replace("mailserver_sync_messages_total", std::move(messages));
}

}  // namespace app
