#include "engines/rspamd/rspamd.h"

#include <cstdint>
#include <format>

#include "engines/inner_door.h"
#include "engines/networks.h"
#include "engines/rspamd/signing.h"
#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {
namespace {

using namespace std::string_view_literals;

/// The first packet of a milter session: 13 octets, 'O' (SMFIC_OPTNEG), version 6, all actions, all protocol steps. The
/// filter answers with one of the same kind.
constexpr std::string_view option_negotiation = "\x00\x00\x00\x0dO\x00\x00\x00\x06\x00\x00\x01\xff\x00\x1f\xff\xff"sv;
constexpr std::string_view negotiated = "\x00\x00\x00\x0dO"sv;

/// A score from which an action is taken.
std::string score(const std::optional<double>& value) {
    return value ? std::format("{}", *value) : "null";
}

/// Without a score of its own the greylist module takes the next action's, and with a score but no module mail is only
/// counted as greylisted: both or neither.
bool greylists(const settings::Settings& settings) {
    return settings.greylisting && settings.spam_greylist_score;
}

render::Values thresholds(const settings::Settings& settings) {
    return {.texts = {{"GREYLIST", greylists(settings) ? score(settings.spam_greylist_score) : "null"},
                      {"HEADER", score(settings.spam_header_score)},
                      {"REJECT", score(settings.spam_reject_score)}}};
}

/// The operator's own blocklists; one part around them all, as there may be none.
std::map<std::string, std::vector<render::Values>> own_blocklists(const settings::Settings& settings) {
    render::Values all;
    for (const auto& zone : settings.blocklist_zones) {
        auto& parts = all.parts["ZONE"];
        parts.push_back({.texts = {{"NUMBER", std::to_string(parts.size() + 1)}, {"NAME", zone.str()}}});
    }
    return {{"ZONES", all.parts.empty() ? std::vector<render::Values>{} : std::vector{all}}};
}

/// `, "192.0.2.0/24"` for each, behind those of this host.
std::string more_networks(const std::vector<base::IpNetwork>& networks) {
    std::string more;
    for (const auto& network : networks) more += std::format(", \"{}\"", network.str());
    return more;
}

std::vector<Wanted> wanted(const settings::Settings& settings, const Paths& paths,
                           const std::vector<base::IpNetwork>& trusted) {
    const std::string etc = "/etc/rspamd/";
    std::vector<Wanted> files = {
        {etc + "local.d/actions.conf", thresholds(settings)},
        {etc + "local.d/arc.conf",
         {.texts = {{"SEAL", settings.arc ? "true" : "false"},
                    {"DOMAIN", settings.domain.str()},
                    {"SEALING_FILE", arc_sealing_file(paths)}}}},
        {etc + "local.d/classifier-bayes.conf", {}},
        {etc + "local.d/dkim_signing.conf", {.texts = {{"SIGNING_FILE", dkim_signing_file(paths)}}}},
        {etc + "local.d/dmarc.conf", {}},
        {etc + "local.d/force_actions.conf", {}},
        {etc + "local.d/greylist.conf", {.texts = {{"ENABLED", greylists(settings) ? "true" : "false"}}}},
        {etc + "local.d/logging.inc", {.texts = {{"LEVEL", settings.debugs("rspamd") ? "debug" : "notice"}}}},
        {etc + "local.d/milter_headers.conf",
         {.parts = {{"HIDE_CLIENT_HEADERS", render::when(settings.hide_client_headers)}}}},
        {etc + "local.d/neural.conf", {}},
        {etc + "local.d/options.inc",
         // A scan may take as long as clamd needs to take up new signatures.
         {.texts = {{"TASK_TIMEOUT", settings.virus_scan.enabled ? "45s" : "8s"},
                    {"PATTERNS", compiled_patterns(paths)}}}},
        {etc + "local.d/rbl.conf",
         {.texts = {{"ENABLED", settings.blocklists ? "true" : "false"}}, .parts = own_blocklists(settings)}},
        {etc + "local.d/rbl_group.conf", {.parts = own_blocklists(settings)}},
        {etc + "local.d/redis.conf", {.texts = {{"SOCKET", valkey_socket(paths)}}}},
        {etc + "local.d/settings.conf", {}},
        {etc + "local.d/worker-controller.inc", {.texts = {{"SOCKET", rspamd_controller_socket(paths)}}}},
        {etc + "local.d/worker-fuzzy.inc", {}},
        {etc + "local.d/worker-normal.inc", {}},
        {etc + "local.d/worker-proxy.inc",
         {.texts = {{"SOCKET", milter_socket(paths)}, {"TIMEOUT", settings.virus_scan.enabled ? "50s" : "30s"}}}},
        {etc + "override.d/options.inc", {.texts = {{"TRUSTED_NETWORKS", more_networks(trusted)}}}},
        {etc + "lua.local.d/gtube.lua", {}},
        {etc + "lua.local.d/own_name.lua", {.texts = {{"HOSTNAME", settings.hostname.str()}}}},
        {etc + "lua.local.d/reports.lua",
         {.texts = {{"RECIPIENT", settings.admin_account().str()},
                    {"URL", inner_door_url("/reports")},
                    {"KEY_FILE", inner_key_file(paths)}}}},
    };
    if (settings.check_header_from)
        files.push_back({etc + "lua.local.d/header_from.lua",
                         {.texts = {{"URL", inner_door_url("/may-send")}, {"KEY_FILE", inner_key_file(paths)}}}});
    if (settings.virus_scan.enabled)
        files.push_back({etc + "lua.local.d/virus_scan.lua",
                         {.texts = {{"SOCKET", clamd_socket(paths)},
                                    {"PASS_UNSCANNED", settings.virus_scan.pass_unscanned ? "true" : "false"}}}});
    if (settings.outbound.any())
        files.push_back({etc + "lua.local.d/outbound.lua",
                         {.texts = {{"URL", inner_door_url("/outbound")}, {"KEY_FILE", inner_key_file(paths)}}}});
    return files;
}

/// What a process of the filter may take up, in octets (RLIMIT_DATA). Text takes 21 times the size of the mail,
/// measured with 48 MB of it. Without a limit a mail of 42 MB in 900,000 parts took 8.5 GB; with it the worker ends,
/// another takes its place, and the sender is told to try again.
std::uint64_t memory_limit(const settings::Settings& settings) {
    return (std::uint64_t{512} << 20) + 24 * static_cast<std::uint64_t>(settings.message_size_limit);
}

}  // namespace

std::string compiled_patterns(const Paths& paths) {
    return paths.workspace + "/var/cache/rspamd";
}

supervise::Probe milter_probe(const Paths& paths) {
    return {.address = supervise::UnixAddress{milter_socket(paths)},
            .send = std::string(option_negotiation),
            .expect = std::string(negotiated)};
}

base::Result<Engine> rspamd(const settings::Settings& settings, const Paths& paths) {
    const auto data = paths.workspace + "/var/lib/rspamd", run = paths.run + "/rspamd";
    const auto data_variable = "--var=DBDIR=" + data, run_variable = "--var=RUNDIR=" + run;
    const auto trusted = trusted_networks(settings, paths);
    if (!trusted) return std::unexpected(trusted.error());
    Engine engine{.name = "rspamd"};
    const auto added = add_files(engine, paths, wanted(settings, paths, *trusted));
    if (!added) return std::unexpected(added.error());
    engine.directories = {{.path = data, .mode = 0750, .user = "_rspamd", .group = "_rspamd"},
                          {.path = run, .mode = 0750, .user = "_rspamd", .group = "_rspamd"},
                          {.path = compiled_patterns(paths), .mode = 0750, .user = "_rspamd", .group = "_rspamd"},
                          // It reads every file it finds there, also one the operator has taken out of the overrides.
                          {.path = "/etc/rspamd/local.d", .exclusive = true},
                          {.path = "/etc/rspamd/override.d", .exclusive = true},
                          {.path = "/etc/rspamd/lua.local.d", .exclusive = true}};
    // It looks up names while it reads its configuration, and without a network would wait 5 s for each.
    const std::string impatient = "RES_OPTIONS=timeout:1 attempts:1";
    engine.checks = {
        {.argv = {"rspamadm", data_variable, run_variable, "--var=LOCAL_CONFDIR=/etc/rspamd", "configtest"},
         .environment = {impatient}}};
    engine.services = {
        {.name = "rspamd",
         .argv = {"/usr/bin/prlimit", std::format("--data={}", memory_limit(settings)), "/usr/bin/rspamd", "-f", "-u",
                  "_rspamd", "-g", "_rspamd", data_variable, run_variable},
         .environment = {impatient},
         .needs = {"unbound", "valkey"},
         .ready = {milter_probe(paths),
                   {.address = supervise::UnixAddress{rspamd_controller_socket(paths)},
                    .send = "GET /ping HTTP/1.0\r\n\r\n",
                    .expect = "pong"}},
         // Its workers wait 10 s for connections that nobody closes; Postfix, the only one who sends it mail, has
         // stopped before.
         .stop_timeout = std::chrono::seconds(2),
         // Without its compiled patterns (another processor than the image's) it needs 10 s and more of one core.
         .start_timeout = std::chrono::seconds(90)}};
    return engine;
}

}  // namespace engines
