#include "app/keys/tlsa.h"

#include <format>
#include <string>

#include "base/text.h"
#include "certs/keys.h"
#include "certs/published.h"
#include "dnscheck/records.h"
#include "json/json.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   Commands:\n"
    "          list    - Show the keys of the certificate, and their TLSA records. A new certificate gets the next\n"
    "                    key when every name server has shown its record for two TTLs, or there is no TLSA record\n"
    "                    at all; otherwise it keeps the present key.\n"
    "          use     - Let the next certificate have the next key without asking the DNS.\n"
    "          help    - Print help.\n"
    "   Options:\n"
    "          --json  - Print the list as JSON.\n";

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh tlsa help` tells what there is.", base::ErrorKind::usage);
}

std::string_view meaning(bool in_use, const certs::Published& known) {
    if (in_use) return "in the certificate";
    return known.next_shown ? "next; every name server shows its record" : "next; waits for its record";
}

base::Result<std::string> list(const settings::Settings& settings, const certs::Published& known, bool as_json) {
    auto all = json::array();
    std::string text;
    for (const auto& key : known.keys) {
        const bool in_use = key == known.keys.front();
        const auto record = dnscheck::tlsa_record(settings.hostname, key);
        text += std::format("{}:\n{}\n", meaning(in_use, known), dnscheck::zone_line(record));
        all.add(json::object({{"state", in_use ? "used" : "next"},
                              {"shown", !in_use && known.next_shown.has_value()},
                              {"record", record.name},
                              {"value", record.value}}));
    }
    if (known.keys.empty()) text = "There is no certificate yet, or its key may change at any time.\n";
    return as_json ? json::dump(all, 2) + "\n" : text;
}

base::Result<std::string> use(const settings::Settings& settings, const certs::Options& options) {
    if (options.mode != settings::TlsMode::acme)
        return wrong("cannot use another key: this server makes its keys with TLS_MODE=acme only");
    if (const auto taken =
            certs::take_over_next_key({.letsencrypt = options.letsencrypt(), .hostname = settings.hostname});
        !taken)
        return base::fail("cannot use the next key: " + taken.error().text,
                          "It is made when there is a certificate; see ./mailserver.sh status.", taken.error().kind);
    return "The next certificate has the next key. See `tlsa list` for the record, which must be there by then.\n";
}

}  // namespace

base::ExitCode tlsa_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const auto [words, as_json] = without_json(arguments);
    if (asks_for_help(words)) return print(std::string(usage));
    auto options = certs::options_from(settings);
    options.workspace = here.workspace;
    if (words.size() == 1 && words[0] == "list") return print(list(settings, certs::published(options), as_json));
    if (words.size() == 1 && words[0] == "use") return print(use(settings, options));
    return print(
        base::Result<std::string>(wrong(std::format("there is no command '{}'", base::printable(words[0], 40)))));
}

}  // namespace app
