#include "app/health/mail_probe.h"

#include <algorithm>
#include <format>

#include "app/common/notice.h"
#include "app/common/warnings.h"
#include "app/health/round_trip.h"
#include "base/log.h"
#include "base/text.h"
#include "certs/issuer.h"
#include "crypto/password.h"
#include "engines/sockets.h"
#include "json/json.h"
#include "sys/command.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::chrono::seconds longest_delivery{60}, second_try_after{10};

std::string address_of(const settings::Settings& settings) {
    return std::format("mailserver-probe@{}", settings.domain.str());
}

std::string file_of(const Installation& here) {
    return here.state() + "/mail-probe.json";
}

std::string to_text(const ProbeRound& round) {
    auto ways = json::array();
    for (const auto& way : round.ways)
        ways.add(json::object({{"way", way.way}, {"seconds", way.seconds}, {"problem", way.problem}}));
    return json::dump(json::object({{"ended", round.ended.time_since_epoch().count()}, {"ways", std::move(ways)}}), 2);
}

std::string problems(const ProbeRound& round) {
    std::string all;
    for (const auto& way : round.ways)
        if (!way.problem.empty())
            all += std::format("{}{}: {}", all.empty() ? "" : "\n",
                               way.way == "smtp" ? "without a login" : "over port 465", way.problem);
    return all;
}

Notice change_notice(const ProbeRound& round, const settings::Settings& settings) {
    const auto text =
        round.good()
            ? std::string("A mail from this server to itself arrives again, without a login and over port 465.\n")
            : std::format(
                  "A mail from this server to itself does not arrive:\n\n{}\n\n"
                  "./mailserver.sh status tells how the services are, the log of the container "
                  "what happened.\nThere will be one more mail, when it is well again.\n",
                  problems(round));
    return {.to = settings.admin_account(),
            .subject = round.good() ? "Mail works again" : "Mail does not work",
            .topic = "mail-probe",
            .text = text};
}

}  // namespace

bool ProbeRound::good() const {
    return std::ranges::all_of(ways, [](const auto& way) { return way.problem.empty(); });
}

std::optional<ProbeRound> last_probe(const Installation& here) {
    const auto text = sys::read_file(file_of(here));
    const auto kept = text ? json::parse(*text) : std::unexpected(text.error());
    if (!kept) return {};
    ProbeRound round{.ended = base::SystemTime(std::chrono::seconds((*kept)["ended"].number())), .ways = {}};
    for (const auto& way : (*kept)["ways"].items())
        round.ways.push_back({way["way"].text(), way["seconds"].real(), way["problem"].text()});
    return round;
}

void fill_probe_figures(metrics::Registry& registry, const Installation& here) {
    const auto round = last_probe(here);
    if (!round) return;
    metrics::Series good, seconds;
    for (const auto& way : round->ways) {
        good[{way.way}] = way.problem.empty() ? 1 : 0;
        if (way.problem.empty()) seconds[{way.way}] = way.seconds;
    }
    registry.replace("mailserver_mail_probe_success", std::move(good));
    registry.replace("mailserver_mail_probe_seconds", std::move(seconds));
    registry.set("mailserver_mail_probe_timestamp_seconds",
                 static_cast<double>(round->ended.time_since_epoch().count()));
}

void MailProbe::work(const std::stop_token& stop) {
    auto round = probe(stop);
    if (!round.good() && certs::pause(second_try_after, stop)) round = probe(stop);
    if (stop.stop_requested()) return;
    const auto before = last_probe(here_);
    if (const auto kept = sys::write_file(file_of(here_), to_text(round), {.mode = 0600}); !kept)
        base::log("probe", kept.error().text);
    std::vector<std::string> warnings;
    if (!round.good())
        warnings.push_back("a mail of this server to itself does not arrive: " +
                           base::replace_all(problems(round), "\n", "; "));
    write_warnings(here_.warnings_folder(), "probe", warnings);
    if (round.good() == (!before || before->good())) return;
    if (const auto told = deliver(change_notice(round, settings_), round.ended); !told)
        base::log("probe", told.error().text);
}

ProbeRound MailProbe::probe(const std::stop_token& stop) {
    const auto address = address_of(settings_);
    ProbeRound round;
    const auto ready = password_.empty() ? prepare() : base::Result<>();
    const net::MailServer server{.hostname = settings_.hostname.str(),
                                 .address = "127.0.0.1",
                                 .ca_file = here_.certificate(),
                                 .user = address,
                                 .password = password_};
    for (const std::string_view way : {"smtp", "submission"}) {
        const auto id = crypto::random_token(12);
        const auto message_id = std::format("probe-{}@{}", id.value_or("0"), settings_.hostname.str());
        const auto mail =
            round_trip_mail("Probe", address, message_id, "Probe",
                            "The server sends this to itself to see that mail works.\r\n", base::RealClock().now());
        const auto began = std::chrono::steady_clock::now();
        auto done = ready;
        if (done)
            done = way == "smtp" ? net::hand_in(server, engines::inner_mail_port, address, mail)
                                 : net::submit(server, address, address, mail);
        if (done)
            if (const auto read = wait_for_message(server, message_id, longest_delivery, stop); !read)
                done = std::unexpected(read.error());
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        round.ways.push_back({std::string(way), took.count(), done ? "" : done.error().text});
    }
    // With a new password next time, in case it was that.
    if (!round.good()) password_ = {};
    // All there is, also what strangers wrote: nobody reads it.
    const auto emptied = sys::run({.argv = {"doveadm", "expunge", "-u", address, "mailbox", "*", "all"}, .stop = stop});
    if (!emptied) base::log("probe", emptied.error().text);
    round.ended = base::RealClock().now();
    return round;
}

base::Result<> MailProbe::prepare() {
    auto made = crypto::random_password();
    if (!made) return std::unexpected(made.error());
    if (const auto ready = prepare_account(address_of(settings_), *made, settings_, here_); !ready) return ready;
    password_ = std::move(*made);
    return {};
}

}  // namespace app
