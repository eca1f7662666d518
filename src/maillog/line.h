#pragma once
/// Postfix' log lines as values: who handed a mail in, what became of each of its recipients. Pure, and made for what
/// strangers write into addresses, names and answers: a line that is not understood is no event.
///
///     Nov 21 15:02:11 mail postfix/smtps/smtpd[245]: 4jWwR75TZdz1dmX6: client=…, sasl_method=PLAIN, sasl_username=…
///
/// A mail is known by its queue id, which with long queue ids is never used again. All texts are as Postfix printed
/// them: it writes control characters as `?` and addresses in their quoted form (RFC 5321 §4.1.2), here without the
/// angle brackets.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace maillog {

/// smtpd took the first recipient of a mail.
struct Accepted {
    std::string client_name;                 ///< "unknown" when its address has no name
    std::string client_address;              ///< numeric
    std::string sasl_method, sasl_username;  ///< empty without a login
    bool operator==(const Accepted&) const = default;
};

/// smtpd, or the filter at the end of a mail, refused something for good or for now.
struct Refused {
    std::string what;   ///< "reject", "milter-reject" or "milter-hold" (then the mail is kept, on hold)
    std::string stage;  ///< "RCPT", "END-OF-MESSAGE", …
    std::string client_name, client_address;
    std::string text;      ///< the reply, or why it is held
    std::string from, to;  ///< may be empty
    bool operator==(const Refused&) const = default;
};

/// A program on this host handed a mail in (sendmail).
struct PickedUp {
    std::uint64_t uid = 0;
    std::string from;
    bool operator==(const PickedUp&) const = default;
};

/// cleanup knows the Message-ID; with its angle brackets, and empty when there is none.
struct Identified {
    std::string message_id;
    bool operator==(const Identified&) const = default;
};

/// qmgr takes the mail up for delivery; again at every further try.
struct Queued {
    std::string from;        ///< empty: the null sender
    std::uint64_t size = 0;  ///< octets
    std::uint64_t recipients = 0;
    bool operator==(const Queued&) const = default;
};

enum class Outcome { sent, bounced, deferred, expired, other };

/// What came of one recipient at one try.
struct Delivery {
    std::string to;
    std::string original_to;  ///< as the client gave it, when an alias changed it
    std::string relay;        ///< "mx.example.org[192.0.2.1]:25", or "none"
    std::string delay;        ///< seconds since the mail came in
    std::string status_code;  ///< RFC 3463: "5.1.1"
    Outcome outcome = Outcome::other;
    std::string text;  ///< what the other side said
    bool operator==(const Delivery&) const = default;
};

/// A mail about this one, under its own queue id, is on its way to the sender.
struct Notified {
    std::string kind;  ///< "sender non-delivery", "sender delivery status", "postmaster non-delivery", …
    std::string queue_id;
    bool operator==(const Notified&) const = default;
};

/// The mail was too long in the queue and goes back.
struct Expired {
    std::string from;
    bool operator==(const Expired&) const = default;
};

/// The mail left the queue.
struct Removed {
    bool operator==(const Removed&) const = default;
};

using Event = std::variant<Accepted, Refused, PickedUp, Identified, Queued, Delivery, Notified, Expired, Removed>;

struct Entry {
    std::string service;   ///< between "postfix/" and the process id: "smtpd", "smtps/smtpd", "smtp", "lmtp", …
    std::string queue_id;  ///< empty when there is no mail yet (NOQUEUE)
    Event event;
    /// The last part of `service`: the program.
    std::string_view program() const { return std::string_view(service).substr(service.rfind('/') + 1); }
    bool operator==(const Entry&) const = default;
};

/// The event a line tells of; nothing for all other lines.
std::optional<Entry> parse(std::string_view line);

}  // namespace maillog
