#pragma once
/// Figures that cost a connection or a process: whether the ports answer, the certificates they show, how many sessions
/// there are, what the filter has learned. Taken twice a minute while somebody reads the figures.
#include <stop_token>
#include <string_view>
#include <vector>

#include "app/common/command.h"
#include "metrics/registry.h"
#include "net/port_probe.h"
#include "settings/settings.h"

namespace app {

/// Where our own probes come from: an address that nobody else has, so that they are told apart from clients who come
/// with a loopback address because their own was lost.
constexpr std::string_view probe_address = "127.9.4.64";

/// Whether a line of an engine's log only tells of a probe of ours: it would bury what matters.
bool tells_of_probe(std::string_view service, std::string_view line);

struct PortCheck {
    std::string_view name;  ///< the label: "smtp", "imaps", …
    net::PortProbe probe;
};

/// The ports that are open.
std::vector<PortCheck> port_checks(const settings::Settings& settings);

/// The IMAP sessions in what `doveadm -f tab who` printed.
std::uint64_t imap_sessions(std::string_view printed);

void take_port_figures(const settings::Settings& settings, const Installation& here, metrics::Registry& registry,
                       const std::stop_token& stop);

}  // namespace app
