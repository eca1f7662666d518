#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "maillog/reader.h"

namespace maillog {
namespace {

bool is_queue_id(std::string_view text) {
    return text.size() >= 6 && text.size() <= 32 && Reader(text).word().size() == text.size();
}

/// Seconds, microseconds, "z", inode: what no word of a complaint looks like.
bool is_long_queue_id(std::string_view text) {
    return is_queue_id(text) && text.size() > 11 && text[10] == 'z';
}

std::optional<Event> connected(Reader reader) {
    const auto client = reader.client();
    if (!client || !reader.rest().empty()) return std::nullopt;
    return Connected{.client = *client};
}

/// Behind the client: ` ehlo=1 mail=1 rcpt=1/3 commands=3/5`.
std::optional<Event> disconnected(Reader reader) {
    const auto client = reader.client();
    if (!client) return std::nullopt;
    Disconnected ended{.client = *client, .commands = {}};
    while (reader.skip(" ")) {
        const auto command = reader.word("_-");
        if (!reader.skip("=")) return std::nullopt;
        const auto taken = base::parse_number(reader.word());
        const auto given = reader.skip("/") ? base::parse_number(reader.word()) : taken;
        if (!taken || !given) return std::nullopt;
        if (command != "commands")
            ended.commands.push_back({.command = std::string(command), .taken = *taken, .given = *given});
    }
    if (!reader.rest().empty()) return std::nullopt;
    return ended;
}

/// `lost connection after DATA (12 bytes) from name[address]`, `timeout after RCPT from name[address]`
std::optional<Event> lost(Reader reader) {
    Lost lost{.client = {}, .stage = {}, .timed_out = reader.skip("timeout after ")};
    if (!lost.timed_out && !reader.skip("lost connection after ")) return std::nullopt;
    lost.stage = reader.word("-_");
    if (reader.skip(" (")) reader.until(")");
    const auto client = reader.skip(" from ") ? reader.client() : std::nullopt;
    if (!client || !reader.rest().empty()) return std::nullopt;
    lost.client = *client;
    return lost;
}

/// `Trusted TLS connection established to name[address]:25: TLSv1.3 with cipher NAME (…`; from a client there may be
/// ` to name` behind the address, which is how the client called us.
std::optional<Event> encrypted(Reader reader) {
    Encrypted encrypted;
    encrypted.trust = reader.word();
    if (!reader.skip(" TLS connection established ")) return std::nullopt;
    encrypted.outgoing = reader.skip("to ");
    if (!encrypted.outgoing && !reader.skip("from ")) return std::nullopt;
    const auto peer = reader.until(": ");
    const auto protocol = peer ? reader.until(" with cipher ") : std::nullopt;
    if (!protocol || protocol->contains(' ')) return std::nullopt;
    encrypted.peer = peer->substr(0, peer->find(" to "));
    encrypted.protocol = *protocol;
    encrypted.cipher = reader.word("_-");
    return encrypted;
}

/// `name[address]: SASL PLAIN authentication failed: why, sasl_username=…`; what the user wrote ends the line.
std::optional<Event> login_failed(Reader reader) {
    const auto client = reader.client();
    if (!client || !reader.skip(": SASL ")) return std::nullopt;
    const auto method = reader.until(" authentication failed: ");
    if (!method) return std::nullopt;
    const auto reason = reader.until(", sasl_username=");
    return LoginFailed{
        .client = *client, .method = std::string(*method), .user = reason ? std::string(reader.rest()) : ""};
}

std::optional<Event> complaint(std::string_view level, Reader reader) {
    return Complaint{.level = std::string(level), .text = std::string(reader.rest())};
}

std::optional<Event> accepted(Reader reader) {
    const auto client = reader.client();
    if (!client) return std::nullopt;
    Accepted accepted{.client = *client, .sasl_method = {}, .sasl_username = {}};
    while (reader.skip(", ")) {
        const auto name = reader.until("=");
        if (!name) return std::nullopt;
        const auto value = reader.rest().substr(0, reader.rest().find(", "));
        reader.skip(value);
        if (name == "sasl_method") accepted.sasl_method = value;
        if (name == "sasl_username") accepted.sasl_username = value;
    }
    return accepted;
}

/// ` from=<…> to=<…> proto=ESMTP helo=<…> sasl_method=… sasl_username=…`, each perhaps not there, up to the end of the
/// line: something else that looks like it within an address or a reply does not reach the end.
bool read_envelope(Reader reader, Refused& refused) {
    Refused read = refused;
    if (reader.skip(" from=")) {
        const auto from = reader.address();
        if (!from) return false;
        read.from = *from;
    }
    if (reader.skip(" to=")) {
        const auto to = reader.address();
        if (!to) return false;
        read.to = *to;
    }
    if (reader.skip(" proto=")) reader.word();
    if (reader.skip(" helo=<")) {
        const auto name = reader.until(">");
        if (!name || name->contains('<')) return false;
    }
    if (reader.skip(" sasl_method=")) reader.word("-_");
    if (reader.skip(" sasl_username=")) {
        read.sasl_username = reader.rest().substr(0, reader.rest().find(' '));
        reader.skip(read.sasl_username);
    }
    if (reader.skip(" sasl_sender=")) reader.skip(reader.rest().substr(0, reader.rest().find(' ')));
    if (!reader.rest().empty()) return false;
    refused = std::move(read);
    return true;
}

/// Behind `reject: `: `RCPT from name[address]: text; from=<…> to=<…> …`, and of cleanup `header … from …; …: text`.
std::optional<Event> refused(std::string_view program, std::string_view what, Reader reader) {
    Refused refused{
        .what = std::string(what), .stage = {}, .client = {}, .text = {}, .from = {}, .to = {}, .sasl_username = {}};
    const bool by_cleanup_itself = program == "cleanup" && !what.starts_with("milter-");
    const auto stage = reader.until(by_cleanup_itself ? " " : " from ");
    if (!stage) return std::nullopt;
    refused.stage = *stage;
    refused.text = reader.rest();
    // The content of a header comes before everything else there: nothing behind it can be told from it.
    if (by_cleanup_itself) return refused;
    const auto client = reader.client();
    if (!client || !reader.skip(": ")) return std::nullopt;
    refused.client = *client;
    const auto text = reader.rest();
    refused.text = text;
    for (auto at = text.find(';'); at != std::string_view::npos; at = text.find(';', at + 1))
        if (read_envelope(Reader(text.substr(at + 1)), refused)) {
            refused.text = text.substr(0, at);
            break;
        }
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

/// Behind `to=`: `<…>, [orig_to=<…>, ]relay=…, [conn_use=…, ]delay=…, delays=…, [tls=…, ]dsn=…, status=word (text)`.
std::optional<Event> delivery(Reader reader) {
    Delivery delivery;
    const auto to = reader.address();
    if (!to || !reader.skip(", ")) return std::nullopt;
    delivery.to = *to;
    if (reader.skip("orig_to=")) {
        const auto original = reader.address();
        if (!original || !reader.skip(", ")) return std::nullopt;
        delivery.original_to = *original;
    }
    if (!reader.skip("relay=")) return std::nullopt;
    const auto relay = reader.until(", ");
    if (relay && reader.skip("conn_use=")) reader.until(", ");
    if (!relay || !reader.skip("delay=")) return std::nullopt;
    const auto delay = reader.until(", ");
    if (!delay || !reader.skip("delays=")) return std::nullopt;
    const auto delays = reader.until(", ");
    if (!delays || !reader.until("dsn=")) return std::nullopt;
    const auto code = reader.until(", status=");
    if (!code) return std::nullopt;
    delivery.relay = *relay;
    delivery.delay = *delay;
    delivery.delays = *delays;
    delivery.status_code = *code;
    const auto open = reader.rest().find(" (");
    delivery.outcome = outcome_called(reader.rest().substr(0, open));
    if (open != std::string_view::npos) {
        auto text = reader.rest().substr(open + 2);
        if (text.ends_with(')')) text.remove_suffix(1);
        delivery.text = text;
    }
    return delivery;
}

/// Behind `host `: `mx.example.org[192.0.2.1] said: 451 …`.
std::optional<Event> answered(Reader reader) {
    const auto host = reader.until(" said: ");
    if (!host || host->contains(' ')) return std::nullopt;
    return Answered{.host = std::string(*host), .text = std::string(reader.rest())};
}

/// What is said without a queue id.
std::optional<Event> event_of_session(std::string_view program, Reader reader) {
    if (program == "smtpd") {
        if (reader.skip("connect from ")) return connected(reader);
        if (reader.skip("disconnect from ")) return disconnected(reader);
        if (auto found = lost(reader)) return found;
    }
    if (reader.rest().contains(" TLS connection established "))
        if (auto found = encrypted(reader)) return found;
    for (const std::string_view level : {"warning", "error", "fatal", "panic"}) {
        Reader behind = reader;
        if (!behind.skip(level) || !behind.skip(": ")) continue;
        if (program == "smtpd")
            if (auto found = login_failed(behind)) return found;
        return complaint(level, behind);
    }
    return std::nullopt;
}

std::optional<Event> event_of_mail(std::string_view program, Reader reader) {
    for (const std::string_view what : {"reject", "hold", "discard", "milter-reject", "milter-hold", "milter-discard"})
        if (Reader behind = reader; behind.skip(what) && behind.skip(": ")) return refused(program, what, behind);
    if (program == "smtpd") return reader.skip("client=") ? accepted(reader) : lost(reader);
    if (program == "pickup") return reader.skip("uid=") ? picked_up(reader) : std::nullopt;
    if (program == "cleanup" && reader.skip("message-id=")) return Identified{.message_id = std::string(reader.rest())};
    // Of cleanup: "removed (canceled)", when a client's mail was not taken in the end.
    if (reader.rest() == "removed" || (program == "cleanup" && reader.rest().starts_with("removed (")))
        return Removed{};
    if (program == "cleanup") return std::nullopt;
    if (program == "qmgr" && reader.skip("from=")) return queued_or_expired(reader);
    if (reader.skip("to=")) return delivery(reader);
    if (reader.skip("host ")) return answered(reader);
    if (program != "bounce") return std::nullopt;
    const auto kind = reader.until(" notification: ");
    if (!kind) return std::nullopt;
    return Notified{.kind = std::string(*kind), .queue_id = std::string(reader.rest())};
}

/// `Nov  1 15:02:11 mail `: nothing else may stand before Postfix' name.
bool skip_time_and_host(Reader& reader) {
    constexpr std::size_t time = 15;
    const auto text = reader.rest().substr(0, time);
    if (text.size() < time || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':') return false;
    reader.skip(text);
    if (!reader.skip(" ")) return false;
    reader.word("-._");
    return reader.skip(" ");
}

}  // namespace

std::optional<Entry> parse_postfix(std::string_view line) {
    Reader reader(line);
    if (!skip_time_and_host(reader) || !reader.skip("postfix/")) return std::nullopt;
    const auto service = reader.word("/-_");
    if (!reader.skip("[")) return std::nullopt;
    const auto process = base::parse_number(reader.word());
    if (!process || !reader.skip("]: ")) return std::nullopt;
    Entry entry{.service = std::string(service), .process = *process, .queue_id = {}, .event = Removed{}};
    auto event = event_of_session(entry.program(), reader);
    if (auto* complaint = event ? std::get_if<Complaint>(&*event) : nullptr) {
        Reader behind(complaint->text);
        if (const auto id = behind.until(": "); id && is_long_queue_id(*id)) {
            entry.queue_id = *id;
            complaint->text = std::string(behind.rest());
        }
    }
    if (!event) {
        const auto id = reader.until(": ");
        const bool no_queue = id == "NOQUEUE";
        if (!id || (!no_queue && !is_queue_id(*id))) return std::nullopt;
        if (!no_queue) entry.queue_id = *id;
        event = event_of_mail(entry.program(), reader);
    }
    if (!event) return std::nullopt;
    entry.event = std::move(*event);
    return entry;
}

}  // namespace maillog
