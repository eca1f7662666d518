#include "trace/assembler.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "base/text.h"
#include "trace/refusal.h"

namespace trace {
namespace {

/// How much is remembered of what has not come to its end; some megabytes.
constexpr std::size_t most_remembered = 20'000;
constexpr std::size_t longest_text = 1000, longest_word = 320, longest_key = 200, most_symbols = 15;

std::string text_of(std::string_view text) {
    return base::printable(text, longest_text);
}

std::string word_of(std::string_view text) {
    return base::printable(text, longest_word);
}

/// The members that say something.
json::Value details(json::Object members) {
    std::erase_if(members, [](const json::Member& member) { return member.second == json::Value(""); });
    return json::object(std::move(members));
}

std::vector<std::string> keys(std::initializer_list<std::string_view> texts) {
    std::vector<std::string> all;
    for (const auto text : texts)
        if (auto key = key_of(text); !key.empty() && !std::ranges::contains(all, key)) all.push_back(std::move(key));
    return all;
}

template <class Container>
void keep_small(Container& container) {
    if (container.size() >= most_remembered) container.clear();
}

/// The port a client came to, as the world knows it.
std::string_view port_of(std::string_view service) {
    if (service.contains("smtps/")) return "465";
    if (service.contains("submission/")) return "587";
    // Of our own: "inner" is mail that users' scripts send, "srs" forwarded mail on its second way through.
    if (service.starts_with("inner/") || service.starts_with("srs/")) return "";
    return "25";
}

std::string_view name_of(maillog::Outcome outcome) {
    switch (outcome) {
        case maillog::Outcome::sent:
            return "sent";
        case maillog::Outcome::bounced:
            return "bounced";
        case maillog::Outcome::deferred:
            return "deferred";
        case maillog::Outcome::expired:
            return "expired";
        case maillog::Outcome::other:
            break;
    }
    return "other";
}

/// In Dovecot's answer, `250 2.0.0 <user> session Saved`.
std::string_view dovecot_session(std::string_view answer) {
    constexpr std::string_view ending = " Saved";
    if (!answer.ends_with(ending)) return {};
    answer.remove_suffix(ending.size());
    const auto space = answer.rfind(' ');
    return space == std::string_view::npos ? std::string_view() : answer.substr(space + 1);
}

Fact judged(const maillog::Judged& event) {
    auto symbols = event.symbols;
    std::erase_if(symbols, [](const maillog::Symbol& symbol) { return symbol.score == 0; });
    std::ranges::stable_sort(symbols, std::greater(),
                             [](const maillog::Symbol& symbol) { return std::abs(symbol.score); });
    if (symbols.size() > most_symbols) symbols.resize(most_symbols);
    auto list = json::object();
    for (const auto& symbol : symbols) list.set(word_of(symbol.name), symbol.score);
    auto all = details({{"action", word_of(event.action)}, {"score", event.score}});
    if (event.reject_score) all.set("reject_score", *event.reject_score);
    all.set("symbols", std::move(list));
    return {.kind = "judged", .details = std::move(all)};
}

}  // namespace

std::string key_of(std::string_view text) {
    text = base::trim(text);
    if (text.starts_with('<') && text.ends_with('>') && text.size() > 1) text = text.substr(1, text.size() - 2);
    return base::lower(base::printable(text, longest_key));
}

std::optional<Fact> Assembler::read(const maillog::Entry& entry, Moment moment) {
    note_session(entry);
    auto fact = fact_of(entry);
    if (!fact) return std::nullopt;
    fact->moment = moment;
    if (fact->queue_id.empty()) fact->queue_id = entry.queue_id;
    return fact;
}

void Assembler::note_session(const maillog::Entry& entry) {
    if (std::holds_alternative<maillog::Connected>(entry.event) ||
        std::holds_alternative<maillog::Disconnected>(entry.event)) {
        sessions_.erase(entry.process);
    } else if (const auto* tls = std::get_if<maillog::Encrypted>(&entry.event)) {
        keep_small(sessions_);
        sessions_.insert_or_assign(
            entry.process, Tls{.peer = tls->peer, .words = word_of(std::format("{} {}", tls->protocol, tls->cipher))});
    }
}

/// `peer` is where a delivery went; empty for a session with a client.
std::string Assembler::tls_of(const maillog::Entry& entry, std::string_view peer) const {
    const auto found = sessions_.find(entry.process);
    return found == sessions_.end() || (!peer.empty() && found->second.peer != peer) ? "" : found->second.words;
}

std::optional<Fact> Assembler::fact_of(const maillog::Entry& entry) {
    using namespace maillog;
    const auto& event = entry.event;
    if (const auto* e = std::get_if<Refused>(&event)) return refused(entry, *e);
    if (const auto* e = std::get_if<Stored>(&event)) return stored(*e);
    // All others are about a mail.
    if (entry.queue_id.empty()) return std::nullopt;
    if (const auto* e = std::get_if<Accepted>(&event)) return accepted(entry, *e);
    if (const auto* e = std::get_if<Delivery>(&event)) return delivery(entry, *e);
    if (const auto* e = std::get_if<Queued>(&event)) return queued(entry, *e);
    if (const auto* e = std::get_if<Judged>(&event)) return judged(*e);
    if (const auto* e = std::get_if<Identified>(&event))
        return Fact{.kind = "identified",
                    .details = details({{"message_id", text_of(e->message_id)}}),
                    .words = keys({e->message_id})};
    if (const auto* e = std::get_if<PickedUp>(&event))
        return Fact{.kind = "picked_up",
                    .details = details({{"user_id", e->uid}, {"from", word_of(e->from)}}),
                    .words = keys({e->from})};
    if (const auto* e = std::get_if<Answered>(&event))
        return Fact{.kind = "answered", .details = details({{"host", word_of(e->host)}, {"text", text_of(e->text)}})};
    if (const auto* e = std::get_if<Notified>(&event))
        return Fact{.kind = "notified",
                    .details = details({{"kind", word_of(e->kind)}, {"queue_id", word_of(e->queue_id)}})};
    if (std::holds_alternative<Expired>(event)) return Fact{.kind = "expired", .details = json::object()};
    if (const auto* e = std::get_if<Complaint>(&event))
        return Fact{.kind = "complaint", .details = details({{"text", text_of(e->text)}})};
    if (std::holds_alternative<Removed>(event)) {
        queued_.erase(entry.queue_id);
        return Fact{.kind = "removed", .details = json::object()};
    }
    return std::nullopt;
}

Fact Assembler::accepted(const maillog::Entry& entry, const maillog::Accepted& event) const {
    return {.kind = "accepted",
            .details = details({{"client", word_of(event.client.name)},
                                {"address", word_of(event.client.address)},
                                {"port", port_of(entry.service)},
                                {"service", entry.service},
                                {"login", word_of(event.sasl_username)},
                                {"method", word_of(event.sasl_method)},
                                {"tls", tls_of(entry, {})}}),
            .words = keys({event.sasl_username})};
}

Fact Assembler::refused(const maillog::Entry& entry, const maillog::Refused& event) const {
    return {.kind = "refused",
            .details = details({{"what", word_of(event.what)},
                                {"stage", word_of(event.stage)},
                                {"client", word_of(event.client.name)},
                                {"address", word_of(event.client.address)},
                                {"port", port_of(entry.service)},
                                {"from", word_of(event.from)},
                                {"to", word_of(event.to)},
                                {"login", word_of(event.sasl_username)},
                                {"text", text_of(event.text)}}),
            .words = keys({event.from, event.to, event.sasl_username})};
}

std::optional<Fact> Assembler::queued(const maillog::Entry& entry, const maillog::Queued& event) {
    keep_small(queued_);
    // Again at each try: these are told by what came of them.
    if (!queued_.insert(entry.queue_id).second) return std::nullopt;
    return Fact{.kind = "queued",
                .details = json::object(
                    {{"from", word_of(event.from)}, {"size", event.size}, {"recipients", event.recipients}}),
                .words = keys({event.from})};
}

Fact Assembler::delivery(const maillog::Entry& entry, const maillog::Delivery& event) {
    Fact fact{.kind = "delivery",
              .details = details({{"to", word_of(event.to)},
                                  {"original_to", word_of(event.original_to)},
                                  {"by", entry.service},
                                  {"relay", word_of(event.relay)},
                                  {"tls", entry.program() == "smtp" ? tls_of(entry, event.relay) : ""},
                                  {"outcome", name_of(event.outcome)},
                                  {"delay", word_of(event.delay)},
                                  {"status_code", word_of(event.status_code)},
                                  {"text", text_of(event.text)}}),
              .words = keys({event.to, event.original_to})};
    const bool failed = event.outcome != maillog::Outcome::sent && event.outcome != maillog::Outcome::other;
    if (const auto why = failed ? explain(event.relay, event.text) : std::nullopt; why && why->ours) {
        fact.refusal = why->kind;
        fact.provider = why->provider;
    }
    if (const auto session = std::string(dovecot_session(event.text)); !session.empty()) {
        if (auto known = stored_.extract(session)) {
            auto list = json::array();
            for (auto& what : known.mapped()) list.add(std::move(what));
            fact.details.set("stored", std::move(list));
        } else {
            keep_small(delivered_);
            delivered_.insert_or_assign(session, entry.queue_id);
        }
    }
    return fact;
}

std::optional<Fact> Assembler::stored(const maillog::Stored& event) {
    constexpr std::size_t most_folders = 20;
    if (auto delivered = delivered_.extract(event.session))
        return Fact{.queue_id = delivered.mapped(),
                    .kind = "stored",
                    .details = details({{"user", word_of(event.user)}, {"what", text_of(event.what)}})};
    keep_small(stored_);
    if (auto& all = stored_[event.session]; all.size() < most_folders) all.push_back(text_of(event.what));
    return std::nullopt;
}

}  // namespace trace
