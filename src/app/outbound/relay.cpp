#include "app/outbound/relay.h"

#include <algorithm>
#include <format>
#include <iostream>

#include "app/common/words.h"
#include "base/text.h"
#include "json/json.h"
#include "settings/values.h"

namespace app {
namespace {

using accounts::Relay;

constexpr std::string_view usage =
    "Usage: ./mailserver.sh relay <command> [options]\n"
    "   Servers of others through which mail of single senders leaves. All other mail leaves through RELAY_HOST of\n"
    "   settings.env or, without one, goes straight to where it belongs.\n"
    "   Commands:\n"
    "          list                        - The relays by sender, without their passwords.\n"
    "          add <sender> --host <name>  - Mail of this address, or of all in a domain (@example.org), leaves "
    "there.\n"
    "          del <sender>                - It does no longer.\n"
    "          help                        - Print help.\n"
    "   Options:\n"
    "          --port <number>             - 587 without it; 465: TLS from the first octet.\n"
    "          --user <login>              - The login there; the password is read from the only line of stdin.\n"
    "          --tls <how>                 - verify: only with a valid certificate (also without this option);\n"
    "                                        encrypt: with any; may: also without TLS, then no login.\n"
    "          --json                      - Print the result as JSON.\n";

constexpr std::string_view door = "./mailserver.sh relay";

std::unexpected<base::Error> wrong(std::string why, std::string remedy) {
    return base::fail(std::move(why), std::move(remedy), base::ErrorKind::usage);
}

/// An address or a domain (`@domain`) of ours, in lower case.
base::Result<std::string> sender_in(std::string_view word, const settings::Settings& settings) {
    const auto lower = base::lower(word);
    const auto address = base::EmailAddress::parse(lower.starts_with('@') ? "x" + lower : lower);
    if (!address)
        return wrong(std::format("'{}' is no address", base::printable(word, 80)),
                     "Write jens@example.org, or @example.org for all of a domain.");
    if (!std::ranges::contains(settings.domains(), address->domain()))
        return wrong(std::format("{} is none of this server's domains", address->domain().str()),
                     "A relay is for senders of DOMAIN and ADDITIONAL_DOMAINS.");
    return lower;
}

json::Value to_json(const Relay& relay) {
    return json::object({{"sender", relay.sender},
                         {"host", relay.host},
                         {"port", std::uint64_t{relay.port}},
                         {"user", relay.user},
                         {"tls", relay.tls}});
}

base::Result<> list(const RelayCommand& command, const Words& words) {
    const auto relays = command.store.relays();
    if (!relays) return std::unexpected(relays.error());
    if (words.has("--json")) {
        json::Array all;
        for (const auto& relay : *relays) all.push_back(to_json(relay));
        command.out << json::dump(json::object({{"relays", std::move(all)}}), 2) << '\n';
        return {};
    }
    std::string text;
    for (const auto& [sender, host, port, user, password, tls] : *relays)
        text += std::format("{}  through {}:{} ({}{})\n", sender, host, port,
                            user.empty() ? "" : base::printable(user, 100) + ", ", tls);
    if (const auto& all = command.settings.relay; all.host)
        text += std::format("everybody else  through {}:{} (RELAY_HOST)\n", all.host->str(), all.port);
    command.out << (text.empty() ? "All mail goes straight to where it belongs.\n" : text);
    return {};
}

base::Result<Relay> relay_in(const RelayCommand& command, const Words& words) {
    Relay relay;
    auto sender = sender_in(words.plain[0], command.settings);
    if (!sender) return std::unexpected(sender.error());
    relay.sender = std::move(*sender);
    const auto host = base::Hostname::parse(words.value("--host"));
    if (!host) return wrong(std::format("--host: {}", host.error().text), "--host smtp.provider.example");
    if (*host == command.settings.hostname) return wrong("--host is this server itself", "Name another one.");
    relay.host = host->str();
    if (words.has("--port")) {
        const auto port = settings::parse_count(words.value("--port"), 1, 65535);
        if (!port) return wrong("--port: " + port.error().text, "--port 587");
        relay.port = *port;
    }
    if (words.has("--tls")) {
        const auto tls = settings::parse_relay_tls(words.value("--tls"));
        if (!tls) return wrong("--tls: " + tls.error().text, "--tls verify");
        relay.tls = *tls;
    }
    if (relay.tls == "may" && relay.port == 465)
        return wrong("port 465 has nothing but TLS", "Write --tls verify or --tls encrypt.");
    if (!words.has("--user")) return relay;
    if (relay.tls == "may")
        return wrong("a password is never sent without TLS", "Write --tls verify or --tls encrypt.");
    const auto user = settings::parse_login(words.value("--user"));
    if (!user || user->empty() || base::printable(*user) != *user)
        return wrong("--user: it is empty, or has a colon or a control character in it",
                     "--user jens@provider.example");
    auto password = line_of(command.in, "password");
    if (!password) return std::unexpected(password.error());
    if (password->empty() || std::ranges::any_of(*password, [](char c) { return c >= 0 && c < ' '; }))
        return wrong("the password is empty or has a control character in it", "Write it to stdin as one line.");
    relay.user = *user;
    relay.password = base::Secret(std::move(*password));
    return relay;
}

base::Result<> add(const RelayCommand& command, const Words& words) {
    const auto relay = relay_in(command, words);
    if (!relay) return std::unexpected(relay.error());
    if (const auto added = command.store.add_relay(*relay); !added) return added;
    if (words.has("--json"))
        command.out << json::dump(to_json(*relay)) << '\n';
    else
        command.out << std::format("Mail of {} leaves through {}:{}.\n", relay->sender, relay->host, relay->port);
    return {};
}

base::Result<> del(const RelayCommand& command, const Words& words) {
    const auto sender = base::lower(words.plain[0]);
    if (const auto removed = command.store.remove_relay(base::printable(sender, 320)); !removed) return removed;
    if (words.has("--json"))
        command.out << json::dump(json::object({{"result", "removed"}, {"sender", sender}})) << '\n';
    else
        command.out << std::format("Mail of {} has no relay of its own any more.\n", sender);
    return {};
}

struct Row {
    Form form;
    base::Result<> (*run)(const RelayCommand&, const Words&);
};

constexpr Row rows[] = {
    {{.name = "list", .door = door}, list},
    {{.name = "add",
      .words = "<sender> --host <name>",
      .least = 1,
      .most = 1,
      .options = "--host= --port= --user= --tls=",
      .door = door},
     add},
    {{.name = "del", .words = "<sender>", .least = 1, .most = 1, .door = door}, del},
};

}  // namespace

base::Result<> RelayCommand::run(Arguments words) const {
    const auto chosen = choose(rows, words);
    if (!chosen) return std::unexpected(chosen.error());
    return chosen->first->run(*this, chosen->second);
}

base::ExitCode relay_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (asks_for_help(arguments)) return print(std::string(usage));
    auto store = accounts::Store::open(here.accounts_database());
    if (!store) return report(store.error());
    const auto done =
        RelayCommand{.settings = settings, .store = *store, .in = std::cin, .out = std::cout}.run(arguments);
    return done ? base::ExitCode::ok : report(done.error());
}

}  // namespace app
