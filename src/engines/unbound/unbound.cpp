#include "engines/unbound/unbound.h"

#include "engines/template_file.h"
#include "sys/files.h"

namespace engines {
namespace {

using namespace std::string_view_literals;

/// "localhost A?" over TCP (RFC 1035 §4.2.2: two octets of length first). Unbound answers it by itself (RFC 6761 §6.3),
/// so the probe works without a network.
constexpr std::string_view localhost_query =
    "\x00\x1b\x4d\x53\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09localhost\x00\x00\x01\x00\x01"sv;
constexpr std::string_view localhost_address = "\x7f\x00\x00\x01"sv;

render::Values values(const settings::Settings& settings, const std::string& root_key) {
    render::Values forwarders;
    for (const auto& address : settings.dns_forwarders)
        forwarders.parts["FORWARDER"].push_back({.texts = {{"ADDRESS", address.str()}}});
    render::Values all{.texts = {{"VERBOSITY", settings.debugs("unbound") ? "3" : "1"}}, .parts = {}};
    all.parts["FORWARD"] = render::when(false);
    if (!settings.dns_forwarders.empty()) all.parts["FORWARD"] = {forwarders};
    all.parts["VALIDATE"] = {};
    if (settings.dns_validation) all.parts["VALIDATE"] = {{.texts = {{"ROOT_KEY", root_key}}}};
    all.parts["TRUST"] = render::when(!settings.dns_validation);
    return all;
}

/// True when the file holds at least one key of the root.
bool has_key(const std::string& path) {
    const auto text = sys::read_file(path);
    return text && (text->contains("DNSKEY") || text->contains("\tDS\t"));
}

}  // namespace

base::Result<Engine> unbound(const settings::Settings& settings, const Paths& paths) {
    const auto state = paths.workspace + "/var/lib/unbound";
    const auto root_key = state + "/root.key";
    Engine engine{.name = "unbound"};
    const std::string config = "/etc/unbound/unbound.conf";
    const auto added = add_files(engine, paths, {{config, values(settings, root_key)}});
    if (!added) return std::unexpected(added.error());
    // From then on the file is Unbound's, which follows the key rolls in it; a lost or emptied one is seeded again.
    if (settings.dns_validation && !has_key(root_key)) {
        auto key = sys::read_file(paths.trust_anchor);
        if (!key) return base::context("cannot seed the DNSSEC trust anchor", key.error());
        engine.files.push_back({.path = root_key, .content = std::move(*key), .user = "unbound", .group = "unbound"});
    }
    engine.directories = {{.path = state, .user = "unbound", .group = "unbound"}};
    engine.checks = {{.argv = {"unbound-checkconf", config}}};
    engine.services = {{.name = "unbound",
                        .argv = {"/usr/sbin/unbound", "-d", "-p", "-c", config},
                        .ready = {{.address = supervise::TcpAddress{"127.0.0.1", 53},
                                   .send = std::string(localhost_query),
                                   .expect = std::string(localhost_address)}}}};
    return engine;
}

}  // namespace engines
