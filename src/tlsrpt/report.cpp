#include "tlsrpt/report.h"

#include <format>

#include "crypto/digest.h"
#include "pack/gzip.h"

namespace tlsrpt {
namespace {

constexpr std::chrono::seconds last_second = std::chrono::days(1) - std::chrono::seconds(1);

base::SystemTime begin(Day day) {
    return base::SystemTime(day);
}

/// base64 in lines as mail has them (RFC 2045 §6.8).
std::string base64_lines(std::string_view octets) {
    const auto encoded = crypto::base64(octets);
    std::string text;
    for (std::size_t at = 0; at < encoded.size(); at += 76) text += encoded.substr(at, 76) + "\n";
    return text;
}

json::Value of(const Counted& counted) {
    auto result = json::object({{"policy", counted.policy},
                                {"summary", json::object({{"total-successful-session-count", counted.successes},
                                                          {"total-failure-session-count", counted.failures}})}});
    auto details = json::array();
    for (const auto& [failure, sessions] : counted.details) {
        auto detail = failure;
        detail.set("failed-session-count", sessions);
        details.add(std::move(detail));
    }
    if (!details.items().empty()) result.set("failure-details", std::move(details));
    return result;
}

}  // namespace

std::string report_id(const Reporter& reporter, Day day, const std::string& domain, base::SystemTime now) {
    return std::format("{:%FT%TZ}-{}-{}@{}", begin(day), domain, now.time_since_epoch().count(), reporter.hostname);
}

json::Value report_json(const Reporter& reporter, Day day, const std::string& id, const std::vector<Counted>& counted) {
    auto policies = json::array();
    for (const auto& one : counted) policies.add(of(one));
    return json::object(
        {{"organization-name", reporter.domain},
         {"date-range", json::object({{"start-datetime", std::format("{:%FT%TZ}", begin(day))},
                                      {"end-datetime", std::format("{:%FT%TZ}", begin(day) + last_second)}})},
         {"contact-info", reporter.contact},
         {"report-id", id},
         {"policies", std::move(policies)}});
}

std::string file_name(const Reporter& reporter, Day day, const std::string& domain) {
    return std::format("{}!{}!{}!{}.json.gz", reporter.domain, domain, begin(day).time_since_epoch().count(),
                       (begin(day) + last_second).time_since_epoch().count());
}

std::string report_mail(const Reporter& reporter, const Outgoing& outgoing, base::SystemTime now) {
    const auto boundary = "report-" + crypto::sha256_hex(outgoing.id).substr(0, 32);
    return std::format(
        "From: TLS reports <{0}>\n"
        "To: <{1}>\n"
        "Subject: Report Domain: {2} Submitter: {3} Report-ID: <{4}>\n"
        "Date: {5:%a, %d %b %Y %H:%M:%S} +0000\n"
        "Message-ID: <tls-report-{4}>\n"
        "TLS-Report-Domain: {2}\n"
        "TLS-Report-Submitter: {3}\n"
        // RFC 8460 §3: trouble with TLS must not hold up the report about it. Postfix then does not report it, either:
        // or two servers would go on telling each other about their reports.
        "TLS-Required: No\n"
        "Auto-Submitted: auto-generated\n"
        "MIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=\"tlsrpt\";\n"
        " boundary=\"{6}\"\n"
        "\n"
        "--{6}\n"
        "Content-Type: text/plain; charset=us-ascii\n"
        "\n"
        "This is an aggregate TLS report from {3} about mail to {2}\n"
        "on {7:%F} (UTC). Questions: {8}\n"
        "\n"
        "--{6}\n"
        "Content-Type: application/tlsrpt+gzip\n"
        "Content-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment;\n"
        " filename=\"{9}\"\n"
        "\n"
        "{10}"
        "--{6}--\n",
        reporter.from(), outgoing.target, outgoing.domain, reporter.domain, outgoing.id, now, boundary, outgoing.day,
        reporter.contact, file_name(reporter, outgoing.day, outgoing.domain),
        base64_lines(pack::gzip(outgoing.report)));
}

}  // namespace tlsrpt
