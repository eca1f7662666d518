#include "app/run.h"

#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <format>
#include <mutex>
#include <thread>

#include "accounts/integrity.h"
#include "app/certificates.h"
#include "app/inner_door.h"
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

constexpr std::chrono::minutes housekeeping_interval{10};

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

/// Calls `work` at once and then every `interval`, until it is told to stop.
class Repeated {
  public:
    Repeated(std::chrono::seconds interval, std::function<void()> work)
        : thread_([this, interval, work = std::move(work)](const std::stop_token& stop) {
              std::unique_lock lock(mutex_);
              while (!stop.stop_requested()) {
                  work();
                  wake_.wait_for(lock, stop, interval, [] { return false; });
              }
          }) {}

  private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses the others, and is joined first
};

void keep_copy_of_accounts(const accounts::Workspace& workspace) {
    if (const auto copied = accounts::refresh_last_good(workspace); !copied) base::log("accounts", copied.error().text);
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

    const auto inner_door = InnerDoor::open(settings, here, start.inner_key, clock);
    if (!inner_door) {
        report_failure(inner_door.error());
        return std::unexpected(inner_door.error());
    }

    std::optional<Repeated> housekeeping;
    auto supervisor = supervise::Supervisor::create(
        services_of(start.engines), {},
        {.on_line = [](std::string_view service, std::string_view line) { base::log(service, line); },
         .on_change = [&](const supervise::Status& status) { write_status(here.status_file(), status); },
         .on_all_ready =
             [&] {
                 progress.report(bootstrap::ProgressKind::done, "engines", "all answer on their ports");
                 certificates->begin();
                 housekeeping.emplace(housekeeping_interval, [&] { keep_copy_of_accounts(start.workspace()); });
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
