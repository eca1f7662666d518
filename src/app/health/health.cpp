#include "app/health/health.h"

#include <chrono>
#include <format>
#include <iostream>

#include "app/common/status_file.h"
#include "app/common/warnings.h"
#include "engines/sockets.h"
#include "supervise/probe.h"

namespace app {
namespace {

constexpr std::chrono::seconds longest_answer{5};

}  // namespace

std::vector<supervise::Probe> vital_probes(const Installation& here) {
    using namespace std::string_literals;
    // The milter protocol's first packet, SMFIC_OPTNEG of version 6; the answer is one too.
    const auto negotiation =
        "\0\0\0\x0dO"s
        "\0\0\0\x06"s
        "\0\0\x01\xff"s
        "\0\x1f\xff\xff"s;
    const engines::Paths paths{.workspace = here.workspace, .run = here.run, .templates = here.templates};
    return {{.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = 25}, .expect = "220 "},
            {.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = 143}, .expect = "* OK"},
            {.address = supervise::UnixAddress{engines::milter_socket(paths)},
             .send = negotiation,
             .expect = negotiation.substr(0, 5)}};
}

base::Result<> check_health(const std::filesystem::path& status_file, const std::vector<supervise::Probe>& probes) {
    const auto status = read_status(status_file);
    if (!status) return std::unexpected(status.error());
    if (status->stopping) return base::fail("the server is stopping");
    for (const auto& service : status->services)
        if (service.vital && service.state != supervise::State::ready)
            return base::fail(std::format("{} is not ready but {}", service.name, name(service.state)));
    return supervise::ask(probes, longest_answer);
}

base::ExitCode health_command(Arguments arguments, const Installation& here) {
    if (!arguments.empty()) return report(usage_error("health", ""));
    auto health = check_health(here.status_file(), vital_probes(here));
    // With a full disk everything answers, and no mail is taken.
    if (const auto disk = read_warnings(here.warnings_folder(), "disk"); health && !disk.empty())
        health = base::fail(disk[0]);
    if (health) {
        std::cout << "healthy\n";
        return base::ExitCode::ok;
    }
    std::cout << "unhealthy: " << health.error().text << '\n';
    return base::ExitCode::failed;
}

}  // namespace app
