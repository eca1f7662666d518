#include "outbound/hold_queue.h"

#include <algorithm>
#include <format>
#include <tuple>

#include "base/text.h"
#include "json/json.h"
#include "sys/command.h"

namespace outbound {
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

base::Result<> change(const char* option, const std::vector<std::string>& queue_ids) {
    std::string input;
    for (const auto& id : queue_ids)
        if (is_queue_id(id)) input += id + "\n";
    if (input.empty()) return {};
    const auto changed = run({.argv = {"postsuper", option, "-", "hold"}, .input = std::move(input)});
    if (!changed) return base::context("cannot change the queue", changed.error());
    return {};
}

}  // namespace

bool is_queue_id(std::string_view word) {
    return word.size() >= 6 && word.size() <= 32 && std::ranges::all_of(word, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

std::vector<QueuedMail> parse_queue(std::string_view printed) {
    std::vector<QueuedMail> held;
    for (const auto line : base::split(printed, '\n')) {
        // Before it is read: a long queue of other mail need not be.
        if (!line.starts_with(R"({"queue_name": "hold")")) continue;
        const auto value = json::parse(line);
        if (!value || (*value)["queue_name"].text() != "hold" || !is_queue_id((*value)["queue_id"].text())) continue;
        QueuedMail mail{.queue_id = (*value)["queue_id"].text(),
                        .arrived = base::SystemTime(std::chrono::seconds((*value)["arrival_time"].number())),
                        .size = static_cast<std::uint64_t>((*value)["message_size"].number()),
                        .sender = (*value)["sender"].text(),
                        .recipients = {}};
        if (mail.sender == "MAILER-DAEMON") mail.sender.clear();
        for (const auto& recipient : (*value)["recipients"].items())
            mail.recipients.push_back(recipient["address"].text());
        held.push_back(std::move(mail));
    }
    std::ranges::sort(held, {}, [](const QueuedMail& mail) { return std::tie(mail.arrived, mail.queue_id); });
    return held;
}

std::string submitter(std::string_view printed) {
    constexpr std::string_view attribute = "named_attribute: sasl_username=";
    for (const auto line : base::split(printed, '\n'))
        if (line.starts_with(attribute)) return base::lower(base::trim(line.substr(attribute.size())));
    return {};
}

base::Result<std::vector<QueuedMail>> HoldQueue::list() const {
    const auto printed = run({.argv = {"postqueue", "-j"}});
    if (!printed) return base::context("cannot read the queue", printed.error());
    return parse_queue(*printed);
}

std::string HoldQueue::submitter_of(const std::string& queue_id) const {
    if (!is_queue_id(queue_id)) return {};
    const auto printed = run({.argv = {"postcat", "-qe", queue_id}});
    return printed ? submitter(*printed) : std::string();
}

base::Result<> HoldQueue::release(const std::vector<std::string>& queue_ids) const {
    if (const auto changed = change("-H", queue_ids); !changed) return changed;
    // Without this they would wait for the next turn of the queue.
    const auto tried = run({.argv = {"postqueue", "-f"}});
    return tried ? base::Result<>() : base::context("cannot have the queue tried", tried.error());
}

base::Result<> HoldQueue::remove(const std::vector<std::string>& queue_ids) const {
    return change("-d", queue_ids);
}

}  // namespace outbound
