#include "app/inner_door.h"

#include <optional>

#include "accounts/senders.h"
#include "accounts/store.h"
#include "accounts/users.h"
#include "app/outbound/reports.h"
#include "base/log.h"
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
    policy::LoginGuard logins;
    ReportDesk reports;
    std::optional<policy::Door> door;
    std::optional<net::HttpServer> server;  // last: its threads use the others

    Impl(logins::Store store, logins::BanStore bans, const std::vector<logins::Place>& places,
         policy::LoginPolicyOptions options, const settings::Settings& settings, const Installation& here,
         const base::Clock& clock)
        : recorder(std::move(store)),
          logins(std::move(options), std::move(bans), places, clock),
          reports(here, served_domains(settings), clock) {}
};

InnerDoor::InnerDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InnerDoor::InnerDoor(InnerDoor&&) noexcept = default;
InnerDoor::~InnerDoor() = default;

policy::LoginGuard& InnerDoor::logins() {
    return impl_->logins;
}

base::Result<InnerDoor> InnerDoor::open(const settings::Settings& settings, const accounts::Site& site,
                                        const Installation& here, const base::Secret& key, const base::Clock& clock,
                                        outbound::Guard& outbound) {
    auto store = logins::Store::open_or_renew(here.logins_database());
    if (!store) return std::unexpected(store.error());
    auto bans = logins::BanStore::open_or_renew(here.bans_database());
    if (!bans) return std::unexpected(bans.error());
    policy::LoginPolicyOptions options{.automatic = settings.login_guard, .exempt = settings.login_trusted_networks};
    // Everybody may come with such an address: a ban of it would lock out all.
    for (const auto& address : here.stand_ins) options.exempt.push_back(base::IpNetwork::of(address, 128));
    const auto places = store->places_since(clock.now() - options.limits.trust);
    if (!places) return std::unexpected(places.error());
    auto impl =
        std::make_unique<Impl>(std::move(*store), std::move(*bans), *places, std::move(options), settings, here, clock);
    impl->door.emplace(policy::Door{
        .key = key,
        .clock = clock,
        .logins = impl->logins,
        .record = [raw = impl.get()](auto login) { raw->recorder.record(std::move(login)); },
        .served = served_domains(settings),
        .may_send = [workspace = bootstrap::workspace_of(settings, here.workspace), site](
                        const std::string& login,
                        const std::string& address) { return accounts::may_send(workspace, site, login, address); },
        .outbound = outbound,
        .reports = [raw = impl.get()](const net::HttpRequest& request) { return raw->reports.take(request); },
        .renew_hash =
            [workspace = bootstrap::workspace_of(settings, here.workspace), site, &clock](
                const std::string& login, const base::Secret& password) {
                auto accounts = accounts::Store::open(workspace.database());
                if (!accounts) return base::log("accounts", accounts.error().text);
                accounts::Users(*accounts, workspace, site, clock, accounts::end_sessions).renew_hash(login, password);
            }});
    // A thread for each connection: four of Dovecot, the others for the filter, which asks only for mail of users.
    auto server = net::HttpServer::start(
        {.port = engines::inner_door_port, .loopback = true, .threads = 16, .largest_body = 1024 * 1024},
        [raw = impl.get()](const net::HttpRequest& request) { return policy::answer(request, *raw->door); });
    if (!server) return std::unexpected(server.error());
    impl->server.emplace(std::move(*server));
    return InnerDoor(std::move(impl));
}

}  // namespace app
