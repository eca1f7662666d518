#include "engines/clamav/clamav.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {
namespace {

using namespace std::string_literals;

constexpr const char* clamd_conf = "/etc/clamav/clamd.conf";
constexpr const char* freshclam_conf = "/etc/clamav/freshclam.conf";

/// What Postfix and the filter put in front of a mail of the largest size.
constexpr std::uint64_t room_for_headers = 1024 * 1024;
/// ClamAV's own limit for what comes out of the archives of one mail.
constexpr std::uint64_t usual_scan_size = 400 * 1024 * 1024;

std::string scratch(const Paths& paths) {
    return paths.workspace + "/var/cache/clamav";
}

std::vector<Wanted> wanted(const settings::Settings& settings, const Paths& paths) {
    const auto mail_size = settings.message_size_limit + room_for_headers;
    const auto& mirror = settings.virus_scan.mirror;
    const bool is_public = mirror == settings::VirusScan().mirror;
    const std::vector<render::Values> named{{.texts = {{"MIRROR", mirror}}}};
    std::vector<Wanted> files{{clamd_conf,
                               {.texts = {{"SIGNATURES", paths.virus_signatures()},
                                          {"SOCKET", clamd_socket(paths)},
                                          {"SCRATCH", scratch(paths)},
                                          {"MAIL_SIZE", std::to_string(mail_size)},
                                          {"SCAN_SIZE", std::to_string(std::max(mail_size, usual_scan_size))}}}}};
    if (!mirror.empty())
        files.push_back({freshclam_conf,
                         {.texts = {{"SIGNATURES", paths.virus_signatures()}},
                          .parts = {{"PUBLIC", is_public ? named : std::vector<render::Values>{}},
                                    {"PRIVATE", is_public ? std::vector<render::Values>{} : named}}}});
    return files;
}

}  // namespace

base::Result<Engine> clamav(const settings::Settings& settings, const Paths& paths) {
    Engine engine{.name = "clamav"};
    if (!settings.virus_scan.enabled) return engine;
    const auto added = add_files(engine, paths, wanted(settings, paths));
    if (!added) return std::unexpected(added.error());
    // The folder of the socket says who may connect.
    engine.directories = {
        {.path = paths.virus_signatures(), .user = "clamav", .group = "clamav"},
        {.path = scratch(paths), .mode = 0700, .user = "clamav", .group = "clamav", .exclusive = true},
        {.path = paths.run + "/clamav", .mode = 0750, .user = "clamav", .group = "_rspamd"}};
    const supervise::Probe answers{
        .address = supervise::UnixAddress{clamd_socket(paths)}, .send = "zPING\0"s, .expect = "PONG"};
    engine.services = {{.name = "clamd",
                        .argv = {"/usr/local/bin/mailserver", "virus-scanner",
                                 settings.virus_scan.mirror.empty() ? "own-signatures" : "official-signatures"},
                        .ready = {answers},
                        // It first waits for signatures, which may take days.
                        .start_timeout = std::chrono::hours(24 * 365),
                        // Deaf while it takes up new signatures.
                        .patience = 6,
                        .vital = false}};
    return engine;
}

base::Error become_clamd() {
    // When memory runs out, the kernel shall take clamd and nobody else.
    const char* const argv[] = {"choom",
                                "-n",
                                "1000",
                                "--",
                                "setpriv",
                                "--reuid",
                                "clamav",
                                "--regid",
                                "clamav",
                                "--init-groups",
                                "/usr/sbin/clamd",
                                "--config-file=/etc/clamav/clamd.conf",
                                nullptr};
    ::execvp(argv[0], const_cast<char* const*>(argv));
    return {.text = "cannot run clamd: " + base::errno_text(errno)};
}

sys::Command fetch_signatures() {
    return {.argv = {"nice", "-n", "19", "setpriv", "--reuid", "clamav", "--regid", "clamav", "--init-groups",
                     "freshclam", "--stdout", std::string("--config-file=") + freshclam_conf},
            .timeout = std::chrono::hours(1)};
}

}  // namespace engines
