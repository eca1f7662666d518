#include "app/keys/dkim.h"

#include <format>
#include <vector>

#include "base/text.h"
#include "bootstrap/signing.h"
#include "dkim/record.h"
#include "dnscheck/records.h"
#include "engines/rspamd/signing.h"
#include "json/json.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   Commands:\n"
    "          list                       - Show the keys of every domain, and which of them sign.\n"
    "          next [<domain>]            - Make the next keys, and show their records. A key signs once every\n"
    "                                       name server shows its record, which is asked every half hour.\n"
    "          use <selector> [<domain>]  - Let a key sign at once, without asking the DNS.\n"
    "          help                       - Print help.\n"
    "   Options:\n"
    "          --json                     - Print the list as JSON.\n";

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh dkim help` tells what there is.", base::ErrorKind::usage);
}

struct Site {
    const settings::Settings& settings;
    const Installation& here;
    dkim::Keys keys;
};

/// The domains a command is about: the one it names, or all.
base::Result<std::vector<base::Domain>> domains(const Site& site, Arguments words) {
    if (words.empty()) return site.settings.domains();
    const auto wanted = base::Domain::parse(words[0]);
    for (const auto& domain : site.settings.domains())
        if (wanted && domain == *wanted) return std::vector{domain};
    return base::fail(std::format("'{}' is no domain of this server", base::printable(words[0], 100)),
                      "DOMAIN and ADDITIONAL_DOMAINS in settings.env have them.", base::ErrorKind::not_found);
}

/// What the rings say becomes what is signed.
base::Result<> put_in_force(const Site& site) {
    if (const auto written = bootstrap::write_signing(site.settings, site.here); !written) return written;
    // Without a running filter there is nobody to tell: it reads the file when it starts.
    const auto told = sys::run(engines::reread_signing());
    if (!told) return base::context("cannot tell the spam filter", told.error());
    return {};
}

std::string_view meaning(dkim::State state) {
    switch (state) {
        case dkim::State::announced:
            return "signs once its record is in the DNS";
        case dkim::State::signing:
            return "signs";
        case dkim::State::retired:
            return "signed before; its record must stay";
    }
    return "";
}

/// The line of a zone file.
std::string record_of(const base::Domain& domain, const dkim::PublicKey& key) {
    return dnscheck::zone_line({.id = {},
                                .subject = domain.str(),
                                .name = dkim::record_name(key.key.selector, domain),
                                .type = resolver::Type::TXT,
                                .value = key.value,
                                .why = {}}) +
           "\n";
}

base::Result<std::string> list(const Site& site, bool as_json) {
    auto all = json::array();
    std::string text;
    for (const auto& domain : site.settings.domains()) {
        const auto keys = dkim::public_keys(site.keys, domain);
        if (!keys) return std::unexpected(keys.error());
        text += domain.str() + "\n";
        for (const auto& [key, value] : *keys) {
            text += std::format("    {:<30} {:<8} {} (since {:%F})\n", key.selector, name(key.algorithm),
                                meaning(key.state), key.since);
            if (key.state == dkim::State::announced) text += record_of(domain, {key, value});
            all.add(json::object({{"domain", domain.str()},
                                  {"selector", key.selector},
                                  {"algorithm", name(key.algorithm)},
                                  {"state", name(key.state)},
                                  {"since", std::format("{:%FT%TZ}", key.since)},
                                  {"record", dkim::record_name(key.selector, domain)},
                                  {"value", value}}));
        }
    }
    return as_json ? json::dump(all, 2) + "\n" : text;
}

base::Result<std::string> next(const Site& site, Arguments words, base::SystemTime now) {
    if (words.size() > 1) return wrong("cannot make keys: next takes one domain at most");
    const auto wanted = domains(site, words);
    if (!wanted) return std::unexpected(wanted.error());
    std::string text;
    for (const auto& domain : *wanted) {
        if (const auto announced = dkim::announce_next(site.keys, domain, now); !announced)
            return std::unexpected(announced.error());
        const auto keys = dkim::public_keys(site.keys, domain);
        if (!keys) return std::unexpected(keys.error());
        for (const auto& key : *keys)
            if (key.key.state == dkim::State::announced) text += record_of(domain, key);
    }
    return text +
           "Publish these records. Half an hour after every name server shows one, its key signs at the latest.\n";
}

base::Result<std::string> use(const Site& site, Arguments words, base::SystemTime now) {
    if (words.empty() || words.size() > 2) return wrong("cannot use a key: use takes a selector, and a domain");
    const auto wanted = domains(site, words.subspan(1));
    if (!wanted) return std::unexpected(wanted.error());
    for (const auto& domain : *wanted)
        if (const auto taken = dkim::take_over(site.keys, domain, words[0], now); !taken)
            return std::unexpected(taken.error());
    if (const auto put = put_in_force(site); !put) return std::unexpected(put.error());
    return std::format("{} signs from now on.\n", words[0]);
}

}  // namespace

base::ExitCode dkim_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const auto [words, as_json] = without_json(arguments);
    if (asks_for_help(words)) return print(std::string(usage));
    auto keys = bootstrap::dkim_keys(settings, here);
    if (!keys) return report(keys.error());
    const Site site{settings, here, std::move(*keys)};
    const auto rest = Arguments(words).subspan(1);
    const auto now = base::RealClock().now();
    const auto said =
        words[0] == "list" && rest.empty() ? list(site, as_json)
        : words[0] == "next"               ? next(site, rest, now)
        : words[0] == "use"
            ? use(site, rest, now)
            : base::Result<std::string>(wrong(std::format("there is no command '{}'", base::printable(words[0], 40))));
    return print(said);
}

base::Result<std::vector<std::string>> move_dkim_keys_on(const settings::Settings& settings, const Installation& here,
                                                         const IsPublished& is_published, base::SystemTime now) {
    auto keys = bootstrap::dkim_keys(settings, here);
    if (!keys) return std::unexpected(keys.error());
    const Site site{settings, here, std::move(*keys)};
    std::vector<std::string> done;
    for (const auto& domain : settings.domains()) {
        const auto all = dkim::public_keys(site.keys, domain);
        if (!all) return std::unexpected(all.error());
        for (const auto& [key, value] : *all) {
            if (key.state != dkim::State::announced || !is_published(dkim::record_name(key.selector, domain), value))
                continue;
            if (const auto taken = dkim::take_over(site.keys, domain, key.selector, now); !taken)
                return std::unexpected(taken.error());
            done.push_back(std::format("{}: every name server shows the record of {}, so it signs from now on",
                                       domain.str(), key.selector));
        }
        if (const auto forgotten = dkim::forget_retired(site.keys, domain, now); !forgotten)
            return std::unexpected(forgotten.error());
    }
    if (!done.empty())
        if (const auto put = put_in_force(site); !put) return std::unexpected(put.error());
    return done;
}

}  // namespace app
