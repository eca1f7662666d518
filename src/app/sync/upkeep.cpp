#include "app/sync/upkeep.h"

#include <algorithm>
#include <format>
#include <numeric>
#include <vector>

#include "app/common/warnings.h"
#include "app/sync/book.h"
#include "base/log.h"

namespace app {
namespace {

constexpr Rhythm rhythm{.first = std::chrono::seconds(1), .interval = std::chrono::seconds(2)};
constexpr std::size_t at_a_time = 4;

std::string name_of(const accounts::Sync& sync) {
    return std::format("{}\n{}\n{}\n{}", sync.address, sync.host, sync.login, sync.since.time_since_epoch().count());
}

void tell(const accounts::Sync& sync, const base::Result<SyncDone>& done) {
    const auto pair = std::format("{} with {}", sync.address, sync.host);
    if (!done) return base::log("sync", std::format("{}: {}", pair, done.error().text));
    const auto& counts = done->counts;
    if (counts.any())
        base::log("sync",
                  std::format("{}: copied {} here, {} there; deleted {} here, {} there", pair, counts.copied_here,
                              counts.copied_there, counts.deleted_here, counts.deleted_there));
    if (done->refused > 0)
        base::log("sync", std::format("{}: {} mails refused: {}", pair, done->refused, done->refusal));
}

void run_and_note(const accounts::Sync& sync, bool again, const std::stop_token& stop,
                  const settings::Settings& settings, const Installation& here) {
    auto run = run_of(sync);
    run.stop = stop;
    run.job.again = again;
    const auto done = run_sync(std::move(run), settings, here);
    if (stop.stop_requested()) return;
    tell(sync, done);
    note_sync(sync, done, again, base::RealClock().now(), here);
}

}  // namespace

void SyncUpkeep::begin() {
    work_.emplace(rhythm, [this](const std::stop_token&) { look(); });
}

void SyncUpkeep::look() {
    std::erase_if(running_, [](const auto& entry) { return entry.second.done->load(); });
    if (!store_) {
        auto store = accounts::Store::open(here_.accounts_database());
        if (!store) return;
        store_.emplace(std::move(*store));
    }
    const auto syncs = store_->syncs();
    if (!syncs) return;
    const auto records = sync_records(*syncs, here_);
    write_warnings(here_.warnings_folder(), "sync", sync_warnings(records));
    const auto now = base::RealClock().now();
    std::vector<std::size_t> order(syncs->size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Who has waited longest comes first.
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return records[i].ended; });
    for (const auto i : order) {
        const auto& sync = (*syncs)[i];
        if (running_.size() == at_a_time) break;
        if (running_.contains(name_of(sync)) || !is_due(sync, records[i], now)) continue;
        auto done = std::make_shared<std::atomic<bool>>(false);
        auto thread = std::jthread([this, sync, done, again = tries_again(records[i], now)](const auto& stop) {
            run_and_note(sync, again, stop, settings_, here_);
            done->store(true);
        });
        running_.emplace(name_of(sync), Running{.done = std::move(done), .thread = std::move(thread)});
    }
}

}  // namespace app
