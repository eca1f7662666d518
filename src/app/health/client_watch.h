#pragma once
/// Whether clients' own addresses reach us. Port forwarders and proxies may put their own in its place: the container's
/// gateway, the container itself, loopback. Then the filter judges every sender by the same address. Seen from
/// Postfix' log and from what the start command tried on the host.
#include <array>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/common/command.h"
#include "base/ip.h"
#include "maillog/line.h"

namespace app {

/// Where a client on port 25 came from.
enum class Origin { elsewhere, gateway, here };

/// What the start command found: it connected to a published port from an address of the host.
struct AddressTrial {
    base::IpAddress sent_from;
    base::IpAddress seen;
};

struct ClientCounts {
    std::size_t elsewhere = 0, gateway = 0, here = 0;
};

/// The client's address, when a session on port 25 ended in which mail was offered.
std::optional<base::IpAddress> client_in(const maillog::Entry& entry);

/// The warning for the operator; nothing while all is well. Sure when clients come with an address of this container,
/// or when the trial and all clients agree on the gateway; suspected when only one of both speaks for it.
std::optional<std::string> rewriting_warning(const ClientCounts& recent, const std::optional<AddressTrial>& trial);

/// Counts the latest clients. Safe from several threads.
class ClientWatch {
  public:
    ClientWatch(std::vector<base::IpAddress> own, std::vector<base::IpAddress> gateways)
        : own_(std::move(own)), gateways_(std::move(gateways)) {}
    void read(const maillog::Entry& entry);
    ClientCounts recent() const;

  private:
    Origin origin_of(const base::IpAddress& client) const;

    std::vector<base::IpAddress> own_, gateways_;
    mutable std::mutex mutex_;
    std::array<Origin, 200> latest_{};
    std::size_t seen_ = 0;
};

/// `mailserver client-address SENT_FROM SEEN`: the start command tells what its trial found;
/// prints the warning, when there is one.
base::ExitCode client_address_command(Arguments arguments, const Installation& here);

/// What it left; nothing when there was no trial since the container started.
std::optional<AddressTrial> read_address_trial(const std::filesystem::path& file);

}  // namespace app
