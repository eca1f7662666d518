#pragma once
/// The engines' log lines about mail as values: who came, who handed a mail in, what the filter thought of it, what
/// became of each of its recipients. Pure, and made for what strangers write into addresses, names and answers: a line
/// that is not understood is no event, and what stands inside an address, a Message-ID or another server's answer is
/// never taken for a field of the line.
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
#include <vector>

namespace maillog {

/// Whom smtpd talks with.
struct Client {
    std::string name;     ///< "unknown" when its address has no name
    std::string address;  ///< numeric
    bool operator==(const Client&) const = default;
};

/// A session with smtpd begins. Probes of our own come from a loopback address, too.
struct Connected {
    Client client;
    bool operator==(const Connected&) const = default;
};

/// How often a client gave a command, and how often it was taken.
struct CommandCount {
    std::string command;  ///< "ehlo", "auth", "mail", …; "unknown" for all there are not
    std::uint64_t taken = 0, given = 0;
    bool operator==(const CommandCount&) const = default;
};

/// A session with smtpd ended.
struct Disconnected {
    Client client;
    std::vector<CommandCount> commands;  ///< the sum, "commands", is left out
    /// How often a command was given; 0 for one that was not.
    std::uint64_t given(std::string_view command) const;
    bool operator==(const Disconnected&) const = default;
};

/// A client broke off its session with smtpd, or said nothing for too long; Disconnected follows.
struct Lost {
    Client client;
    std::string stage;  ///< after which command: "CONNECT", "AUTH", "DATA", …
    bool timed_out = false;
    bool operator==(const Lost&) const = default;
};

/// A TLS handshake was completed: of a client with smtpd, or of smtp with another server.
struct Encrypted {
    std::string trust;  ///< "Anonymous", "Untrusted", "Trusted" or "Verified": what the other side's certificate is
    bool outgoing = false;
    std::string peer;      ///< "name[192.0.2.1]", of an outgoing one with ":25" behind it
    std::string protocol;  ///< "TLSv1.3"
    std::string cipher;    ///< "TLS_AES_256_GCM_SHA384"
    bool operator==(const Encrypted&) const = default;
};

/// A login with smtpd failed.
struct LoginFailed {
    Client client;
    std::string method;  ///< "PLAIN", "LOGIN"
    std::string user;    ///< as the client gave it; may be "(unavailable)", and anything else
    bool operator==(const LoginFailed&) const = default;
};

/// smtpd took the first recipient of a mail.
struct Accepted {
    Client client;
    std::string sasl_method, sasl_username;  ///< empty without a login
    bool operator==(const Accepted&) const = default;
};

/// smtpd, cleanup or the filter refused something for good or for now, or did something else with a mail.
struct Refused {
    std::string what;      ///< "reject", "milter-reject"; "hold", "milter-hold" (kept); "discard", "milter-discard"
    std::string stage;     ///< "CONNECT", "RCPT", "END-OF-MESSAGE", …; of cleanup: "header", "body", "mime-error", …
    Client client;         ///< empty where cleanup speaks of a header or the like
    std::string text;      ///< the reply, or why
    std::string from, to;  ///< may be empty
    std::string sasl_username;
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
    std::string delays;       ///< the same in parts: before the queue, in it, connecting, sending
    std::string status_code;  ///< RFC 3463: "5.1.1"
    Outcome outcome = Outcome::other;
    std::string text;  ///< what the other side said
    bool operator==(const Delivery&) const = default;
};

/// One of several servers of a recipient's said no; another one is asked.
struct Answered {
    std::string host;  ///< "mx.example.org[192.0.2.1]"
    std::string text;
    bool operator==(const Answered&) const = default;
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

/// Postfix complains; about one mail when there is a queue id.
struct Complaint {
    std::string level;  ///< "warning", "error", "fatal" or "panic"
    std::string text;
    bool operator==(const Complaint&) const = default;
};

/// One of the filter's rules that fits a mail.
struct Symbol {
    std::string name;
    double score = 0;
    bool operator==(const Symbol&) const = default;
};

/// The filter's verdict on a mail.
struct Judged {
    std::string action;  ///< "no action", "add header", "greylist", "soft reject", "reject", …
    double score = 0;
    std::optional<double> reject_score;  ///< from which on mail is refused; nothing: never
    std::vector<Symbol> symbols;
    double seconds = 0;  ///< how long it took
    bool operator==(const Judged&) const = default;
};

/// Dovecot put a mail into a folder, or did something else with it.
struct Stored {
    std::string user;
    std::string session;  ///< also in what Dovecot answered Postfix: Delivery::text
    std::string what;     ///< "stored mail into mailbox 'INBOX'", "forwarded to <x@y.example>", …
    bool operator==(const Stored&) const = default;
};

using Event =
    std::variant<Connected, Disconnected, Lost, Encrypted, LoginFailed, Accepted, Refused, PickedUp, Identified, Queued,
                 Delivery, Answered, Notified, Expired, Removed, Complaint, Judged, Stored>;

struct Entry {
    std::string service;  ///< of Postfix what stands between "postfix/" and the process id: "smtpd", "smtps/smtpd",
                          ///< "proxy/submission/smtpd", "smtp", "lmtp", …; otherwise "rspamd" or "dovecot"
    std::uint64_t process = 0;  ///< Postfix' process id: the lines of a session share it
    std::string queue_id;       ///< empty when there is no mail (yet)
    Event event;
    /// The last part of `service`: the program.
    std::string_view program() const { return std::string_view(service).substr(service.rfind('/') + 1); }
    bool operator==(const Entry&) const = default;
};

/// The event a line of an engine's log tells of; nothing for all other lines. `engine` is the supervised service:
/// "postfix", "rspamd", "dovecot".
std::optional<Entry> parse(std::string_view engine, std::string_view line);

std::optional<Entry> parse_postfix(std::string_view line);
std::optional<Entry> parse_rspamd(std::string_view line);
std::optional<Entry> parse_dovecot(std::string_view line);

}  // namespace maillog
