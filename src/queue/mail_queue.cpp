#include "queue/mail_queue.h"

#include <algorithm>
#include <format>
#include <tuple>

#include "base/text.h"
#include "json/json.h"
#include "sys/command.h"

namespace queue {
namespace {

base::Result<std::string> run(sys::Command command) {
    const auto name = command.argv.front();
    // A queue of many thousand mails is a long list.
    command.timeout = std::chrono::minutes(5);
    command.most_output = 256 * 1024 * 1024;
    auto outcome = sys::run(command);
    if (!outcome) return std::unexpected(outcome.error());
    if (outcome->exit_code != 0)
        return base::fail(std::format("{} exits with code {}: {}", name, outcome->exit_code,
                                      base::printable(base::trim(outcome->output), 300)));
    return std::move(outcome->output);
}

base::Result<> change(const char* option, const std::vector<std::string>& ids, std::string_view state = {}) {
    std::string input;
    for (const auto& id : ids)
        if (is_queue_id(id)) input += id + "\n";
    if (input.empty()) return {};
    std::vector<std::string> argv{"postsuper", option, "-"};
    if (!state.empty()) argv.emplace_back(state);
    const auto changed = run({.argv = std::move(argv), .input = std::move(input)});
    if (!changed) return base::context("cannot change the queue", changed.error());
    return {};
}

Mail mail_in(const json::Value& value) {
    Mail mail{.id = value["queue_id"].text(),
              .state = value["queue_name"].text(),
              .arrived = base::SystemTime(std::chrono::seconds(value["arrival_time"].number())),
              .size = static_cast<std::uint64_t>(value["message_size"].number()),
              .sender = value["sender"].text(),
              .recipients = {}};
    if (mail.sender == "MAILER-DAEMON") mail.sender.clear();
    for (const auto& recipient : value["recipients"].items())
        mail.recipients.push_back(
            {.address = recipient["address"].text(), .delay_reason = recipient["delay_reason"].text()});
    return mail;
}

}  // namespace

bool is_queue_id(std::string_view word) {
    return word.size() >= 6 && word.size() <= 32 && std::ranges::all_of(word, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

std::vector<Mail> parse(std::string_view printed, std::string_view state) {
    std::vector<Mail> mails;
    const auto beginning = std::format(R"({{"queue_name": "{}")", state);
    for (const auto line : base::split(printed, '\n')) {
        // Before it is read: a long queue of other mail need not be.
        if (!state.empty() && !line.starts_with(beginning)) continue;
        const auto value = json::parse(line);
        if (!value || !is_queue_id((*value)["queue_id"].text())) continue;
        auto mail = mail_in(*value);
        if (state.empty() || mail.state == state) mails.push_back(std::move(mail));
    }
    std::ranges::sort(mails, {}, [](const Mail& mail) { return std::tie(mail.arrived, mail.id); });
    return mails;
}

std::string submitter(std::string_view printed) {
    constexpr std::string_view attribute = "named_attribute: sasl_username=";
    for (const auto line : base::split(printed, '\n'))
        if (line.starts_with(attribute)) return base::lower(base::trim(line.substr(attribute.size())));
    return {};
}

base::Result<std::vector<Mail>> MailQueue::list(std::string_view state) const {
    const auto printed = run({.argv = {"postqueue", "-j"}});
    if (!printed) return base::context("cannot read the queue", printed.error());
    return parse(*printed, state);
}

std::string MailQueue::submitter_of(const std::string& id) const {
    const auto printed = show(id, Part::envelope);
    return printed ? submitter(*printed) : std::string();
}

base::Result<std::string> MailQueue::show(const std::string& id, Part part) const {
    const auto gone = base::fail(std::format("there is no mail {} in the queue", base::printable(id, 40)),
                                 "`./mailserver.sh queue list` shows what there is.", base::ErrorKind::not_found);
    if (!is_queue_id(id)) return gone;
    const auto* options = part == Part::envelope ? "-qe" : part == Part::headers ? "-qeh" : "-q";
    auto printed = run({.argv = {"postcat", options, id}});
    // It says no more than "File name not found".
    if (!printed) return gone;
    return printed;
}

base::Result<> MailQueue::hold(const std::vector<std::string>& ids) const {
    return change("-h", ids);
}

base::Result<> MailQueue::release(const std::vector<std::string>& ids) const {
    if (const auto changed = change("-H", ids); !changed) return changed;
    // Without this they would wait for the next turn of the queue.
    return flush(std::nullopt);
}

base::Result<> MailQueue::remove(const std::vector<std::string>& ids, std::string_view state) const {
    return change("-d", ids, state);
}

base::Result<> MailQueue::flush(const std::optional<std::string>& id) const {
    if (id && !is_queue_id(*id)) return {};
    const auto tried = run(
        {.argv = id ? std::vector<std::string>{"postqueue", "-i", *id} : std::vector<std::string>{"postqueue", "-f"}});
    return tried ? base::Result<>() : base::context("cannot have the queue tried", tried.error());
}

}  // namespace queue
