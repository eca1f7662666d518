#include "metrics/mail_figures.h"

#include <algorithm>
#include <charconv>

#include "base/ip.h"
#include "base/text.h"
#include "metrics/refusal.h"

namespace metrics {
namespace {

/// More than Postfix has processes, and mails between two of them.
constexpr std::size_t most_remembered = 10'000;

/// The suites main.cf leaves that clients of today choose; they exist from the start.
constexpr std::pair<Words, Words> usual_suites[] = {
    {"TLSv1.3", "TLS_AES_256_GCM_SHA384"},        {"TLSv1.3", "TLS_AES_128_GCM_SHA256"},
    {"TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"},  {"TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"}, {"TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"},
};

/// A word of a closed set, or its last one, which stands for all others.
template <std::size_t size>
std::string one_of(const Words (&words)[size], std::string_view word) {
    return std::string(std::ranges::contains(words, word) ? word : words[size - 1]);
}

double decimal(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Our own probes and nobody else's mail: from loopback, and nothing was handed in.
bool is_probe(const maillog::Disconnected& session) {
    const auto address = base::IpAddress::parse(session.client.address);
    return address && address->is_loopback() && session.given("mail") == 0;
}

/// On its way through this host a second time (forwarding), not to another server.
bool is_inner(const maillog::Delivery& delivery) {
    return delivery.relay.starts_with("127.0.0.1[127.0.0.1]");
}

std::optional<Words> state_of(maillog::Outcome outcome) {
    switch (outcome) {
        case maillog::Outcome::sent:
            return "sent";
        case maillog::Outcome::deferred:
            return "deferred";
        case maillog::Outcome::bounced:
            return "bounced";
        case maillog::Outcome::expired:
            return "expired";
        case maillog::Outcome::other:
            break;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> port_of(std::string_view service) {
    if (service.starts_with("proxy/")) service.remove_prefix(6);
    if (service == "smtpd") return "smtp";
    if (service == "submission/smtpd") return "submission";
    if (service == "smtps/smtpd") return "submissions";
    return std::nullopt;
}

MailFigures::MailFigures(Registry& registry, std::size_t most_users) : registry_(registry), most_users_(most_users) {
    for (const auto service : smtp_services)
        for (const auto& [protocol, cipher] : usual_suites)
            registry_.add("mailserver_smtp_tls_connections_total",
                          {std::string(service), std::string(protocol), std::string(cipher)}, 0);
    registry_.add("mailserver_submissions_total", {"(others)"}, 0);
    for (const auto level : levels) registry_.add("mailserver_log_messages_total", {"postfix", std::string(level)}, 0);
}

void MailFigures::read(const maillog::Entry& entry) {
    std::visit([&](const auto& event) { count(entry, event); }, entry.event);
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Connected&) {
    if (sessions_.size() >= most_remembered) sessions_.clear();
    sessions_[entry.process] = {};
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Lost&) {
    if (const auto session = sessions_.find(entry.process); session != sessions_.end()) session->second.is_lost = true;
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Encrypted& event) {
    if (event.outgoing)
        return registry_.add("mailserver_outgoing_tls_connections_total", {one_of(tls_versions, event.protocol)});
    if (const auto session = sessions_.find(entry.process); session != sessions_.end())
        session->second = {.protocol = event.protocol, .cipher = event.cipher};
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Disconnected& event) {
    const auto found = sessions_.extract(entry.process);
    const auto port = port_of(entry.service);
    if (!port || is_probe(event)) return;
    const std::string service(*port);
    registry_.add("mailserver_smtp_connections_total", {service});
    const auto session = found.empty() ? Session{} : found.mapped();
    if (session.is_lost) registry_.add("mailserver_smtp_connections_lost_total", {service});
    if (!session.protocol.empty())
        registry_.add("mailserver_smtp_tls_connections_total", {service, session.protocol, session.cipher});
    for (const auto& command : event.commands) {
        if (command.command != "auth") continue;
        const auto taken = std::min(command.taken, command.given);
        registry_.add("mailserver_smtp_auth_total", {service, "success"}, static_cast<double>(taken));
        registry_.add("mailserver_smtp_auth_total", {service, "failure"}, static_cast<double>(command.given - taken));
    }
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Accepted& event) {
    if (entry.service.starts_with("srs/")) return;  // it came in before
    expect(entry.queue_id, {.port = std::string(port_of(entry.service).value_or("")), .user = event.sasl_username});
}

void MailFigures::count(const maillog::Entry& entry, const maillog::PickedUp&) {
    expect(entry.queue_id, {});
}

void MailFigures::expect(const std::string& queue_id, Incoming mail) {
    if (incoming_.size() >= most_remembered) incoming_.clear();
    incoming_[queue_id] = std::move(mail);
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Queued& event) {
    // The same line comes again at each further try.
    const auto mail = incoming_.extract(entry.queue_id);
    if (mail.empty()) return;
    registry_.add("mailserver_message_bytes_total", {}, static_cast<double>(event.size));
    const auto& taken = mail.mapped();
    if (taken.port.empty()) return;
    registry_.add("mailserver_messages_received_total", {taken.port});
    if (taken.user.empty()) return;
    const bool has_series = users_.contains(taken.user) || users_.size() < most_users_;
    if (has_series) users_.insert(taken.user);
    registry_.add("mailserver_submissions_total", {has_series ? taken.user : "(others)"});
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Removed&) {
    incoming_.erase(entry.queue_id);
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Refused& event) {
    const bool is_refusal = event.what == "reject" || event.what == "milter-reject";
    if (!is_refusal || entry.service.starts_with("srs/") || entry.service.starts_with("inner/")) return;
    const auto reason = reason_of(event);
    registry_.add("mailserver_smtp_rejects_total", {std::string(reason)});
    if (reason == "virus") registry_.add("mailserver_virus_found_total");
}

void MailFigures::count(const maillog::Entry& entry, const maillog::Delivery& event) {
    const auto state = state_of(event.outcome);
    if (!state || is_inner(event)) return;
    const auto transport = one_of(transports, entry.program());
    registry_.add("mailserver_deliveries_total", {transport, std::string(*state)});
    if (event.outcome != maillog::Outcome::sent || !std::ranges::contains(timed_transports, transport)) return;
    registry_.observe("mailserver_delivery_delay_seconds", {transport}, decimal(event.delay));
    const auto parts = base::split(event.delays, '/');
    if (parts.size() != std::size(delivery_stages)) return;
    for (std::size_t stage = 0; stage < parts.size(); ++stage)
        registry_.add("mailserver_delivery_stage_seconds_total", {transport, std::string(delivery_stages[stage])},
                      std::max(0.0, decimal(parts[stage])));
}

void MailFigures::count(const maillog::Entry&, const maillog::Complaint& event) {
    registry_.add("mailserver_log_messages_total", {"postfix", event.level == "warning" ? "warning" : "error"});
    if (event.text.starts_with("hostname ") && event.text.contains(" does not resolve to address "))
        registry_.add("mailserver_smtp_client_name_errors_total");
}

void MailFigures::count(const maillog::Entry&, const maillog::Judged& event) {
    registry_.observe("mailserver_spam_scan_seconds", {}, event.seconds);
    if (event.action == "greylist") registry_.add("mailserver_greylisted_total");
}

}  // namespace metrics
