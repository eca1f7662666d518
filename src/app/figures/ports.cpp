#include "app/figures/ports.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "crypto/certificate.h"
#include "engines/rspamd/rspamd.h"
#include "engines/sockets.h"
#include "maillog/line.h"
#include "net/http_client.h"
#include "spam/filter.h"
#include "supervise/probe.h"
#include "sys/command.h"

namespace app {
namespace {

using metrics::Series;

bool is_of_probe(const maillog::Connected& event) {
    return event.client.address == probe_address;
}
bool is_of_probe(const maillog::Lost& event) {
    return event.client.address == probe_address;
}
bool is_of_probe(const maillog::Disconnected& event) {
    return event.client.address == probe_address && event.given("mail") == 0;
}
bool is_of_probe(const maillog::Encrypted& event) {
    return !event.outgoing && event.peer.ends_with(std::format("[{}]", probe_address));
}
template <class Other>
bool is_of_probe(const Other&) {
    return false;
}

/// `imap-login: Info: Login aborted: … (no_auth_attempts): user=<>, rip=…, lip=…`; who tried a password has a name.
bool is_aborted_by_probe(std::string_view line) {
    const auto user = line.find("user=<");
    return line.substr(0, line.find(": ")).ends_with("-login") && user != std::string_view::npos &&
           line.substr(user).starts_with(std::format("user=<>, rip={}, ", probe_address));
}

void take_answers(const settings::Settings& settings, const Installation& here, metrics::Registry& registry,
                  const std::stop_token& stop) {
    Series success, duration, expiry;
    for (const auto& check : port_checks(settings)) {
        if (stop.stop_requested()) return;
        const std::string name(check.name);
        const auto answer = net::probe(check.probe);
        success[{name}] = answer ? 1 : 0;
        if (!answer) continue;
        duration[{name}] = answer->took.count();
        if (const auto chain = crypto::parse_chain(answer->certificates))
            expiry[{name}] = static_cast<double>(chain->front().not_after.time_since_epoch().count());
    }
    const auto began = std::chrono::steady_clock::now();
    const auto milter = supervise::ask({engines::milter_probe(here)}, std::chrono::seconds(5));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    success[{"milter"}] = milter ? 1 : 0;
    if (milter) duration[{"milter"}] = took.count();
    registry.replace("mailserver_probe_success", std::move(success));
    registry.replace("mailserver_probe_duration_seconds", std::move(duration));
    registry.replace("mailserver_port_certificate_expiry_timestamp_seconds", std::move(expiry));
}

/// What nobody can tell at the moment has no series.
void take_sessions(metrics::Registry& registry, const std::stop_token& stop) {
    const auto who = sys::run({.argv = {"doveadm", "-f", "tab", "who"},
                               .most_output = std::size_t{8} << 20U,
                               .timeout = std::chrono::seconds(10),
                               .stop = stop});
    Series series;
    if (who && who->exit_code == 0) series[{}] = static_cast<double>(imap_sessions(who->output));
    registry.replace("mailserver_imap_sessions", std::move(series));
}

void take_lessons(const Installation& here, metrics::Registry& registry) {
    net::CurlHttpClient client("mailserver");
    const auto learned = spam::Filter(client, engines::rspamd_controller_socket(here)).learned();
    if (!learned) return;
    registry.replace("mailserver_spam_learned_total",
                     {{{"spam"}, static_cast<double>(learned->spam)}, {{"ham"}, static_cast<double>(learned->ham)}});
}

}  // namespace

bool tells_of_probe(std::string_view service, std::string_view line) {
    if (!line.contains(probe_address)) return false;
    if (service == "dovecot") return is_aborted_by_probe(line);
    const auto entry = service == "postfix" ? maillog::parse_postfix(line) : std::nullopt;
    return entry && std::visit([](const auto& event) { return is_of_probe(event); }, entry->event);
}

std::vector<PortCheck> port_checks(const settings::Settings& settings) {
    struct Known {
        std::string_view name, scheme;
        int port;
    };
    constexpr Known all[] = {{"smtp", "smtp", 25},    {"submission", "smtp", 587}, {"submissions", "smtps", 465},
                             {"imap", "imap", 143},   {"imaps", "imaps", 993},     {"pop3", "pop3", 110},
                             {"pop3s", "pop3s", 995}, {"https", "https", 443}};
    std::vector<PortCheck> checks;
    for (const auto& [name, scheme, port] : all)
        if (std::ranges::contains(settings.ports(), port))
            checks.push_back({.name = name,
                              .probe = {.scheme = std::string(scheme),
                                        .address = *base::IpAddress::parse("127.0.0.1"),
                                        .port = port,
                                        .hostname = settings.hostname.str(),
                                        .from = std::string(probe_address)}});
    return checks;
}

std::uint64_t imap_sessions(std::string_view printed) {
    // A row for each user and protocol: username, number of connections, protocol, …
    std::uint64_t sum = 0;
    for (const auto line : base::split(printed, '\n')) {
        const auto fields = base::split(line, '\t');
        if (fields.size() >= 3 && fields[2] == "imap") sum += base::parse_number(fields[1]).value_or(0);
    }
    return sum;
}

void take_port_figures(const settings::Settings& settings, const Installation& here, metrics::Registry& registry,
                       const std::stop_token& stop) {
    take_answers(settings, here, registry, stop);
    take_sessions(registry, stop);
    take_lessons(here, registry);
}

}  // namespace app
