#include "app/common/status_file.h"

#include <unistd.h>

#include <chrono>
#include <format>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "sys/files.h"
#include "sys/process.h"

namespace app {
namespace {

using supervise::ServiceStatus;
using supervise::State;
using supervise::Status;

std::string iso(base::SystemTime time) {
    return std::format("{:%FT%TZ}", time);
}

std::optional<base::SystemTime> from_iso(const std::string& text) {
    base::SystemTime time;
    std::istringstream stream(text);
    stream >> std::chrono::parse("%FT%TZ", time);
    return stream ? std::optional(time) : std::nullopt;
}

std::optional<State> state_called(std::string_view text) {
    for (int index = 0; index < supervise::state_count; ++index)
        if (name(static_cast<State>(index)) == text) return static_cast<State>(index);
    return std::nullopt;
}

json::Value to_json(const ServiceStatus& service) {
    return json::object({{"name", service.name},
                         {"state", name(service.state)},
                         {"restarts", service.restarts},
                         {"since", iso(service.since)},
                         {"pid", service.pid != 0 ? json::Value(service.pid) : json::Value()},
                         {"last_exit", service.last_exit ? json::Value(*service.last_exit) : json::Value()},
                         {"vital", service.vital}});
}

std::optional<ServiceStatus> service_from(const json::Value& value) {
    const auto state = state_called(value["state"].text());
    const auto since = from_iso(value["since"].text());
    if (!state || !since) return std::nullopt;
    ServiceStatus service{.name = value["name"].text(),
                          .state = *state,
                          .restarts = static_cast<int>(value["restarts"].number()),
                          .since = *since,
                          .pid = static_cast<pid_t>(value["pid"].number()),
                          .last_exit = std::nullopt,
                          .vital = value["vital"].boolean()};
    if (value["last_exit"].is_number()) service.last_exit = static_cast<int>(value["last_exit"].number());
    return service;
}

std::optional<Status> status_from(const json::Value& value) {
    const auto started = from_iso(value["started"].text());
    if (!started) return std::nullopt;
    Status status{.started = *started,
                  .ready_at = from_iso(value["ready_at"].text()),
                  .services = {},
                  .stopping = value["stopping"].boolean()};
    for (const auto& item : value["services"].items()) {
        auto service = service_from(item);
        if (!service) return std::nullopt;
        status.services.push_back(std::move(*service));
    }
    return status;
}

std::unexpected<base::Error> not_running() {
    return base::fail("the server is not running",
                      "Start it with ./start_mailserver.sh; its log says how far it comes.",
                      base::ErrorKind::not_running);
}

}  // namespace

json::Value to_json(const Status& status) {
    json::Array services;
    for (const auto& service : status.services) services.push_back(to_json(service));
    return json::object({{"ready", status.all_ready()},
                         {"stopping", status.stopping},
                         {"started", iso(status.started)},
                         {"ready_at", status.ready_at ? json::Value(iso(*status.ready_at)) : json::Value()},
                         {"services", std::move(services)}});
}

void write_status(const std::filesystem::path& file, const Status& status) {
    auto value = to_json(status);
    value.set("supervisor", json::object({{"pid", ::getpid()}, {"start", sys::process_start(::getpid()).value_or(0)}}));
    if (const auto written = sys::write_file(file, json::dump(value) + "\n"); !written)
        base::log("supervise", written.error().text);
}

base::Result<Status> read_status(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text) {
        if (text.error().kind == base::ErrorKind::not_found) return not_running();
        return std::unexpected(text.error());
    }
    const auto value = json::parse(*text);
    if (!value) return base::context("cannot read " + file.string(), value.error());
    const auto& writer = (*value)["supervisor"];
    const auto start = sys::process_start(static_cast<pid_t>(writer["pid"].number()));
    if (!start || static_cast<std::int64_t>(*start) != writer["start"].number()) return not_running();
    auto status = status_from(*value);
    if (!status) return base::fail("cannot read " + file.string() + ": it is not a status of this version");
    return std::move(*status);
}

}  // namespace app
