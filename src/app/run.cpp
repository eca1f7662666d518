#include "app/run.h"

#include <unistd.h>

#include <filesystem>
#include <format>
#include <functional>
#include <memory>
#include <optional>

#include "app/backup/watch.h"
#include "app/common/repeated.h"
#include "app/common/status_file.h"
#include "app/common/version.h"
#include "app/common/warnings.h"
#include "app/dns/logo.h"
#include "app/figures/figures.h"
#include "app/figures/ports.h"
#include "app/inner_door.h"
#include "app/keys/certificates.h"
#include "app/log_listeners.h"
#include "app/monitoring/alert_watch.h"
#include "app/monitoring/house.h"
#include "app/monitoring/link.h"
#include "app/monitoring/metrics_door.h"
#include "app/outbound/relay_watch.h"
#include "app/outbound/tls.h"
#include "app/outbound/watch.h"
#include "app/proxy_door.h"
#include "app/start/override_status.h"
#include "app/start/trial.h"
#include "app/upkeep.h"
#include "app/user/account_directory.h"
#include "app/user/directory_service.h"
#include "base/log.h"
#include "bootstrap/progress.h"
#include "bootstrap/start.h"
#include "engines/networks.h"
#include "engines/sockets.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "supervise/supervisor.h"
#include "sys/files.h"
#include "sys/init.h"
#include "trace/recorder.h"
#include "web/account.h"
#include "web/monitoring.h"
#include "web/site.h"

namespace app {
namespace {

/// One server per workspace: two would deliver the same queue twice.
base::Result<sys::FileLock> lock_workspace(const Installation& here) {
    if (const auto made = sys::ensure_directory(here.state(), {.mode = 0700}); !made)
        return base::context("cannot use the workspace", made.error());
    auto lock = sys::FileLock::try_take(here.state() + "/lock");
    if (!lock && lock.error().kind == base::ErrorKind::exists)
        return base::fail("cannot use the workspace: another server is running on it",
                          "Stop the other container first, or give this one a workspace of its own.");
    return lock;
}

struct WebServers {
    std::shared_ptr<web::AccountDirectory> accounts;  // before the servers, which use them
    std::shared_ptr<web::AccountSite> account;
    std::shared_ptr<web::MonitoringSite> monitoring;
    net::HttpServer http, https;
};

/// Where browsers find our pages.
std::string origin(const settings::Settings& settings, const std::string& https_port) {
    return "https://" + settings.hostname.str() + (https_port == "443" ? "" : ":" + https_port);
}

/// Only on the port browsers take by themselves: on another one, all of HOSTNAME would have to speak HTTPS, and what
/// answers on its port 443 is not ours.
web::TransportSecurity transport_security(const std::string& https_port) {
    return https_port == "443" ? web::TransportSecurity::strict : web::TransportSecurity::leave;
}

web::AccountOptions account_options(const settings::Settings& settings, const std::string& https_port) {
    std::vector<std::string> protocols{"imap"};
    if (settings.pop3) protocols.emplace_back("pop3");
    if (settings.managesieve) protocols.emplace_back("sieve");
    protocols.emplace_back("smtp");
    return {.origins = {origin(settings, https_port)},
            .protocols = std::move(protocols),
            .transport = transport_security(https_port)};
}

web::MonitoringOptions monitoring_options(const settings::Settings& settings, const std::string& https_port) {
    // Behind another web server they are where the operator says.
    const auto url = settings.monitoring_url();
    const auto authority = url.substr(0, url.find('/', url.find("://") + 3));
    return {.enabled = settings.metrics,
            .has_password = !settings.gf_security_admin_password.empty(),
            .origins = {origin(settings, https_port), authority},
            .transport = transport_security(https_port)};
}

base::Result<WebServers> start_web(const bootstrap::Start& start, const accounts::Site& users,
                                   const Certificates& certificates, policy::LoginGuard& logins,
                                   web::MonitoringHouse& house, const Installation& here) {
    const auto& settings = start.settings;
    const char* https_port = ::getenv("MAILSERVER_HTTPS_PORT");
    web::Site site{.settings = settings,
                   .https_port = https_port && *https_port ? https_port : "443",
                   .find_challenge = certificates.find_challenge(),
                   .has_certificate =
                       [identity = certificates.identity()](std::string_view host) { return identity->has_name(host); },
                   .logins = {},
                   .logo = served_logo(here),
                   .account = {},
                   .monitoring = {}};
    const auto accounts =
        std::make_shared<AccountDirectory>(start.workspace(), users, settings.quota_default, start.clock,
                                           accounts::end_sessions, logins, start.login_nonce);
    site.logins = {.of_address = [accounts](const auto& address) { return accounts->login_of(address); },
                   .of_domain = [accounts](const auto& domain) { return accounts->login_domain(domain); }};
    const auto account =
        std::make_shared<web::AccountSite>(account_options(settings, site.https_port), *accounts, start.clock);
    if (settings.account_page) site.account = [account](const auto& request) { return account->answer(request); };
    const auto monitoring = std::make_shared<web::MonitoringSite>(
        monitoring_options(settings, site.https_port), web::StaticFiles(monitoring_pages(here)), house, start.clock);
    site.monitoring = [monitoring](const auto& request) { return monitoring->answer(request); };
    auto http =
        net::HttpServer::start({.port = 80}, [site](const auto& request) { return answer_http(request, site); });
    if (!http) return std::unexpected(http.error());
    // A browser at the dashboards has six connections open.
    auto https = net::HttpServer::start({.port = 443, .threads = 32, .identity = certificates.identity()},
                                        [site](const auto& request) { return answer_https(request, site); });
    if (!https) return std::unexpected(https.error());
    return WebServers{.accounts = accounts,
                      .account = account,
                      .monitoring = monitoring,
                      .http = std::move(*http),
                      .https = std::move(*https)};
}

/// The ports for proxies that lead to Postfix; Dovecot opens its own and knows by itself whom to believe.
base::Result<ProxyDoor> open_proxy_door(const settings::Settings& settings, const Installation& here) {
    const auto proxies = engines::proxy_networks(settings, here);
    if (!proxies) return std::unexpected(proxies.error());
    std::vector<ProxyPort> ports;
    for (const auto& [port, service] :
         {std::pair(25, "proxy-smtp"), std::pair(465, "proxy-submissions"), std::pair(587, "proxy-submission")})
        if (!proxies->empty())
            ports.push_back({port + settings::proxy_port_offset, engines::postfix_service_socket(here, service)});
    return ProxyDoor::open(std::move(ports), *proxies);
}

/// Changes with the program and with every update of the engines' packages: then configurations are checked again.
std::string image_build() {
    std::error_code error;
    const auto installed = std::filesystem::last_write_time("/var/lib/dpkg/status", error);
    return std::format("{} {}", version, error ? 0 : installed.time_since_epoch().count());
}

std::vector<supervise::Service> services_of(const std::vector<engines::Engine>& all) {
    std::vector<supervise::Service> services;
    for (const auto& engine : all) services.insert(services.end(), engine.services.begin(), engine.services.end());
    return services;
}

void tell_overrides(const bootstrap::Start& start, const bootstrap::Progress& progress, const Installation& here) {
    const auto strangers = bootstrap::strangers_among_overrides(start.paths);
    for (const auto& stranger : strangers) progress.report(bootstrap::ProgressKind::note, "overrides", stranger);
    for (const auto& report : start.overrides)
        for (const auto& line : for_people(report)) progress.report(bootstrap::ProgressKind::note, "overrides", line);
    write_override_status(here.overrides_file(), start.overrides, strangers);
}

outbound::Limits outbound_limits(const settings::Settings& settings) {
    const auto& limits = settings.outbound;
    return {.messages_per_hour = limits.messages_per_hour,
            .recipients_per_day = limits.recipients_per_day,
            .new_recipients_per_day = limits.new_recipients_per_day,
            .networks_per_hour = limits.networks_per_hour,
            .bounce_percent = limits.bounce_percent};
}

/// What is not kept any longer goes at once, not when it is old.
void remove_database(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end, ignored);
}

/// Runs the engines until a signal ends them. False: they ended because one did not come up with the operator's
/// changes.
base::Result<bool> supervise_engines(bootstrap::Start& start, const LogListeners& listeners,
                                     const std::function<void(const supervise::Status&)>& changed,
                                     const std::function<void()>& all_ready, const Installation& here) {
    Trial trial(start);
    bool failed = false;
    std::optional<supervise::Supervisor> running;
    const auto on_line = [&](std::string_view service, std::string_view line) {
        if (!tells_of_probe(service, line)) base::log(service, line);
        trial.heard(service, line);
        listeners.heard(service, line);
    };
    const auto on_change = [&](const supervise::Status& status) {
        write_status(here.status_file(), status);
        changed(status);
        if (!trial.failed(status)) return;
        failed = true;
        running->request_stop();
    };
    auto supervisor = supervise::Supervisor::create(
        services_of(start.engines), {}, {.on_line = on_line, .on_change = on_change, .on_all_ready = all_ready},
        start.clock);
    if (!supervisor) return std::unexpected(supervisor.error());
    running.emplace(std::move(*supervisor));
    const bool signalled = running->run();
    return signalled || !failed;
}

base::Result<> serve(const settings::Settings& settings, const Installation& here) {
    sys::block_stop_signals();
    if (const auto made = sys::ensure_directory(here.run); !made) return made;
    const bootstrap::Progress progress(here.progress_file());
    const auto failed = [&](const base::Error& error) {
        progress.report(bootstrap::ProgressKind::failed, "start", error.text + ". " + error.remedy);
        return std::unexpected(error);
    };
    const auto lock = lock_workspace(here);
    if (!lock) return failed(lock.error());

    const base::RealClock clock;
    bootstrap::Start start{
        .settings = settings, .paths = here, .clock = clock, .version = std::string(version), .build = image_build()};
    auto certificates = Certificates::create(start, progress, here);
    if (!certificates) return std::unexpected(certificates.error());
    start.prepare_certificate = [&] { return certificates->prepare(); };
    if (const auto prepared = run_steps(start_steps(start), progress); !prepared) return prepared;

    outbound::Guard guard(outbound_limits(settings), served_domains(settings),
                          outbound::Store::open_or_renew(here.outbound_database()));
    Figures figures(settings, here, clock);  // before those who tell it something
    const auto site = bootstrap::site_of(settings);
    const auto directory = DirectoryService::open(start.workspace(), site, here);
    if (!directory) return failed(directory.error());
    auto inner_door = InnerDoor::open(settings, site, here, start.inner_key, clock, guard);
    if (!inner_door) return failed(inner_door.error());

    Upkeep upkeep(settings, here);
    BackupWatch backups(settings, here);
    net::CurlHttpClient client(std::format("mailserver/{}", version));
    MonitoringHouse house(
        settings, here, inner_door->logins(), start.login_nonce, client, [&] { return find_store(here); },
        [&]() -> base::Result<> {
            // False: one is under way, and its outcome is what was asked for.
            (void)upkeep.dns().check_now();
            return {};
        });
    const auto web = start_web(start, site, *certificates, inner_door->logins(), house, here);
    if (!web) return failed(web.error());

    const auto proxy_door = open_proxy_door(settings, here);
    if (!proxy_door) return failed(proxy_door.error());

    const auto outbound_tls = OutboundTls::open(settings, here, clock);
    if (!outbound_tls) return failed(outbound_tls.error());

    if (settings.metrics) inner_door->logins().watch(figures.login_watch());
    AlertWatch alert_watch(settings, here, clock, client);
    std::optional<net::HttpServer> metrics_door;
    std::optional<Repeated> link;
    if (settings.metrics) {
        link.emplace(link_rhythm, [&](const std::stop_token&) {
            if (const auto announced = announce(here, Side::server); !announced)
                base::log("monitoring", announced.error().text);
        });
        auto routes = figures.routes();
        routes.push_back(
            {"POST", "/api/v2/alerts", [&](const net::HttpRequest& request) { return alert_watch.answer(request); }});
        auto door = open_metrics_door(here.metrics_token(), std::move(routes));
        if (!door) return failed(door.error());
        metrics_door.emplace(std::move(*door));
    }

    OutboundWatch outbound(settings, guard, clock);
    std::optional<trace::Recorder> recorder;
    if (settings.trace_days > 0)
        recorder.emplace(here.trace_database(), trace::Retention{.days = std::chrono::days(settings.trace_days)},
                         clock);
    else
        remove_database(here.trace_database());
    LogListeners listeners;
    listeners.lines.emplace_back([&](auto service, auto line) { upkeep.heard(service, line); });
    listeners.events.emplace_back([&](const auto& entry) { upkeep.heard(entry); });
    listeners.events.emplace_back([&](const auto& entry) { outbound.heard(entry); });
    RelayWatch relays([&](const auto& warnings) { write_warnings(here.warnings_folder(), "relay", warnings); });
    listeners.events.emplace_back([&](const auto& entry) { relays.read(entry); });
    if (recorder) listeners.events.emplace_back([&](const auto& entry) { recorder->record(entry); });
    if (settings.metrics) {
        listeners.lines.emplace_back([&](auto service, auto line) { figures.heard(service, line); });
        listeners.events.emplace_back([&](const auto& entry) { figures.heard(entry); });
    }
    const auto all_ready = [&] {
        progress.report(bootstrap::ProgressKind::done, "engines", "all answer on their ports");
        if (const auto kept = keep_as_good(start.paths, start.overrides); !kept)
            base::log("bootstrap", kept.error().text);
        certificates->begin();
        upkeep.begin();
        backups.begin();
        outbound.begin();
        figures.begin();
        if (settings.metrics) alert_watch.begin();
    };
    const auto changed = [&](const supervise::Status& status) { figures.changed(status); };
    for (;;) {
        tell_overrides(start, progress, here);
        const auto worked = supervise_engines(start, listeners, changed, all_ready, here);
        if (!worked) return std::unexpected(worked.error());
        if (*worked) break;
        // Once for each engine at most: it is then left with overrides that are proven, or with none.
        if (const auto configured = run_steps({engine_configuration(start)}, progress); !configured) return configured;
    }
    base::log("mailserver", "stopped");
    return {};
}

}  // namespace

base::ExitCode run_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty()) return report(usage_error("run", ""));
    return static_cast<base::ExitCode>(sys::run_as_init([&] {
        const auto served = serve(settings, here);
        return static_cast<int>(served ? base::ExitCode::ok : report(served.error()));
    }));
}

}  // namespace app
