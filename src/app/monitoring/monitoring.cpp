#include "app/monitoring/monitoring.h"

#include <csignal>
#include <ctime>
#include <filesystem>
#include <format>
#include <utility>

#include "app/common/repeated.h"
#include "app/common/status_file.h"
#include "app/monitoring/link.h"
#include "base/clock.h"
#include "base/log.h"
#include "bootstrap/configure.h"
#include "engines/monitoring/monitoring.h"
#include "supervise/supervisor.h"
#include "sys/files.h"
#include "sys/init.h"

namespace app {
namespace {

base::Result<std::string> read_token(const Installation& here) {
    return sys::read_file(here.metrics_token(), 1024);
}

/// Waits until the server has made the token. False: a signal asked for the stop.
bool wait_for_token(const Installation& here) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    for (bool told = false; !read_token(here);) {
        if (!std::exchange(told, true)) base::log("monitoring", "waiting for the mail server to start");
        constexpr timespec second{.tv_sec = 1, .tv_nsec = 0};
        if (::sigtimedwait(&stop, nullptr, &second) > 0) return false;
    }
    return true;
}

/// The token where the services can read it; they take up a changed one by themselves.
base::Result<> copy_token(const Installation& here) {
    const auto token = read_token(here);
    if (!token) return std::unexpected(token.error());
    const auto owner = sys::lookup_owner("root", "monitoring");
    if (!owner) return std::unexpected(owner.error());
    const auto copy = engines::monitoring_token_copy(here);
    if (sys::read_file(copy, 1024).value_or("") == *token) return {};
    return sys::write_file(copy, *token, {.mode = 0640, .owner = *owner});
}

/// Where the server is at the moment; without a word from it, where it was.
base::Result<> tell_address(const Installation& here) {
    const auto address = find(here, Side::server);
    bool changed = false;
    for (const auto& file : engines::server_address(here, address)) {
        const auto known = sys::read_file(file.path);
        if (known && (!address || *known == file.content)) continue;
        if (const auto written = sys::write_file(file.path, file.content); !written) return written;
        changed = true;
    }
    if (changed && address) base::log("monitoring", std::format("the mail server is at {}", address->str()));
    return {};
}

void keep_link(const Installation& here) {
    for (const auto& done : {announce(here, Side::monitoring), tell_address(here), copy_token(here)})
        if (!done) base::log("monitoring", done.error().text);
}

base::Result<> serve(const settings::Settings& settings, const Installation& here) {
    sys::block_stop_signals();
    if (const auto made = sys::ensure_directory(here.run); !made) return made;
    if (const auto announced = announce(here, Side::monitoring); !announced)
        return base::context("cannot use the workspace", announced.error());
    const auto lock = sys::FileLock::try_take(here.monitoring_data() + "/lock");
    if (!lock) return base::context("cannot use the metrics in the workspace", lock.error());
    const auto engine = engines::monitoring(settings, here);
    if (const auto made = bootstrap::configure(engine, {}, here.run + "/checked"); !made)
        return std::unexpected(made.error());
    // Read back, it would double the memory the store takes.
    std::error_code ignored;
    std::filesystem::remove_all(engines::monitoring_store(here) + "/cache", ignored);
    if (!wait_for_token(here)) return {};
    keep_link(here);
    const Repeated link(link_rhythm, [&](const std::stop_token&) { keep_link(here); });

    const base::RealClock clock;
    auto supervisor = supervise::Supervisor::create(
        engine.services, {},
        {.on_line = [](std::string_view service, std::string_view line) { base::log(service, line); },
         .on_change = [&](const supervise::Status& status) { write_status(here.status_file(), status); },
         .on_all_ready = [] { base::log("monitoring", "ready"); }},
        clock);
    if (!supervisor) return std::unexpected(supervisor.error());
    supervisor->run();
    base::log("monitoring", "stopped");
    return {};
}

}  // namespace

base::ExitCode monitoring_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty()) return report(usage_error("monitoring", ""));
    if (!settings.metrics)
        return report({.text = "the monitoring is switched off: METRICS=false",
                       .remedy = "Set METRICS=true in settings.env, then restart the mail server and the monitoring.",
                       .kind = base::ErrorKind::usage});
    return static_cast<base::ExitCode>(sys::run_as_init([&] {
        const auto served = serve(settings, here);
        return static_cast<int>(served ? base::ExitCode::ok : report(served.error()));
    }));
}

}  // namespace app
