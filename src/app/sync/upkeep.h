#pragma once
/// Runs the synchronised accounts when they are due, a few at a time: one that is away holds up no other.
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "accounts/store.h"
#include "app/common/command.h"
#include "app/common/repeated.h"
#include "settings/settings.h"

namespace app {

class SyncUpkeep {
  public:
    /// Both must outlive the object.
    SyncUpkeep(const settings::Settings& settings, const Installation& here) : settings_(settings), here_(here) {}

    /// To be called when all engines answer; until the end of the object.
    void begin();

  private:
    struct Running {
        std::shared_ptr<std::atomic<bool>> done;
        std::jthread thread;
    };
    void look();

    const settings::Settings& settings_;
    const Installation& here_;
    std::optional<accounts::Store> store_;
    std::map<std::string, Running> running_;
    std::optional<Repeated> work_;  // last: it uses the others
};

}  // namespace app
