#include "app/support/support_bundle.h"

#include <unistd.h>

#include <format>
#include <iostream>
#include <iterator>
#include <span>

#include "accounts/store.h"
#include "app/common/settings_source.h"
#include "app/common/version.h"
#include "app/support/redact.h"
#include "base/text.h"
#include "bootstrap/start.h"
#include "engines/inner_door.h"
#include "settings/table.h"
#include "sys/command.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   What somebody who helps you has to know, as one text: versions, settings, the engines' configuration, the "
    "state\n"
    "   of the services, the end of the log. Passwords and keys are taken out, names of people are numbers; read it\n"
    "   before you give it away all the same.\n";

constexpr std::size_t most_of_log = 4 * 1024 * 1024;
constexpr std::size_t most_of_section = 512 * 1024;

/// Its value is hidden, whoever's it is: without a file of settings there are other programs' variables among them.
bool sounds_secret(std::string_view key) {
    for (const std::string_view word : {"PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "WEBHOOK"})
        if (base::upper(key).contains(word)) return true;
    return false;
}

bool is_secret(std::string_view key) {
    for (const auto rows : settings::table())
        for (const auto& row : rows)
            if (row.key == key) return row.secret;
    return sounds_secret(key);
}

/// What the texts are cleaned of, as far as it is known.
Redactor redactor_for(std::span<const settings::Entry> entries, const settings::Settings& settings,
                      const Installation& here) {
    std::vector<std::string> secrets, people;
    for (const auto& entry : entries) {
        if (!is_secret(entry.key)) continue;
        secrets.push_back(entry.value);
        // Settings with several secrets: "NAME=value NAME=value".
        for (const auto word : base::words(entry.value))
            if (const auto sign = word.find('='); sign != std::string_view::npos)
                secrets.emplace_back(word.substr(sign + 1));
    }
    for (const auto& file : {here.first_password(), here.srs_secret(), here.metrics_token(),
                             here.backup_files() + "/password", engines::inner_key_file(here)})
        if (const auto text = sys::read_file(file, 64 * 1024))
            for (const auto line : base::split(*text, '\n')) secrets.emplace_back(base::trim(line));
    if (auto store = accounts::Store::open(bootstrap::workspace_of(settings, here.workspace).database())) {
        if (const auto relays = store->relays())
            for (const auto& relay : *relays) secrets.push_back(relay.password.reveal());
        if (const auto syncs = store->syncs())
            for (const auto& sync : *syncs) secrets.push_back(sync.password.reveal());
        if (const auto accounts = store->list())
            for (const auto& account : *accounts) people.push_back(account.address);
    }
    return Redactor(std::move(secrets), people);
}

std::string settings_text(std::span<const settings::Entry> entries) {
    std::string text;
    for (const auto rows : settings::table())
        for (const auto& row : rows)
            for (const auto& entry : entries)
                if (entry.key == row.key && entry.value != row.default_text)
                    text += std::format("{}={}\n", row.key, row.secret ? "(set)" : base::printable(entry.value));
    return text;
}

std::string output_of(std::vector<std::string> argv) {
    const auto done =
        sys::run({.argv = std::move(argv), .most_output = most_of_section, .timeout = std::chrono::seconds(20)});
    if (!done) return done.error().text + "\n";
    return done->exit_code == 0 ? done->output : std::format("{}(exit code {})\n", done->output, done->exit_code);
}

struct Section {
    std::string_view title;
    std::vector<std::string> argv;
};

std::vector<Section> sections() {
    const std::string self = "/proc/self/exe";
    return {{"Status", {self, "status"}},
            {"Configuration", {self, "check-config"}},
            {"Machine", {"sh", "-c", "uname -a; uptime; df -h; df -i; free -m 2>/dev/null || head -5 /proc/meminfo"}},
            {"Packages",
             {"dpkg-query", "--show", "postfix", "dovecot-core", "rspamd", "valkey-server", "unbound", "postsrsd",
              "clamav-daemon", "victoria-metrics"}},
            {"Postfix: main.cf", {"postconf", "-n"}},
            {"Postfix: master.cf", {"postconf", "-M"}},
            {"Dovecot", {"doveconf", "-n"}},
            {"Queue", {"qshape", "-s", "active", "deferred", "hold"}}};
}

}  // namespace

base::ExitCode support_bundle_command(Arguments arguments, const settings::Settings& settings,
                                      const Installation& here) {
    const bool with_log = arguments.size() == 1 && arguments[0] == "-";
    if (!arguments.empty() && asks_for_help(arguments)) return print(std::string(usage));
    if (!arguments.empty() && !with_log) return report(usage_error("support-bundle", "[-]"));
    const auto entries = present_entries(here);
    auto redactor = redactor_for(entries, settings, here);
    const auto show = [&](std::string_view title, std::string_view text) {
        std::cout << std::format("\n===== {}\n\n{}", title, redactor.clean(text));
    };
    std::cout << std::format("Support bundle of mailserver {}. Passwords and keys are taken out, people are numbers.\n",
                             version);
    show("Settings that are not the default", settings_text(entries));
    for (const auto& [title, argv] : sections()) show(title, output_of(argv));
    show("Last DNS check", sys::read_file(here.state() + "/dns-check.json").value_or("none\n"));
    if (!with_log) return base::ExitCode::ok;
    std::string log{std::istreambuf_iterator<char>(std::cin), {}};
    if (log.size() > most_of_log) log.erase(0, log.find('\n', log.size() - most_of_log) + 1);
    show("Log", log);
    return base::ExitCode::ok;
}

}  // namespace app
