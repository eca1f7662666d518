#include "app/health/client_watch.h"

#include <algorithm>
#include <format>
#include <iostream>

#include "base/text.h"
#include "sys/files.h"

namespace app {
namespace {

/// So many clients in a row from one gateway, and none from elsewhere, are no accident: port 25 of a server on the
/// internet is visited every few minutes.
constexpr std::size_t telling = 20;

constexpr std::string_view remedy =
    "Until that is put right SPF, greylisting and limits for each client cannot work. Run the server with Podman as "
    "root or with Docker, not rootless; or in front of it put a proxy that speaks the PROXY protocol "
    "(PROXY_PROTOCOL_NETWORKS in settings.env). README.md, \"Clients' addresses\", has the details";

}  // namespace

std::optional<base::IpAddress> client_in(const maillog::Entry& entry) {
    const auto* ended = std::get_if<maillog::Disconnected>(&entry.event);
    if (ended == nullptr || entry.service != "smtpd" || ended->given("mail") == 0) return std::nullopt;
    const auto address = base::IpAddress::parse(ended->client.address);
    return address ? std::optional(*address) : std::nullopt;
}

std::optional<std::string> rewriting_warning(const ClientCounts& recent, const std::optional<AddressTrial>& trial) {
    if (recent.here > 0)
        return std::format(
            "clients' addresses are lost on the way in: {} of the last {} came with an address of this "
            "container itself, and are refused if it is a loopback address. {}",
            recent.here, recent.here + recent.gateway + recent.elsewhere, remedy);
    if (recent.elsewhere > 0) return std::nullopt;
    const bool trial_says = trial && trial->seen != trial->sent_from;
    const bool clients_say = recent.gateway >= telling;
    if (!trial_says && !clients_say) return std::nullopt;
    std::string found;
    if (trial_says)
        found = std::format("a connection from {} arrived as one from {}", trial->sent_from.str(), trial->seen.str());
    if (clients_say)
        found += std::format("{}all of the last {} clients came with the gateway's address",
                             found.empty() ? "" : ", and ", recent.gateway);
    return std::format("clients' addresses are {}lost on the way in: {}. {}",
                       trial_says && clients_say ? "" : "probably ", found, remedy);
}

void ClientWatch::read(const maillog::Entry& entry) {
    const auto client = client_in(entry);
    if (!client) return;
    const std::lock_guard lock(mutex_);
    latest_.at(seen_++ % latest_.size()) = origin_of(*client);
}

ClientCounts ClientWatch::recent() const {
    const std::lock_guard lock(mutex_);
    ClientCounts counts;
    for (std::size_t i = 0; i < std::min(seen_, latest_.size()); ++i) {
        auto& count = latest_.at(i) == Origin::here      ? counts.here
                      : latest_.at(i) == Origin::gateway ? counts.gateway
                                                         : counts.elsewhere;
        ++count;
    }
    return counts;
}

Origin ClientWatch::origin_of(const base::IpAddress& client) const {
    if (client.is_loopback() || std::ranges::contains(own_, client)) return Origin::here;
    return std::ranges::contains(gateways_, client) ? Origin::gateway : Origin::elsewhere;
}

base::ExitCode client_address_command(Arguments arguments, const Installation& here) {
    if (arguments.size() != 2) return report(usage_error("client-address", "SENT_FROM SEEN"));
    for (const auto argument : arguments)
        if (const auto address = base::IpAddress::parse(argument); !address) {
            auto error = address.error();
            error.kind = base::ErrorKind::usage;
            return report(error);
        }
    const auto written = sys::write_file(here.address_trial_file(), std::format("{} {}\n", arguments[0], arguments[1]));
    if (!written) return report(written.error());
    if (const auto warning = rewriting_warning({}, read_address_trial(here.address_trial_file())))
        std::cout << "Warning: " << *warning << ".\n";
    return base::ExitCode::ok;
}

std::optional<AddressTrial> read_address_trial(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    const auto words = text ? base::words(*text) : std::vector<std::string_view>{};
    if (words.size() != 2) return std::nullopt;
    const auto sent_from = base::IpAddress::parse(words[0]), seen = base::IpAddress::parse(words[1]);
    if (!sent_from || !seen) return std::nullopt;
    return AddressTrial{*sent_from, *seen};
}

}  // namespace app
