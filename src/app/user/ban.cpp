#include "app/user/ban.h"

#include <format>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/text.h"
#include "json/json.h"
#include "logins/ban_store.h"

namespace app {
namespace {

using logins::Ban;

constexpr std::string_view usage =
    "   Who is banned cannot log in: IMAP, POP3, ManageSieve, sending with a login. Mail from there still arrives,\n"
    "   and sessions that are open stay open. The server bans who guesses passwords by itself, for a while.\n"
    "   Commands:\n"
    "          list                       - Show the bans in force.\n"
    "          add <network>              - Ban a network, such as 203.0.113.0/24, or an address.\n"
    "          del <network> | <user>     - Lift all bans of a network, or all of a user, and forget what led to "
    "them.\n"
    "          help                       - Print help.\n"
    "   Options:\n"
    "          --for <time>               - add: such as 90s, 30m, 12h, 7d. Without it: until it is lifted.\n"
    "          --reason <text>            - add: a note for the list.\n"
    "          --json                     - Print the result as JSON.\n";

constexpr std::size_t longest_reason = 200;

struct Words {
    std::vector<std::string_view> plain;
    std::optional<std::string_view> duration, reason;
    bool as_json = false;
};

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh ban help` tells what there is.", base::ErrorKind::usage);
}

base::Result<Words> parse_words(Arguments arguments) {
    Words words;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto word = arguments[i];
        auto* value = word == "--for" ? &words.duration : word == "--reason" ? &words.reason : nullptr;
        if (value) {
            if (i + 1 == arguments.size()) return wrong(std::format("{} needs a word behind it", word));
            *value = arguments[++i];
        } else if (word == "--json") {
            words.as_json = true;
        } else if (word.starts_with("--") && word != "--help") {
            return wrong(std::format("there is no option '{}'", base::printable(word, 40)));
        } else {
            words.plain.push_back(word);
        }
    }
    return words;
}

base::Result<base::IpNetwork> network_called(std::string_view word, std::string_view what) {
    auto network = base::IpNetwork::parse(word);
    if (!network)
        return base::fail(std::format("{} '{}': {}", what, base::printable(word, 60), network.error().text),
                          "Write an address or a network, such as 203.0.113.0/24 or 2001:db8::/32.",
                          base::ErrorKind::usage);
    return network;
}

std::string utc(base::SystemTime time) {
    return std::format("{:%F %T}", time);
}

std::string iso(base::SystemTime time) {
    return std::format("{:%FT%TZ}", time);
}

json::Value to_json(const Ban& ban) {
    return json::object({{"network", ban.network ? json::Value(ban.network->label()) : json::Value()},
                         {"account", ban.account.empty() ? json::Value() : json::Value(ban.account)},
                         {"by_hand", ban.by_hand},
                         {"since", iso(ban.since)},
                         {"until", ban.until ? json::Value(iso(*ban.until)) : json::Value()},
                         {"tries", ban.tries},
                         {"reason", ban.reason}});
}

base::Result<std::string> list(logins::BanStore& store, bool as_json, base::SystemTime now) {
    const auto bans = store.all(now);
    if (!bans) return std::unexpected(bans.error());
    if (as_json) {
        auto all = json::array();
        for (const auto& ban : *bans) all.add(to_json(ban));
        return json::dump(all, 2) + "\n";
    }
    if (bans->empty()) return "Nobody is banned.\n";
    std::size_t width = std::string_view("WHO").size();
    for (const auto& ban : *bans) width = std::max(width, base::printable(ban.subject()).size());
    auto table = std::format("{:<{}}  {:<19}  {:<19}  {}\n", "WHO", width, "SINCE (UTC)", "UNTIL (UTC)", "REASON");
    for (const auto& ban : *bans)
        table += std::format("{:<{}}  {:<19}  {:<19}  {}{}\n", base::printable(ban.subject()), width, utc(ban.since),
                             ban.until ? utc(*ban.until) : "lifted by hand", ban.by_hand ? "by hand" : ban.reason,
                             ban.by_hand && !ban.reason.empty() ? ": " + ban.reason : "");
    return table;
}

/// What must stay able to log in.
std::optional<std::string> protected_by(const base::IpNetwork& network, const settings::Settings& settings,
                                        const Installation& here) {
    // A slip in the prefix would shut the world out.
    if (network.prefix_length() < (network.address().is_v4() ? 8u : 19u)) return "this is a large part of the internet";
    for (const auto loopback : {"127.0.0.0/8", "::1"})
        if (base::IpNetwork::parse(loopback)->contains(network)) return "the server itself is there";
    for (const auto& trusted : settings.login_trusted_networks)
        if (trusted.contains(network)) return "LOGIN_TRUSTED_NETWORKS names it";
    for (const auto& address : here.stand_ins)
        if (base::IpNetwork::of(address, 128).contains(network))
            return "a client whose address was lost on the way comes with this one, so it may be anybody";
    return std::nullopt;
}

base::Result<std::string> add(logins::BanStore& store, const Words& words, const settings::Settings& settings,
                              const Installation& here, base::SystemTime now) {
    if (words.plain.size() != 2) return wrong("cannot ban: add takes one network");
    const auto network = network_called(words.plain[1], "cannot ban");
    if (!network) return std::unexpected(network.error());
    const auto what = "cannot ban " + network->label();
    if (const auto why = protected_by(*network, settings, here))
        return base::fail(what + ": " + *why, "Name a smaller or another network.", base::ErrorKind::usage);
    Ban ban{.network = *network, .account = {}, .since = now, .until = {}, .by_hand = true, .reason = {}};
    if (words.duration) {
        const auto length = parse_duration(*words.duration);
        if (!length) return base::context(what, length.error());
        ban.until = now + *length;
    }
    ban.reason = base::printable(base::trim(words.reason.value_or("")), longest_reason);
    if (const auto added = store.add(ban, now); !added) {
        if (added.error().kind != base::ErrorKind::exists) return base::context(what, added.error());
        return base::fail(what + ": it is banned by hand already",
                          "To change it, lift it first: ./mailserver.sh ban del.", base::ErrorKind::exists);
    }
    if (words.as_json) return json::dump(to_json(ban), 2) + "\n";
    return std::format("Banned {} {}.\n", network->label(),
                       ban.until ? "until " + utc(*ban.until) + " UTC" : "for good");
}

/// A ban that goes on for this network after its own ones were lifted.
base::Result<std::optional<Ban>> wider(logins::BanStore& store, const base::IpNetwork& network, base::SystemTime now) {
    const auto bans = store.all(now);
    if (!bans) return std::unexpected(bans.error());
    for (const auto& ban : *bans)
        if (ban.account.empty() && ban.network && ban.network->contains(network)) return ban;
    return std::nullopt;
}

base::Result<std::string> del(logins::BanStore& store, const Words& words, base::SystemTime now) {
    if (words.plain.size() != 2) return wrong("cannot lift a ban: del takes a network or a user");
    const auto word = words.plain[1];
    base::Result<std::int64_t> gone = 0;
    std::optional<Ban> other;
    auto name = base::printable(base::lower(word), 320);
    if (word.contains('@')) {
        gone = store.remove_account(base::lower(word));
    } else {
        const auto network = network_called(word, "cannot lift the ban of");
        if (!network) return std::unexpected(network.error());
        // A single IPv6 address is counted with its neighbours.
        gone = store.remove_network(*network);
        if (gone && *gone == 0 && network->prefix_length() == 128)
            gone = store.remove_network(base::IpNetwork::of_one_client(network->address()));
        const auto found = wider(store, *network, now);
        if (!found) return std::unexpected(found.error());
        other = *found;
        name = network->label();
    }
    if (!gone) return std::unexpected(gone.error());
    const auto rest = other ? std::format("{} is banned, too.", other->network->label()) : std::string();
    if (*gone == 0)
        return base::fail(std::format("cannot lift the ban of {}: there is none", name),
                          rest.empty() ? "`./mailserver.sh ban list` shows all." : rest, base::ErrorKind::not_found);
    if (words.as_json) return json::dump(json::object({{"lifted", *gone}}), 2) + "\n";
    return std::format("Lifted: {}.{}{}\n", name, rest.empty() ? "" : " ", rest);
}

base::Result<std::string> run(const Words& words, const settings::Settings& settings, const Installation& here) {
    const auto command = words.plain[0];
    if (command != "list" && command != "add" && command != "del")
        return wrong(std::format("there is no command '{}'", base::printable(command, 40)));
    if (command != "add" && (words.duration || words.reason)) return wrong("--for and --reason belong to add");
    auto store = logins::BanStore::open(here.bans_database());
    if (!store) return std::unexpected(store.error());
    const auto now = base::RealClock().now();
    if (command == "add") return add(*store, words, settings, here, now);
    if (command == "del") return del(*store, words, now);
    return words.plain.size() == 1 ? list(*store, words.as_json, now) : wrong("cannot list: list takes no words");
}

}  // namespace

base::Result<std::chrono::seconds> parse_duration(std::string_view text) {
    if (const auto length = base::parse_duration(text)) return *length;
    return base::fail(std::format("'{}' is no time of at most ten years", base::printable(text, 40)),
                      "Write a number and s, m, h, d or w: --for 12h.", base::ErrorKind::usage);
}

std::size_t count_bans(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return 0;
    auto store = logins::BanStore::open(file);
    const auto bans = store ? store->all(base::RealClock().now()) : std::unexpected(store.error());
    return bans ? bans->size() : 0;
}

base::ExitCode ban_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const auto words = parse_words(arguments);
    if (!words) return report(words.error());
    return print(asks_for_help(words->plain) ? std::string(usage) : run(*words, settings, here));
}

}  // namespace app
