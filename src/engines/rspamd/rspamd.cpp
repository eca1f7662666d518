#include "engines/rspamd/rspamd.h"

#include "engines/inner_door.h"
#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {
namespace {

using namespace std::string_view_literals;

/// The first packet of a milter session: 13 octets, 'O' (SMFIC_OPTNEG), version 6, all actions, all protocol steps. The
/// filter answers with one of the same kind.
constexpr std::string_view option_negotiation = "\x00\x00\x00\x0dO\x00\x00\x00\x06\x00\x00\x01\xff\x00\x1f\xff\xff"sv;
constexpr std::string_view negotiated = "\x00\x00\x00\x0dO"sv;

std::vector<Wanted> wanted(const settings::Settings& settings, const Paths& paths) {
    const std::string etc = "/etc/rspamd/";
    std::vector<Wanted> files = {
        {etc + "local.d/dkim_signing.conf",
         {.texts = {{"KEYS", paths.dkim_keys()}, {"SELECTOR", settings.dkim_key_selector}}}},
        {etc + "local.d/dmarc.conf", {}},
        {etc + "local.d/logging.inc", {}},
        {etc + "local.d/milter_headers.conf", {}},
        {etc + "local.d/neural.conf", {}},
        {etc + "local.d/options.inc", {}},
        {etc + "local.d/redis.conf", {.texts = {{"SOCKET", valkey_socket(paths)}}}},
        {etc + "local.d/worker-controller.inc", {.texts = {{"SOCKET", rspamd_controller_socket(paths)}}}},
        {etc + "local.d/worker-fuzzy.inc", {}},
        {etc + "local.d/worker-normal.inc", {}},
        {etc + "local.d/worker-proxy.inc", {.texts = {{"SOCKET", milter_socket(paths)}}}},
        {etc + "override.d/options.inc", {}},
    };
    if (settings.check_header_from)
        files.push_back({etc + "lua.local.d/header_from.lua",
                         {.texts = {{"URL", inner_door_url("/may-send")}, {"KEY_FILE", inner_key_file(paths)}}}});
    return files;
}

}  // namespace

base::Result<Engine> rspamd(const settings::Settings& settings, const Paths& paths) {
    const auto data = paths.workspace + "/var/lib/rspamd", run = paths.run + "/rspamd";
    const auto data_variable = "--var=DBDIR=" + data, run_variable = "--var=RUNDIR=" + run;
    Engine engine{.name = "rspamd"};
    const auto added = add_files(engine, paths, wanted(settings, paths));
    if (!added) return std::unexpected(added.error());
    engine.directories = {{.path = data, .mode = 0750, .user = "_rspamd", .group = "_rspamd"},
                          {.path = run, .mode = 0750, .user = "_rspamd", .group = "_rspamd"}};
    // It looks up names while it reads its configuration, and without a network would wait 5 s for each.
    const std::string impatient = "RES_OPTIONS=timeout:1 attempts:1";
    engine.checks = {{.argv = {"rspamadm", data_variable, run_variable, "configtest"}, .environment = {impatient}}};
    engine.services = {
        {.name = "rspamd",
         .argv = {"/usr/bin/rspamd", "-f", "-u", "_rspamd", "-g", "_rspamd", data_variable, run_variable},
         .environment = {impatient},
         .needs = {"unbound", "valkey"},
         .ready = {{.address = supervise::UnixAddress{milter_socket(paths)},
                    .send = std::string(option_negotiation),
                    .expect = std::string(negotiated)}},
         // Its workers wait 10 s for connections that nobody closes; Postfix, the only one who sends it mail, has
         // stopped before.
         .stop_timeout = std::chrono::seconds(2),
         // Without its compiled patterns (another processor than the image's) it needs 10 s and more of one core.
         .start_timeout = std::chrono::seconds(90)}};
    return engine;
}

}  // namespace engines
