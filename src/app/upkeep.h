#pragma once
/// What the supervisor does now and then while the engines run: the look at the disk, the copy of the
/// accounts, the search indexes, virus signatures, the DNS check, the look whether blocklists answer us, clients keep
/// their addresses and the next DKIM keys are published. Each in a thread of its own, from begin() to destruction.
#include <optional>
#include <string_view>
#include <thread>

#include "accounts/workspace.h"
#include "app/common/command.h"
#include "app/common/repeated.h"
#include "app/dns/watch.h"
#include "app/filter/virus_upkeep.h"
#include "app/health/client_watch.h"
#include "app/health/clock_jump.h"
#include "app/health/mail_probe.h"
#include "app/health/search_upkeep.h"
#include "app/health/workspace_room.h"
#include "app/sync/upkeep.h"
#include "settings/settings.h"

namespace app {

class Upkeep {
  public:
    /// To be made before the engines start: it removes what locks a crash has left in the mailboxes, beside the start.
    /// `settings` and `here` must outlive the object.
    Upkeep(const settings::Settings& settings, const Installation& here);

    /// To be called when all engines answer.
    void begin();

    /// Every line of the engines' logs, read or not (log_listeners.h): some tell of damage that can be repaired.
    void heard(std::string_view service, std::string_view line);
    void heard(const maillog::Entry& entry) { client_watch_.read(entry); }

    DnsWatch& dns() { return dns_watch_; }

  private:
    const settings::Settings& settings_;
    const Installation& here_;
    DamagedIndexes damaged_indexes_;
    ClockJump clock_jump_;
    RoomDoor room_door_;
    VirusUpkeep virus_upkeep_;
    ClientWatch client_watch_;
    DnsWatch dns_watch_;
    MailProbe mail_probe_;
    SyncUpkeep sync_upkeep_;
    std::jthread lock_removal_;
    std::optional<Repeated> accounts_copy_, blocklists_, clients_, clock_, dkim_, probe_, room_, search_upkeep_,
        search_repair_,
        virus_;  // last: they use the others
};

}  // namespace app
