#pragma once
/// The outcome of a check as it is kept for whoever wants to show it: `status`, figures, the page about the DNS. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "dnscheck/check.h"

namespace dnscheck {

struct Snapshot {
    /// The worst that was found about one thing of one domain, host or address.
    struct Check {
        std::string subject;
        std::string name;  ///< "MX", "SPF", …, see check_name()
        Severity severity = Severity::ok;
        bool good() const { return severity != Severity::error && severity != Severity::unknown; }
        bool operator==(const Check&) const = default;
    };
    struct Line {
        std::string subject;
        std::string check;     ///< as Check::name
        std::string host;      ///< the record's name, without final dot
        std::string type;      ///< "A", "TXT", …
        std::string expected;  ///< plain, as for a web form
        std::string found;     ///< several separated by ", "; empty: nothing. Printable
        bool required = true;
        Presence presence = Presence::ok;
        bool operator==(const Line&) const = default;
    };
    struct List {
        std::string list, address;
        bool listed = false;
        bool operator==(const List&) const = default;
    };

    base::SystemTime checked{};
    bool green = false;
    int findings = 0;  ///< errors and warnings that are not ignored
    std::vector<std::string> addresses = {};
    std::vector<Check> checks = {};
    std::vector<Line> records = {};
    std::vector<List> lists = {};
    bool operator==(const Snapshot&) const = default;
};

/// What a finding or record with this id is about, in a word or two: "MX" for "domain.mx" and "domain.mx.other".
std::string_view check_name(std::string_view id);

Snapshot snapshot(const Report& report, base::SystemTime now);

/// As it stands in the workspace (JSON), and back; an error when the text is something else.
std::string to_text(const Snapshot& snapshot);
base::Result<Snapshot> parse_snapshot(std::string_view text);

/// "all that is required is there (2 findings, see ./dns_check.sh), checked 2026-11-21 04:00 UTC"; for `status`.
std::string summary(const Snapshot& snapshot);

}  // namespace dnscheck
