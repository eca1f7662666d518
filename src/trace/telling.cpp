#include "trace/telling.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <vector>

#include "base/text.h"
#include "trace/refusal.h"
#include "trace/refusal_rows.h"

namespace trace {
namespace {

constexpr std::string_view margin = "                       ";  // as wide as a time and the spaces around it

base::SystemTime time_of(Moment moment) {
    return base::SystemTime(std::chrono::seconds(moment / 1'000'000));
}

const std::string& text(const Fact& fact, std::string_view name) {
    return fact.details[name].text();
}

/// `, <before><value>` when there is one.
std::string also(std::string_view before, const std::string& value) {
    return value.empty() ? "" : std::format(", {}{}", before, value);
}

std::string client(const Fact& fact) {
    const auto& name = text(fact, "client");
    const auto& address = text(fact, "address");
    return name.empty() || name == "unknown" ? address : std::format("{} [{}]", name, address);
}

std::string accepted(const Fact& fact) {
    const auto& service = text(fact, "service");
    if (service.starts_with("srs/")) return "taken in again to be forwarded, with a return address of ours";
    if (service.starts_with("inner/")) return "taken from a filter rule of a user";
    return std::format("accepted on port {} from {}{}{}", text(fact, "port"), client(fact),
                       also("login ", text(fact, "login")),
                       text(fact, "tls").empty() ? ", without TLS" : ", " + text(fact, "tls"));
}

std::string judged(const Fact& fact) {
    const auto& action = text(fact, "action");
    auto line = std::format("filter: {}, score {:.2f}", action == "no action" ? "passed" : action,
                            fact.details["score"].real());
    if (fact.details.has("reject_score"))
        line += std::format(" (refused from {:.2f} on)", fact.details["reject_score"].real());
    std::vector<std::string> symbols;
    for (const auto& [name, score] : fact.details["symbols"].members())
        symbols.push_back(std::format("{} {:+.2f}", name, score.real()));
    if (!symbols.empty()) line += std::format("\n{}{}", margin, base::join(symbols, ", "));
    return line;
}

std::string refused(const Fact& fact) {
    const auto& what = text(fact, "what");
    const std::string_view did = what.ends_with("hold")      ? "held"
                                 : what.ends_with("discard") ? "thrown away"
                                                             : "refused";
    auto line = std::format("{} at {}", did, text(fact, "stage"));
    if (!text(fact, "address").empty()) line += " from " + client(fact);
    line += also("login ", text(fact, "login"));
    if (fact.details.has("from") || fact.details.has("to"))
        line += std::format(", <{}> to <{}>", text(fact, "from"), text(fact, "to"));
    return std::format("{}\n{}{}", line, margin, text(fact, "text"));
}

std::string why(const Fact& fact) {
    if (text(fact, "outcome") == "sent") return {};
    const auto refusal = explain(text(fact, "relay"), text(fact, "text"));
    if (!refusal) return {};
    return std::format("\n{0}Why: {1}.\n{0}To do: {2}.", margin, refusal->cause, refusal->remedy);
}

std::string delivery(const Fact& fact) {
    const auto& outcome = text(fact, "outcome");
    const auto& by = text(fact, "by");
    auto line = text(fact, "to");
    if (fact.details.has("original_to")) line += std::format(" (for {})", text(fact, "original_to"));
    if (by == "lmtp" && outcome == "sent") {
        line += ": delivered here";
        for (const auto& what : fact.details["stored"].items()) line += std::format("\n{}{}", margin, what.text());
        return line;
    }
    if (by == "srs" || (by == "smtp" && text(fact, "relay").starts_with("127.0.0.1")))
        return line + ": handed on to be forwarded";
    const std::string_view did = outcome == "sent"       ? "delivered to"
                                 : outcome == "deferred" ? "not taken now by"
                                 : outcome == "other"    ? "asked about at"
                                                         : "refused for good by";
    line += text(fact, "relay") == "none"
                ? std::format(": {}", outcome == "deferred" ? "nobody to take it now" : "cannot be delivered")
                : std::format(": {} {}", did, text(fact, "relay"));
    line += also("", text(fact, "tls"));
    return std::format("{}\n{}{}{}", line, margin, text(fact, "text"), why(fact));
}

std::string words(const Fact& fact) {
    if (fact.kind == "accepted") return accepted(fact);
    if (fact.kind == "judged") return judged(fact);
    if (fact.kind == "refused") return refused(fact);
    if (fact.kind == "delivery") return delivery(fact);
    if (fact.kind == "picked_up")
        return std::format("made on this server (user id {})", fact.details["user_id"].number());
    if (fact.kind == "queued")
        return std::format("in the queue: {}, {} recipients",
                           base::human_size(static_cast<std::uint64_t>(fact.details["size"].number())),
                           fact.details["recipients"].number());
    if (fact.kind == "answered") return std::format("{} said no\n{}{}", text(fact, "host"), margin, text(fact, "text"));
    if (fact.kind == "notified")
        return std::format("{} notice goes out as {}", text(fact, "kind"), text(fact, "queue_id"));
    if (fact.kind == "stored") return std::format("{}: {}", text(fact, "user"), text(fact, "what"));
    if (fact.kind == "expired") return "too long in the queue, goes back to its sender";
    if (fact.kind == "complaint") return "trouble: " + text(fact, "text");
    if (fact.kind == "removed") return "left the queue";
    return {};
}

/// Tried again, with the same result.
bool is_repetition(const Fact& fact, const Fact& before) {
    return fact.kind == "delivery" && before.kind == "delivery" && text(fact, "to") == text(before, "to") &&
           text(fact, "relay") == text(before, "relay") && text(fact, "text") == text(before, "text");
}

/// The last thing heard of each recipient, in words.
std::vector<std::pair<std::string, std::string>> ends_of(const Mail& mail) {
    std::vector<std::pair<std::string, std::string>> ends;
    for (const auto& fact : mail.facts) {
        if (fact.kind != "delivery") continue;
        const auto& outcome = text(fact, "outcome");
        std::string end = outcome == "sent"       ? text(fact, "by") == "lmtp" ? "delivered here" : "delivered"
                          : outcome == "deferred" ? "waits, and is tried again"
                          : outcome == "bounced"  ? "refused"
                                                  : outcome;
        const auto known = std::ranges::find(ends, text(fact, "to"), &std::pair<std::string, std::string>::first);
        if (known == ends.end())
            ends.emplace_back(text(fact, "to"), std::move(end));
        else
            known->second = std::move(end);
    }
    return ends;
}

/// Where a mail is that no delivery tells of.
std::string whereabouts(const Mail& mail) {
    std::string where = mail.queue_id.empty() ? "refused" : "on its way";
    for (const auto& fact : mail.facts) {
        if (fact.kind == "refused") where = text(fact, "what").ends_with("hold") ? "held" : "refused";
        if (fact.kind == "removed" && where == "held") where = "deleted";
    }
    return where;
}

const Fact* first(const Mail& mail, std::string_view kind) {
    const auto found = std::ranges::find(mail.facts, kind, &Fact::kind);
    return found == mail.facts.end() ? nullptr : &*found;
}

}  // namespace

std::string tell(const Mail& mail) {
    std::string told = mail.queue_id.empty() ? "Attempt" : "Mail " + mail.queue_id;
    if (const auto* fact = first(mail, "identified")) told += "  " + text(*fact, "message_id");
    told += '\n';
    if (const auto* fact = first(mail, "queued")) told += std::format("  from <{}>\n", text(*fact, "from"));
    for (std::size_t i = 0; i < mail.facts.size(); ++i) {
        const auto& fact = mail.facts[i];
        const auto line = words(fact);
        if (line.empty()) continue;
        told += std::format("  {:%F %T}  {}\n", time_of(fact.moment), line);
        std::size_t repeated = 0;
        while (i + 1 < mail.facts.size() && is_repetition(mail.facts[i + 1], fact)) ++i, ++repeated;
        if (repeated > 0)
            told +=
                std::format("{}and {} more times until {:%F %T}\n", margin, repeated, time_of(mail.facts[i].moment));
    }
    const auto ends = ends_of(mail);
    for (const auto& [to, end] : ends) told += std::format("  => {}: {}\n", to, end);
    if (ends.empty()) told += std::format("  => {}\n", whereabouts(mail));
    return told;
}

json::Value to_json(const Mail& mail) {
    auto events = json::array();
    for (const auto& fact : mail.facts) {
        auto event = json::object({{"time", std::format("{:%FT%TZ}", time_of(fact.moment))}, {"event", fact.kind}});
        for (const auto& [name, value] : fact.details.members()) event.set(name, value);
        if (fact.kind == "delivery" && text(fact, "outcome") != "sent")
            if (const auto refusal = explain(text(fact, "relay"), text(fact, "text"))) {
                event.set("reason", refusal->kind);
                event.set("cause", refusal->cause);
                event.set("remedy", refusal->remedy);
            }
        events.add(std::move(event));
    }
    auto recipients = json::array();
    for (const auto& [to, end] : ends_of(mail)) recipients.add(json::object({{"to", to}, {"end", end}}));
    return json::object({{"queue_id", mail.queue_id.empty() ? json::Value() : json::Value(mail.queue_id)},
                         {"end", recipients.items().empty() ? json::Value(whereabouts(mail)) : json::Value()},
                         {"recipients", std::move(recipients)},
                         {"events", std::move(events)}});
}

std::string tell(const RefusalCount& count) {
    for (const auto& row : refusal_rows)
        if (row.refusal.kind == count.kind && row.refusal.provider == count.provider && row.refusal.ours)
            return std::format("{} mails were refused within a day, as {}. {}", count.mails, row.refusal.cause,
                               row.refusal.remedy);
    return {};
}

}  // namespace trace
