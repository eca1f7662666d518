#include "app/outbound/outbound.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <iostream>

#include "accounts/store.h"
#include "app/common/words.h"
#include "app/outbound/listing.h"
#include "base/text.h"
#include "json/json.h"

namespace app {
namespace {

using outbound::AccountState;
using outbound::HeldMail;
using outbound::Store;

constexpr std::string_view usage =
    "Usage: ./mailserver.sh outbound <command> [options]\n"
    "   An account that sends like a machine is stopped: its mail to other servers is taken and held.\n"
    "   Commands:\n"
    "          list [<account>]               - Who is stopped or trusted, and what is held.\n"
    "          release <account>              - Send what is held; the account may send again, its counts begin\n"
    "                                           anew.\n"
    "          release <queue id>             - Send this mail only; the account stays as it is.\n"
    "          purge --yes <account>          - Delete what is held; the account stays stopped until `release`.\n"
    "          purge --yes <queue id>         - Delete this mail.\n"
    "          trust <account> [--for <time>] - No limits for it (30m, 12h, 1d, 2w; otherwise for good), and the end\n"
    "                                           of its stop. What is held stays held until `release`.\n"
    "          untrust <account>              - The limits hold again.\n"
    "          help                           - Print help.\n"
    "   Options:\n"
    "          --json                         - Print the result as JSON.\n";

constexpr std::string_view door = "./mailserver.sh outbound";

std::unexpected<base::Error> nothing_of(std::string_view account) {
    return base::fail(std::format("{} is not stopped, and nothing of it is held", account),
                      "`./mailserver.sh outbound list` shows who is.", base::ErrorKind::not_found);
}

std::vector<std::string> ids_of(const std::vector<HeldMail>& held) {
    std::vector<std::string> ids;
    for (const auto& mail : held) ids.push_back(mail.mail.id);
    return ids;
}

/// What one decision is about: a whole account, or one mail of it.
struct Chosen {
    std::string account;
    bool whole = false;
    bool stopped = false;
    std::vector<HeldMail> mails;
};

/// One run of a command, with the store open.
class Session {
  public:
    Session(const OutboundCommand& command, Store store, const Words& words)
        : command_(command), store_(std::move(store)), words_(words) {}

    base::Result<> list() {
        auto all = states();
        if (!all) return std::unexpected(all.error());
        if (!words_.plain.empty()) {
            const auto account = address();
            if (!account) return std::unexpected(account.error());
            std::erase_if(*all, [&](const AccountState& state) { return state.account != account->str(); });
        }
        command_.out << (words_.has("--json") ? outbound_json(*all) : outbound_text(*all));
        return {};
    }

    base::Result<> release() {
        const auto chosen = choose();
        if (!chosen) return std::unexpected(chosen.error());
        // First the end of the stop: what comes in meanwhile is not held any more.
        if (chosen->whole)
            if (const auto ended = store_.let_go(chosen->account); !ended) return std::unexpected(ended.error());
        if (const auto known = learn(*chosen); !known) return known;
        const auto ids = ids_of(chosen->mails);
        if (!ids.empty())
            if (const auto gone = command_.queue.release(ids); !gone) return gone;
        if (const auto forgotten = store_.forget_held(ids); !forgotten) return forgotten;
        tell("released", *chosen,
             std::format("Released {} of {}.{}", mails(ids.size()), chosen->account,
                         chosen->whole ? " It may send again." : ""));
        return {};
    }

    base::Result<> purge() {
        const auto chosen = choose();
        if (!chosen) return std::unexpected(chosen.error());
        const auto count = mails(chosen->mails.size());
        if (!words_.has("--yes"))
            return base::fail(std::format("cannot delete {} of {} without --yes", count, chosen->account),
                              std::format("Once more: {} purge --yes {}", door, words_.plain[0]),
                              base::ErrorKind::usage);
        const auto ids = ids_of(chosen->mails);
        if (!ids.empty())
            if (const auto gone = command_.queue.remove(ids, queue::on_hold); !gone) return gone;
        if (const auto forgotten = store_.forget_held(ids); !forgotten) return forgotten;
        tell("purged", *chosen,
             std::format(
                 "Deleted {} of {}.{}", count, chosen->account,
                 chosen->stopped ? std::format(" It stays stopped until: {} release {}", door, chosen->account) : ""));
        return {};
    }

    base::Result<> trust() {
        const auto account = address();
        if (!account) return std::unexpected(account.error());
        const auto there = command_.has_account(*account);
        if (!there) return std::unexpected(there.error());
        if (!*there)
            return base::fail(std::format("there is no account {}", account->str()), "`./user.sh list` shows all.",
                              base::ErrorKind::not_found);
        outbound::Trust trust{.account = account->str(), .until = std::nullopt};
        if (words_.has("--for")) {
            const auto span = outbound::parse_span(words_.value("--for"));
            if (!span)
                return base::fail(std::format("cannot trust for '{}'", base::printable(words_.value("--for"), 40)),
                                  "It is a number with m, h, d or w, at most ten years: --for 1d",
                                  base::ErrorKind::usage);
            trust.until = command_.clock.now() + *span;
        }
        if (const auto kept = store_.trust(trust); !kept) return kept;
        if (const auto ended = store_.let_go(trust.account); !ended) return std::unexpected(ended.error());
        const auto until = trust.until ? std::format("until {} UTC", moment(*trust.until)) : "for good";
        say(json::object(
                {{"result", "trusted"},
                 {"account", trust.account},
                 {"until", trust.until ? json::Value(std::format("{:%FT%TZ}", *trust.until)) : json::Value()}}),
            std::format("{} is trusted {}: it has no limits.", trust.account, until));
        return {};
    }

    base::Result<> untrust() {
        const auto account = address();
        if (!account) return std::unexpected(account.error());
        const auto ended = store_.untrust(account->str());
        if (!ended) return std::unexpected(ended.error());
        if (!*ended)
            return base::fail(std::format("{} is not trusted", account->str()),
                              "`./mailserver.sh outbound list` shows who is.", base::ErrorKind::not_found);
        say(json::object({{"result", "untrusted"}, {"account", account->str()}}),
            std::format("The limits hold for {} again.", account->str()));
        return {};
    }

  private:
    base::Result<base::EmailAddress> address() const {
        auto parsed = base::EmailAddress::parse(words_.plain[0]);
        if (!parsed) return base::fail(parsed.error().text, parsed.error().remedy, base::ErrorKind::usage);
        return parsed;
    }

    base::Result<std::vector<AccountState>> states() {
        const auto known = outbound::known(store_, command_.clock.now());
        if (!known) return std::unexpected(known.error());
        const auto queue = command_.queue.list(queue::on_hold);
        if (!queue) return std::unexpected(queue.error());
        return outbound::overview(*known, *queue,
                                  [&](const std::string& id) { return command_.queue.submitter_of(id); });
    }

    /// What the first word names. not_found when there is nothing to decide about.
    base::Result<Chosen> choose() {
        auto all = states();
        if (!all) return std::unexpected(all.error());
        const auto word = words_.plain[0];
        if (!word.contains('@') && queue::is_queue_id(word)) {
            for (const auto& state : *all)
                for (const auto& mail : state.held)
                    if (mail.mail.id == word)
                        return Chosen{.account = state.account, .stopped = state.stop.has_value(), .mails = {mail}};
            return base::fail(std::format("no held mail has the queue id {}", word),
                              "`./mailserver.sh outbound list` shows what is held.", base::ErrorKind::not_found);
        }
        const auto account = address();
        if (!account) return std::unexpected(account.error());
        const auto found = std::ranges::find(*all, account->str(), &AccountState::account);
        if (found == all->end() || (!found->stop && found->held.empty())) return nothing_of(account->str());
        return Chosen{.account = found->account,
                      .whole = true,
                      .stopped = found->stop.has_value(),
                      .mails = std::move(found->held)};
    }

    /// Who gets released mail is from then on nobody the account has never written to.
    base::Result<> learn(const Chosen& chosen) {
        std::vector<std::string> recipients;
        for (const auto& mail : chosen.mails)
            for (const auto& recipient : mail.mail.recipients) recipients.push_back(base::lower(recipient.address));
        return store_.transaction([&] { return store_.learn(chosen.account, recipients, command_.clock.now()); });
    }

    void tell(std::string_view result, const Chosen& chosen, const std::string& text) const {
        json::Array ids;
        for (const auto& id : ids_of(chosen.mails)) ids.emplace_back(id);
        say(json::object({{"result", result}, {"account", chosen.account}, {"queue_ids", std::move(ids)}}), text);
    }

    void say(const json::Value& value, const std::string& text) const {
        command_.out << (words_.has("--json") ? json::dump(value) : text) << '\n';
    }

    const OutboundCommand& command_;
    Store store_;
    const Words& words_;
};

struct Row {
    Form form;
    base::Result<> (Session::*run)();
};

constexpr Row rows[] = {
    {{.name = "list", .words = "[<account>]", .most = 1, .door = door}, &Session::list},
    {{.name = "release", .words = "<account>|<queue id>", .least = 1, .most = 1, .door = door}, &Session::release},
    {{.name = "purge", .words = "--yes <account>|<queue id>", .least = 1, .most = 1, .options = "--yes", .door = door},
     &Session::purge},
    {{.name = "trust", .words = "<account> [--for 1d]", .least = 1, .most = 1, .options = "--for=", .door = door},
     &Session::trust},
    {{.name = "untrust", .words = "<account>", .least = 1, .most = 1, .door = door}, &Session::untrust},
};

std::optional<outbound::Known> read_known(const Installation& here) {
    std::error_code ignored;
    if (!std::filesystem::exists(here.outbound_database(), ignored)) return std::nullopt;
    auto store = Store::open(here.outbound_database());
    const auto known = store ? outbound::known(*store, base::RealClock().now()) : std::unexpected(store.error());
    return known ? std::optional(*known) : std::nullopt;
}

}  // namespace

std::vector<std::string> outbound_warnings(const Installation& here) {
    const auto known = read_known(here);
    return known ? outbound::warnings(*known) : std::vector<std::string>();
}

OutboundCounts outbound_counts(const Installation& here) {
    const auto known = read_known(here);
    if (!known) return {};
    return {.stopped = known->stops.size(), .held = known->held.size(), .warnings = outbound::warnings(*known).size()};
}

base::Result<> OutboundCommand::run(Arguments words) const {
    const auto chosen = choose(rows, words);
    if (!chosen) return std::unexpected(chosen.error());
    auto store = Store::open(here.outbound_database());
    if (!store) return std::unexpected(store.error());
    const auto& [row, sorted] = *chosen;
    Session session(*this, std::move(*store), sorted);
    return (session.*row->run)();
}

base::ExitCode outbound_command(Arguments arguments, const Installation& here) {
    if (asks_for_help(arguments)) return print(std::string(usage));
    const queue::MailQueue queue;
    const base::RealClock clock;
    const OutboundCommand command{.here = here,
                                  .queue = queue,
                                  .has_account = [&](const base::EmailAddress& account) -> base::Result<bool> {
                                      auto store = accounts::Store::open(here.accounts_database());
                                      if (!store) return std::unexpected(store.error());
                                      return store->has(account);
                                  },
                                  .clock = clock,
                                  .out = std::cout};
    const auto done = command.run(arguments);
    return done ? base::ExitCode::ok : report(done.error());
}

}  // namespace app
