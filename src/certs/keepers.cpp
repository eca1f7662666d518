#include "certs/keepers.h"

#include <algorithm>
#include <numeric>

#include "setup/host_names.h"

namespace certs {

std::vector<base::Hostname> further_names(const settings::Settings& settings) {
    std::vector<base::Hostname> all;
    for (const auto& domain : settings.domains())
        for (auto& name : setup::host_names(domain, !settings.mta_sts.empty()))
            if (name != settings.hostname && !std::ranges::contains(all, name)) all.push_back(std::move(name));
    return all;
}

Keepers::Keepers(const Options& server, std::span<const base::Hostname> names, const std::vector<base::IpAddress>& ours,
                 const Outside& outside, std::function<void()> changed)
    : clock_(outside.clock), changed_(std::move(changed)), server_(server, outside, [this] { has_changed_ = true; }) {
    for (const auto& name : names) {
        Options options = server;
        options.hostname = name;
        options.active = server.names_folder / (name.str() + ".pem");
        options.further = Further{.server = server.hostname, .ours = ours, .may_order = [this] { return may_order(); }};
        further_.push_back(std::make_unique<Keeper>(std::move(options), outside, [this] { has_changed_ = true; }));
    }
}

bool Keepers::may_order() const {
    const auto yesterday = clock_.now() - std::chrono::days(1);
    const auto orders = std::transform_reduce(further_.begin(), further_.end(), 0, std::plus(),
                                              [&](const auto& keeper) { return keeper->orders_since(yesterday); });
    return orders < orders_a_day;
}

base::Result<> Keepers::prepare() {
    for (const auto& keeper : further_)
        if (const auto prepared = keeper->prepare(); !prepared) return prepared;
    return server_.prepare();
}

std::chrono::seconds Keepers::step(const std::stop_token& stop) {
    auto wait = server_.step(stop);
    tell();
    for (const auto& keeper : further_)
        if (!stop.stop_requested()) wait = std::min(wait, keeper->step(stop));
    tell();
    return wait;
}

void Keepers::tell() {
    if (!std::exchange(has_changed_, false)) return;
    changed_();
}

std::vector<NameStatus> Keepers::further() const {
    std::vector<NameStatus> all;
    for (const auto& keeper : further_) all.push_back({.name = keeper->hostname(), .status = keeper->status()});
    return all;
}

}  // namespace certs
