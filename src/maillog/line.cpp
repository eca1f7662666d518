#include "maillog/line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace maillog {
namespace {

/// What is left to read of a line.
class Reader {
  public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    std::string_view rest() const { return rest_; }

    /// Steps over `word`, when it comes next.
    bool skip(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    /// What stands before `end`, and steps over both; nothing when `end` does not come.
    std::optional<std::string_view> until(std::string_view end) {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        const auto text = rest_.substr(0, at);
        rest_.remove_prefix(at + end.size());
        return text;
    }

    /// The address in angle brackets that comes next. A quoted local part may hold anything, brackets as well.
    std::optional<std::string_view> address() {
        if (!rest_.starts_with('<')) return std::nullopt;
        bool quoted = false;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            const char c = rest_[at];
            if (quoted && c == '\\')
                ++at;
            else if (c == '"')
                quoted = !quoted;
            else if (c == '>' && !quoted) {
                const auto inside = rest_.substr(1, at - 1);
                rest_.remove_prefix(at + 1);
                return inside;
            }
        }
        return std::nullopt;
    }

  private:
    std::string_view rest_;
};

/// `name[192.0.2.1]`, perhaps with `:port` behind it.
std::optional<std::pair<std::string, std::string>> client_of(std::string_view text) {
    const auto open = text.find('['), close = text.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
    return std::pair(std::string(text.substr(0, open)), std::string(text.substr(open + 1, close - open - 1)));
}

/// The value behind `, name=` up to the next comma; empty when it is not there.
std::string value_of(std::string_view name, std::string_view text) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return {};
    const auto value = text.substr(at + name.size());
    return std::string(value.substr(0, value.find(", ")));
}

std::optional<Event> accepted(std::string_view text) {
    const auto comma = text.find(", ");
    const auto client = client_of(text.substr(0, comma));
    if (!client) return std::nullopt;
    const auto more = comma == std::string_view::npos ? std::string_view() : text.substr(comma);
    return Accepted{.client_name = client->first,
                    .client_address = client->second,
                    .sasl_method = value_of(", sasl_method=", more),
                    .sasl_username = value_of(", sasl_username=", more)};
}

/// Behind `reject: `: `RCPT from name[address]: text; from=<…> to=<…> proto=… helo=<…>`.
std::optional<Event> refused(std::string_view what, std::string_view text) {
    Reader reader(text);
    const auto stage = reader.until(" from ");
    const auto client_text = stage ? reader.until(": ") : std::nullopt;
    const auto client = client_text ? client_of(*client_text) : std::nullopt;
    if (!client) return std::nullopt;
    Refused refused{.what = std::string(what),
                    .stage = std::string(*stage),
                    .client_name = client->first,
                    .client_address = client->second,
                    .text = std::string(reader.rest()),
                    .from = {},
                    .to = {}};
    // The last one: the text before may quote what a stranger wrote.
    const auto tail = reader.rest().rfind("; from=<");
    if (tail == std::string_view::npos) return refused;
    Reader envelope(reader.rest().substr(tail + 7));
    const auto from = envelope.address();
    if (!from) return refused;
    refused.text = std::string(reader.rest().substr(0, tail));
    refused.from = std::string(*from);
    if (envelope.skip(" to="))
        if (const auto to = envelope.address()) refused.to = std::string(*to);
    return refused;
}

std::optional<Event> picked_up(Reader reader) {
    const auto uid = reader.until(" from=");
    const auto number = uid ? base::parse_number(*uid) : std::nullopt;
    const auto from = reader.address();
    if (!number || !from) return std::nullopt;
    return PickedUp{.uid = *number, .from = std::string(*from)};
}

/// Behind `from=`, of qmgr.
std::optional<Event> queued_or_expired(Reader reader) {
    const auto from = reader.address();
    if (!from) return std::nullopt;
    if (reader.skip(", status=")) {
        if (!reader.rest().contains("expired")) return std::nullopt;
        return Expired{.from = std::string(*from)};
    }
    if (!reader.skip(", size=")) return std::nullopt;
    const auto size = reader.until(", nrcpt=");
    const auto recipients = size ? reader.until(" ") : std::nullopt;
    if (!recipients) return std::nullopt;
    const auto octets = base::parse_number(*size), count = base::parse_number(*recipients);
    if (!octets || !count) return std::nullopt;
    return Queued{.from = std::string(*from), .size = *octets, .recipients = *count};
}

Outcome outcome_called(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, Outcome>, 4> all{{{"sent", Outcome::sent},
                                                                       {"bounced", Outcome::bounced},
                                                                       {"deferred", Outcome::deferred},
                                                                       {"expired", Outcome::expired}}};
    const auto found = std::ranges::find(all, word, &std::pair<std::string_view, Outcome>::first);
    return found == all.end() ? Outcome::other : found->second;
}

/// Behind `to=`: `<…>, [orig_to=<…>, ]relay=…, [conn_use=…, ]delay=…, delays=…, dsn=…, status=word (text)`.
std::optional<Event> delivery(Reader reader) {
    Delivery delivery;
    const auto to = reader.address();
    if (!to || !reader.skip(", ")) return std::nullopt;
    delivery.to = std::string(*to);
    if (reader.skip("orig_to=")) {
        const auto original = reader.address();
        if (!original || !reader.skip(", ")) return std::nullopt;
        delivery.original_to = std::string(*original);
    }
    if (!reader.skip("relay=")) return std::nullopt;
    const auto relay = reader.until(", ");
    if (relay && reader.skip("conn_use=")) reader.until(", ");
    if (!relay || !reader.skip("delay=")) return std::nullopt;
    const auto delay = reader.until(", ");
    if (!delay || !reader.until("dsn=")) return std::nullopt;
    const auto code = reader.until(", status=");
    if (!code) return std::nullopt;
    delivery.relay = std::string(*relay);
    delivery.delay = std::string(*delay);
    delivery.status_code = std::string(*code);
    const auto open = reader.rest().find(" (");
    delivery.outcome = outcome_called(reader.rest().substr(0, open));
    if (open != std::string_view::npos) {
        auto text = reader.rest().substr(open + 2);
        if (text.ends_with(')')) text.remove_suffix(1);
        delivery.text = std::string(text);
    }
    return delivery;
}

std::optional<Event> event_of(std::string_view program, Reader reader) {
    for (const std::string_view what : {"reject", "milter-reject", "milter-hold"})
        if (Reader behind = reader; behind.skip(what) && behind.skip(": ")) return refused(what, behind.rest());
    if (program == "smtpd") return reader.skip("client=") ? accepted(reader.rest()) : std::nullopt;
    if (program == "pickup") return reader.skip("uid=") ? picked_up(reader) : std::nullopt;
    if (program == "cleanup")
        return reader.skip("message-id=") ? std::optional<Event>(Identified{.message_id = std::string(reader.rest())})
                                          : std::nullopt;
    if (reader.rest() == "removed") return Removed{};
    if (program == "qmgr") return reader.skip("from=") ? queued_or_expired(reader) : std::nullopt;
    if (reader.skip("to=")) return delivery(reader);
    if (program != "bounce") return std::nullopt;
    const auto kind = reader.until(" notification: ");
    if (!kind) return std::nullopt;
    return Notified{.kind = std::string(*kind), .queue_id = std::string(reader.rest())};
}

bool is_queue_id(std::string_view text) {
    return text.size() >= 6 && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

}  // namespace

std::optional<Entry> parse(std::string_view line) {
    Reader reader(line);
    // Before this there are only the time and our own name.
    if (!reader.until(" postfix/")) return std::nullopt;
    const auto service = reader.until("[");
    const auto process = service ? reader.until("]: ") : std::nullopt;
    if (!process || !base::parse_number(*process)) return std::nullopt;
    const auto id = reader.until(": ");
    const bool no_queue = id == "NOQUEUE";
    if (!id || (!no_queue && !is_queue_id(*id))) return std::nullopt;
    Entry entry{.service = std::string(*service), .queue_id = no_queue ? "" : std::string(*id), .event = Removed{}};
    auto event = event_of(entry.program(), reader);
    if (!event) return std::nullopt;
    entry.event = std::move(*event);
    return entry;
}

}  // namespace maillog
