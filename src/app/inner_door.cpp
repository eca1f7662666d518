#include "app/inner_door.h"

#include <optional>

#include "accounts/senders.h"
#include "bootstrap/start.h"
#include "engines/inner_door.h"
#include "logins/recorder.h"
#include "net/http_server.h"
#include "policy/door.h"

namespace app {
std::set<base::Domain> served_domains(const settings::Settings& settings) {
    const auto domains = settings.domains();
    std::set<base::Domain> served(domains.begin(), domains.end());
    // postmaster@HOSTNAME is an address of ours as well.
    if (const auto host = base::Domain::parse(settings.hostname.str())) served.insert(*host);
    return served;
}

struct InnerDoor::Impl {
    logins::Recorder recorder;
    policy::LoginPolicy logins;
    std::optional<policy::Door> door;
    std::optional<net::HttpServer> server;  // last: its threads use the others

    explicit Impl(logins::Store store) : recorder(std::move(store)) {}
};

InnerDoor::InnerDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InnerDoor::InnerDoor(InnerDoor&&) noexcept = default;
InnerDoor::~InnerDoor() = default;

base::Result<InnerDoor> InnerDoor::open(const settings::Settings& settings, const Installation& here,
                                        const base::Secret& key, const base::Clock& clock, outbound::Guard& outbound) {
    auto store = logins::Store::open_or_renew(here.logins_database());
    if (!store) return std::unexpected(store.error());
    auto impl = std::make_unique<Impl>(std::move(*store));
    impl->door.emplace(policy::Door{
        .key = key,
        .clock = clock,
        .logins = impl->logins,
        .record = [raw = impl.get()](auto login) { raw->recorder.record(std::move(login)); },
        .served = served_domains(settings),
        .may_send = [workspace = bootstrap::workspace_of(settings, here.workspace),
                     site = bootstrap::site_of(settings)](
                        const std::string& login,
                        const std::string& address) { return accounts::may_send(workspace, site, login, address); },
        .outbound = outbound});
    // A thread for each connection: four of Dovecot, the others for the filter, which asks only for mail of users.
    auto server = net::HttpServer::start(
        {.port = engines::inner_door_port, .loopback = true, .threads = 16, .largest_body = 1024 * 1024},
        [raw = impl.get()](const net::HttpRequest& request) { return policy::answer(request, *raw->door); });
    if (!server) return std::unexpected(server.error());
    impl->server.emplace(std::move(*server));
    return InnerDoor(std::move(impl));
}

}  // namespace app
