#include "app/run.h"

#include <unistd.h>

#include <filesystem>
#include <format>

#include "accounts/integrity.h"
#include "app/certificates.h"
#include "app/repeated.h"
#include "app/search_upkeep.h"
#include "app/status.h"
#include "app/version.h"
#include "base/log.h"
#include "bootstrap/progress.h"
#include "bootstrap/start.h"
#include "net/http_server.h"
#include "supervise/supervisor.h"
#include "sys/files.h"
#include "sys/init.h"
#include "web/site.h"

namespace app {
namespace {

constexpr Rhythm housekeeping_rhythm{.first = std::chrono::seconds(0), .interval = std::chrono::minutes(10)};

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

/// Not at the start, when there is other work; searches do without it for a day.
constexpr Rhythm search_upkeep_rhythm{.first = std::chrono::hours(24), .interval = std::chrono::hours(24)};
constexpr Rhythm search_repair_rhythm{.first = std::chrono::seconds(3), .interval = std::chrono::seconds(3)};

void keep_copy_of_accounts(const accounts::Workspace& workspace) {
    if (const auto copied = accounts::refresh_last_good(workspace); !copied) base::log("accounts", copied.error().text);
}

void keep_search_fast(const std::stop_token& stop) {
    if (const auto kept = keep_up(optimise_search_indexes(stop)); !kept) base::log("search", kept.error().text);
}

void repair_search(DamagedIndexes& damaged, const std::stop_token& stop) {
    for (const auto& account : damaged.take()) {
        const auto removed = keep_up(remove_search_indexes(account, stop));
        base::log("search", removed
                                ? std::format("the damaged index of {} is removed, it comes back by itself", account)
                                : removed.error().text);
    }
}

struct WebServers {
    net::HttpServer http, https;
};

base::Result<WebServers> start_web(const settings::Settings& settings, const Certificates& certificates) {
    const char* https_port = ::getenv("MAILSERVER_HTTPS_PORT");
    const web::Site site{.settings = settings,
                         .https_port = https_port && *https_port ? https_port : "443",
                         .find_challenge = certificates.find_challenge()};
    auto http =
        net::HttpServer::start({.port = 80}, [site](const auto& request) { return answer_http(request, site); });
    if (!http) return std::unexpected(http.error());
    auto https = net::HttpServer::start({.port = 443, .identity = certificates.identity()},
                                        [site](const auto& request) { return answer_https(request, site); });
    if (!https) return std::unexpected(https.error());
    return WebServers{.http = std::move(*http), .https = std::move(*https)};
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

base::Result<> serve(const settings::Settings& settings, const Installation& here) {
    sys::block_stop_signals();
    if (const auto made = sys::ensure_directory(here.run); !made) return made;
    const bootstrap::Progress progress(here.progress_file());
    const auto report_failure = [&](const base::Error& error) {
        progress.report(bootstrap::ProgressKind::failed, "start", error.text + ". " + error.remedy);
    };
    const auto lock = lock_workspace(here);
    if (!lock) {
        report_failure(lock.error());
        return std::unexpected(lock.error());
    }

    const base::RealClock clock;
    bootstrap::Start start{.settings = settings, .paths = here, .clock = clock, .build = image_build()};
    auto certificates = Certificates::create(start, progress, here);
    if (!certificates) return std::unexpected(certificates.error());
    start.prepare_certificate = [&] { return certificates->prepare(); };
    if (const auto prepared = run_steps(start_steps(start), progress); !prepared) return prepared;

    const auto web = start_web(settings, *certificates);
    if (!web) {
        report_failure(web.error());
        return std::unexpected(web.error());
    }

    DamagedIndexes damaged_indexes;
    std::optional<Repeated> housekeeping, search_upkeep, search_repair;
    auto supervisor = supervise::Supervisor::create(
        services_of(start.engines), {},
        {.on_line =
             [&](std::string_view service, std::string_view line) {
                 base::log(service, line);
                 if (settings.full_text_search.enabled && service == "dovecot") damaged_indexes.read(line);
             },
         .on_change = [&](const supervise::Status& status) { write_status(here.status_file(), status); },
         .on_all_ready =
             [&] {
                 progress.report(bootstrap::ProgressKind::done, "engines", "all answer on their ports");
                 certificates->begin();
                 housekeeping.emplace(housekeeping_rhythm,
                                      [&](const std::stop_token&) { keep_copy_of_accounts(start.workspace()); });
                 if (settings.full_text_search.enabled) {
                     search_upkeep.emplace(search_upkeep_rhythm, keep_search_fast);
                     search_repair.emplace(search_repair_rhythm,
                                           [&](const std::stop_token& stop) { repair_search(damaged_indexes, stop); });
                 }
             }},
        clock);
    if (!supervisor) return std::unexpected(supervisor.error());
    supervisor->run();
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
