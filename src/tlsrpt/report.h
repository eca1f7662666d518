#pragma once
/// A report (RFC 8460 §4.4) and the mail that carries it (§5.3). Pure.
#include <string>
#include <vector>

#include "base/clock.h"
#include "tlsrpt/store.h"

namespace tlsrpt {

/// Who reports.
struct Reporter {
    std::string domain;    ///< organization and submitter; the mail is from it, and signed by it
    std::string hostname;  ///< of this server
    std::string contact;   ///< mail address for questions
    std::string from() const { return "tls-reports@" + domain; }
};

/// Unlike that of any other report: "2026-11-20T00:00:00Z-example.com-1795219200@mail.example.org".
std::string report_id(const Reporter& reporter, Day day, const std::string& domain, base::SystemTime now);

/// The JSON of the report on one day.
json::Value report_json(const Reporter& reporter, Day day, const std::string& id, const std::vector<Counted>& counted);

/// "example.org!example.com!1795132800!1795219199.json.gz" (§5.1)
std::string file_name(const Reporter& reporter, Day day, const std::string& domain);

/// The whole mail, lines ended by LF. `report` is the JSON.
std::string report_mail(const Reporter& reporter, const Outgoing& outgoing, base::SystemTime now);

}  // namespace tlsrpt
