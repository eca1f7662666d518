#include "app/outbound/queue.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <format>
#include <iostream>
#include <ranges>

#include "app/common/words.h"
#include "app/outbound/listing.h"
#include "base/text.h"
#include "json/json.h"
#include "outbound/store.h"

namespace app {
namespace {

using queue::Mail;

constexpr std::string_view usage =
    "Usage: ./mailserver.sh queue <command> [options]\n"
    "   Mail that is on its way: it could not be delivered yet and is tried again, for five days.\n"
    "   Commands:\n"
    "          list                        - What waits, oldest first, and why.\n"
    "          show <queue id>             - A mail's envelope and headers.\n"
    "          flush [<queue id>]          - Try to deliver now, everything or this mail.\n"
    "          hold <mail>                 - Stop trying, until it is released.\n"
    "          release <mail>              - End its hold, and try to deliver now.\n"
    "          delete --yes <mail>         - Delete it; its sender is told nothing.\n"
    "          help                        - Print help.\n"
    "   A <mail> is a queue id, or all that fits --state, --from and --to together, or --all.\n"
    "   Options:\n"
    "          --state <state>             - incoming, active, deferred or hold.\n"
    "          --from <sender>             - An address, a domain such as @example.org, or <> for bounces.\n"
    "          --to <recipient>            - An address or a domain of one of its recipients.\n"
    "          --all                       - All mail in the queue. list: more than the first 100.\n"
    "          --body                      - show: the whole mail.\n"
    "          --json                      - Print the result as JSON.\n";

constexpr std::string_view door = "./mailserver.sh queue";
constexpr std::string_view which_options = "--state= --from= --to= --all";
constexpr std::string_view which_options_and_yes = "--state= --from= --to= --all --yes";
constexpr std::array<std::string_view, 4> states{"incoming", "active", "deferred", "hold"};
constexpr std::size_t first_page = 100;

/// Which mail a command is about.
class Choice {
  public:
    static base::Result<Choice> of(const Words& words) {
        Choice choice;
        if (!words.plain.empty()) choice.id_ = words.plain[0];
        choice.state_ = words.value("--state");
        if (words.has("--state") && !std::ranges::contains(states, choice.state_))
            return base::fail(std::format("there is no state '{}'", base::printable(choice.state_, 40)),
                              "It is incoming, active, deferred or hold.", base::ErrorKind::usage);
        for (auto [option, place] : {std::pair{"--from", &choice.from_}, std::pair{"--to", &choice.to_}}) {
            if (!words.has(option)) continue;
            *place = words.value(option);
            if ((*place)->find('@') == std::string_view::npos && **place != "<>")
                return base::fail(std::format("{} '{}' is no address", option, base::printable(**place, 60)),
                                  "Write jens@example.org, or @example.org for all of a domain.",
                                  base::ErrorKind::usage);
        }
        const bool by_words = words.has("--state") || choice.from_ || choice.to_;
        choice.is_open_ = !by_words && choice.id_.empty() && !words.has("--all");
        if ((by_words || words.has("--all")) && !choice.id_.empty())
            return base::fail("a queue id already names one mail", "Leave the other words out.",
                              base::ErrorKind::usage);
        return choice;
    }

    /// Nothing was named.
    bool is_open() const { return is_open_; }
    std::string_view id() const { return id_; }
    std::string_view state() const { return state_; }

    bool fits(const Mail& mail) const {
        if (!id_.empty() && mail.id != id_) return false;
        if (!state_.empty() && mail.state != state_) return false;
        if (from_ && !is_of(mail.sender, *from_)) return false;
        return !to_ || std::ranges::any_of(mail.recipients, [&](const auto& one) { return is_of(one.address, *to_); });
    }

  private:
    static bool is_of(std::string_view address, std::string_view wanted) {
        if (wanted == "<>") return address.empty();
        const auto lower = base::lower(address);
        const auto what = base::lower(wanted);
        return what.starts_with('@') ? lower.ends_with(what) : lower == what;
    }

    std::string_view id_, state_;
    std::optional<std::string_view> from_, to_;
    bool is_open_ = false;
};

std::string age(std::chrono::seconds time) {
    if (time < std::chrono::minutes(1)) return std::format("{}s", std::max(time.count(), std::int64_t{0}));
    if (time < std::chrono::hours(1)) return std::format("{}m", time.count() / 60);
    if (time < std::chrono::days(2)) return std::format("{}h", time.count() / 3600);
    return std::format("{}d", time.count() / 86400);
}

json::Value to_json(const Mail& mail) {
    json::Array recipients;
    for (const auto& recipient : mail.recipients)
        recipients.push_back(json::object({{"address", recipient.address}, {"delay_reason", recipient.delay_reason}}));
    return json::object({{"queue_id", mail.id},
                         {"state", mail.state},
                         {"time", std::format("{:%FT%TZ}", mail.arrived)},
                         {"size", mail.size},
                         {"sender", mail.sender},
                         {"recipients", std::move(recipients)}});
}

/// Recipients that wait for the same reason share a line.
std::string recipients_text(const Mail& mail) {
    constexpr std::size_t few = 3;
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const auto& [address, reason] : mail.recipients) {
        auto group = std::ranges::find(groups, reason, [](const auto& one) { return one.first; });
        if (group == groups.end()) group = groups.insert(groups.end(), {reason, {}});
        group->second.push_back(base::printable(address, 100));
    }
    std::string text;
    for (const auto& [reason, addresses] : groups) {
        text += "      to";
        for (std::size_t i = 0; i < std::min(few, addresses.size()); ++i) text += (i == 0 ? " " : ", ") + addresses[i];
        if (addresses.size() > few) text += std::format(" and {} more", addresses.size() - few);
        text += reason.empty() ? "\n" : std::format("\n        {}\n", base::printable(reason, 300));
    }
    return text;
}

std::string list_text(const std::vector<Mail>& found, std::size_t most, base::SystemTime now) {
    if (found.empty()) return "Nothing waits.\n";
    std::string text;
    for (const auto& mail : found | std::views::take(most))
        text +=
            std::format("{}  {:<8}  {:>4}  {:>8}  from {}\n{}", mail.id, mail.state,
                        age(std::chrono::floor<std::chrono::seconds>(now - mail.arrived)), base::human_size(mail.size),
                        mail.sender.empty() ? "<>" : base::printable(mail.sender, 100), recipients_text(mail));
    if (found.size() > most) text += std::format("… and {} more: --all shows them, --json too.\n", found.size() - most);
    return text;
}

class Session {
  public:
    Session(const QueueCommand& command, const Words& words, const Choice& choice)
        : command_(command), words_(words), choice_(choice) {}

    base::Result<> list() {
        const auto found = matching();
        if (!found) return std::unexpected(found.error());
        if (words_.has("--json")) {
            json::Array all;
            for (const auto& mail : *found) all.push_back(to_json(mail));
            command_.out << json::dump(json::object({{"mails", std::move(all)}}), 2) << '\n';
        } else {
            command_.out << list_text(*found, words_.has("--all") ? found->size() : first_page, command_.clock.now());
        }
        return {};
    }

    base::Result<> show() {
        const auto part = words_.has("--body") ? queue::Part::all : queue::Part::headers;
        const auto printed = command_.queue.show(std::string(choice_.id()), part);
        if (!printed) return std::unexpected(printed.error());
        if (words_.has("--json"))
            command_.out << json::dump(json::object({{"queue_id", choice_.id()}, {"text", *printed}}), 2) << '\n';
        else
            // What a stranger wrote does not steer the terminal.
            for (const auto line : base::split(*printed, '\n')) command_.out << base::printable(line, 1000) << '\n';
        return {};
    }

    base::Result<> flush() {
        if (choice_.id().empty()) {
            if (const auto done = command_.queue.flush(std::nullopt); !done) return done;
            return tell("flushed", {}, "All mail is tried now.");
        }
        return change("flushed", "Tried now", [&](const auto& ids) { return command_.queue.flush(ids.front()); });
    }

    base::Result<> hold() {
        return change("held", "On hold", [&](const auto& ids) { return command_.queue.hold(ids); });
    }

    base::Result<> release() {
        return change("released", "Released", [&](const auto& ids) { return command_.queue.release(ids); });
    }

    base::Result<> remove() {
        if (!words_.has("--yes"))
            return base::fail("cannot delete mail without --yes", "Once more with --yes: it cannot be undone.",
                              base::ErrorKind::usage);
        return change("deleted", "Deleted",
                      [&](const auto& ids) { return command_.queue.remove(ids, choice_.state()); });
    }

  private:
    base::Result<std::vector<Mail>> matching() const {
        auto found = command_.queue.list(choice_.state());
        if (!found) return found;
        std::erase_if(*found, [&](const Mail& mail) { return !choice_.fits(mail); });
        return found;
    }

    base::Result<> change(std::string_view result, std::string_view said,
                          const std::function<base::Result<>(const std::vector<std::string>&)>& act) {
        if (choice_.is_open())
            return base::fail("no mail is named", "Name a queue id, or --state, --from, --to or --all.",
                              base::ErrorKind::usage);
        const auto found = matching();
        if (!found) return std::unexpected(found.error());
        if (found->empty())
            return base::fail(choice_.id().empty()
                                  ? std::string("no mail in the queue fits")
                                  : std::format("there is no mail {} in the queue", base::printable(choice_.id(), 40)),
                              "`./mailserver.sh queue list` shows what there is.", base::ErrorKind::not_found);
        std::vector<std::string> ids;
        for (const auto& mail : *found) ids.push_back(mail.id);
        if (result == "released")
            if (const auto free = only_what_is_ours(ids); !free) return free;
        if (const auto done = act(ids); !done) return done;
        return tell(result, ids, std::format("{}: {}.", said, ids.size() == 1 ? ids[0] : mails(ids.size())));
    }

    /// Mail of an account that was stopped is decided about elsewhere, where what it teaches is learned, too.
    base::Result<> only_what_is_ours(std::vector<std::string>& ids) const {
        const auto held = command_.held_for_outbound();
        if (!held) return std::unexpected(held.error());
        if (std::erase_if(ids, [&](const std::string& id) { return held->contains(id); }) == 0 || !ids.empty())
            return {};
        return base::fail("its account is stopped from sending",
                          "`./mailserver.sh outbound list` shows why, `outbound release` lets it go.",
                          base::ErrorKind::usage);
    }

    base::Result<> tell(std::string_view result, const std::vector<std::string>& ids, const std::string& text) const {
        if (words_.has("--json")) {
            json::Array all;
            for (const auto& id : ids) all.emplace_back(id);
            command_.out << json::dump(json::object({{"result", result}, {"queue_ids", std::move(all)}})) << '\n';
        } else {
            command_.out << text << '\n';
        }
        return {};
    }

    const QueueCommand& command_;
    const Words& words_;
    const Choice& choice_;
};

struct Row {
    Form form;
    base::Result<> (Session::*run)();
};

constexpr Row rows[] = {
    {{.name = "list", .options = which_options, .door = door}, &Session::list},
    {{.name = "show", .words = "<queue id>", .least = 1, .most = 1, .options = "--body", .door = door}, &Session::show},
    {{.name = "flush", .words = "[<queue id>]", .most = 1, .door = door}, &Session::flush},
    {{.name = "hold", .words = "<mail>", .most = 1, .options = which_options, .door = door}, &Session::hold},
    {{.name = "release", .words = "<mail>", .most = 1, .options = which_options, .door = door}, &Session::release},
    {{.name = "delete", .words = "--yes <mail>", .most = 1, .options = which_options_and_yes, .door = door},
     &Session::remove},
};

}  // namespace

base::Result<> QueueCommand::run(Arguments words) const {
    const auto chosen = choose(rows, words);
    if (!chosen) return std::unexpected(chosen.error());
    const auto& [row, sorted] = *chosen;
    const auto choice = Choice::of(sorted);
    if (!choice) return std::unexpected(choice.error());
    Session session(*this, sorted, *choice);
    return (session.*row->run)();
}

base::ExitCode queue_command(Arguments arguments, const Installation& here) {
    if (asks_for_help(arguments)) return print(std::string(usage));
    const queue::MailQueue queue;
    const base::RealClock clock;
    const QueueCommand command{.queue = queue,
                               .held_for_outbound = [&]() -> base::Result<std::set<std::string>> {
                                   std::set<std::string> ids;
                                   std::error_code ignored;
                                   if (!std::filesystem::exists(here.outbound_database(), ignored)) return ids;
                                   auto store = outbound::Store::open(here.outbound_database());
                                   const auto held = store ? store->held() : std::unexpected(store.error());
                                   if (!held) return std::unexpected(held.error());
                                   for (const auto& mail : *held) ids.insert(mail.queue_id);
                                   return ids;
                               },
                               .clock = clock,
                               .out = std::cout};
    const auto done = command.run(arguments);
    return done ? base::ExitCode::ok : report(done.error());
}

}  // namespace app
