#pragma once
/// The keepers of all our names: HOSTNAME's, and one of each further name, so that no name's trouble is another's. To
/// be driven on a thread of its own: `pause(keepers.step(stop), stop)` until the stop.
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "certs/keeper.h"
#include "settings/settings.h"

namespace certs {

/// The names beside HOSTNAME: those of every domain (setup/host_names.h).
std::vector<base::Hostname> further_names(const settings::Settings& settings);

/// Of a further name.
struct NameStatus {
    base::Hostname name;
    Status status;
};

class Keepers {
  public:
    /// All further names together get no more new orders than this in 24 hours, far below any CA's limits; HOSTNAME
    /// does not count.
    static constexpr int orders_a_day = 30;

    /// `server` is about HOSTNAME; `names` are the further ones, `ours` addresses that are ours whatever the DNS says.
    /// `changed` is called by step() after certificates changed: once for HOSTNAME's, once for all others of a round.
    Keepers(const Options& server, std::span<const base::Hostname> names, const std::vector<base::IpAddress>& ours,
            const Outside& outside, std::function<void()> changed);

    /// As Keeper::prepare(), for all.
    base::Result<> prepare();
    /// As Keeper::step(), for all.
    std::chrono::seconds step(const std::stop_token& stop);

    /// Safe from any thread.
    Status status() const { return server_.status(); }
    std::vector<NameStatus> further() const;

  private:
    bool may_order() const;
    void tell();

    const base::Clock& clock_;
    std::function<void()> changed_;
    bool has_changed_ = false;
    Keeper server_;
    std::vector<std::unique_ptr<Keeper>> further_;
};

}  // namespace certs
