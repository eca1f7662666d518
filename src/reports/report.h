#pragma once
/// What other mail servers report about ours: who sent mail with our domains in From (DMARC, RFC 7489 §7.2), and how
/// TLS with our mail server went (TLS-RPT, RFC 8460). Every word of it is a stranger's: texts are cut, counts bounded.
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace reports {

/// As much of one report as is kept; the rest is added up in a row without details.
inline constexpr std::size_t most_rows = 500;
/// No row counts more.
inline constexpr std::int64_t most_counted = 1'000'000'000;

/// Mails from one address that fared alike.
struct Source {
    std::string address;             ///< empty: those that did not fit in
    std::string disposition;         ///< what the receiver did: none, quarantine or reject
    bool dkim = false, spf = false;  ///< which of them passed, for the domain in From
    std::int64_t mails = 0;
    bool passed() const { return dkim || spf; }
    bool operator==(const Source&) const = default;
};

/// TLS sessions that went alike.
struct Sessions {
    std::string result;    ///< of RFC 8460 §4.3, such as "certificate-expired"; empty: TLS as wanted
    std::string receiver;  ///< the name of the mail server, as far as told
    std::int64_t sessions = 0;
    bool operator==(const Sessions&) const = default;
};

enum class Kind { dmarc, tls };

/// About one domain.
struct Report {
    Kind kind = Kind::dmarc;
    std::string domain;  ///< lower case; of a stranger's choice
    std::string id;
    std::string organization;  ///< how the reporter calls itself
    base::SystemTime begun, ended;
    std::vector<Source> sources;     ///< of a DMARC report
    std::vector<Sessions> sessions;  ///< of one about TLS
    bool operator==(const Report&) const = default;
};

/// The report in an aggregate report's XML (RFC 7489 appendix C).
base::Result<Report> parse_dmarc(std::string_view xml);

/// The reports in the JSON of RFC 8460 §4.4, one for each domain.
base::Result<std::vector<Report>> parse_tls(std::string_view json);

/// The reports in what was attached to a mail: XML or JSON, plain, in gzip or zip.
base::Result<std::vector<Report>> parse_attachment(std::string_view octets);

}  // namespace reports
