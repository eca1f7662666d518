#include "app/import/imap.h"

#include <format>
#include <iostream>

#include "app/sync/mail_bar.h"
#include "app/sync/sync.h"
#include "base/text.h"
#include "json/json.h"

namespace app {
namespace {

constexpr Form form{.name = "imap",
                    .words = "--user <user@domain> --host <name> --login <login> --password-stdin",
                    .options = "--user= --host= --port= --login= --map= --tls= --password-stdin",
                    .door = "./mailserver.sh import"};

base::Result<SyncRun> run_in(const Words& words, const settings::Settings& settings, const Installation& here) {
    const auto address = base::EmailAddress::parse(words.value("--user"));
    if (!address)
        return base::fail(std::format("--user: {}", address.error().text), "--user jens@example.org",
                          base::ErrorKind::usage);
    auto store = accounts::Store::open(here.accounts_database());
    if (!store) return std::unexpected(store.error());
    if (const auto account = store->get(*address); !account) return std::unexpected(account.error());
    auto provider = provider_in(words, settings, std::cin);
    if (!provider) return std::unexpected(provider.error());
    provider->address = address->str();
    auto run = run_of(*provider);
    run.job.flags = false;
    run.job.again = true;
    return run;
}

std::string told(const SyncDone& done, const Words& words) {
    if (words.has("--json")) {
        json::Array left_out;
        for (const auto& one : done.left_out) left_out.emplace_back(one);
        return json::dump(json::object({{"copied", done.counts.copied_here},
                                        {"refused", done.refused},
                                        {"folders", std::uint64_t{done.folders}},
                                        {"left_out", std::move(left_out)}}),
                          2) +
               "\n";
    }
    auto text =
        std::format("Copied {} mails; all of {} folders are here now.\n", done.counts.copied_here, done.folders);
    for (const auto& one : done.left_out) text += "Left out: " + one + "\n";
    return text;
}

base::Result<std::string> import(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const auto words = sort_out(form, arguments);
    if (!words) return std::unexpected(words.error());
    auto run = run_in(*words, settings, here);
    if (!run) return std::unexpected(run.error());
    MailBar bar;
    if (!words->has("--json"))
        run->on_progress = [&](std::uint64_t done, std::uint64_t total) { bar.draw(done, total); };
    const auto done = run_sync(std::move(*run), settings, here);
    if (!done) {
        auto error = done.error();
        if (error.remedy.empty()) error.remedy = "Start it again: it goes on where it was.";
        return std::unexpected(std::move(error));
    }
    if (done->refused > 0)
        return base::fail(std::format("cannot copy {} of the mails ({} are copied): {}", done->refused,
                                      done->counts.copied_here, done->refusal),
                          "Start it again once they can be taken; the others are not copied twice.");
    return told(*done, *words);
}

}  // namespace

base::ExitCode import_imap(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    return print(import(arguments, settings, here));
}

}  // namespace app
