#include <map>
#include <tuple>

#include "base/address.h"
#include "base/ip.h"
#include "reports/texts.h"
#include "xml/xml.h"

namespace reports {
namespace {

/// The text of an element down this way; empty when there is none.
std::string_view at(const xml::Element& from, std::initializer_list<std::string_view> way) {
    const auto* here = &from;
    for (const auto name : way)
        if (here = here->child(name); !here) return {};
    return base::trim(here->text);
}

std::string disposition_of(std::string_view word) {
    const auto lower = base::lower(word);
    return lower == "reject" || lower == "quarantine" ? lower : "none";
}

}  // namespace

base::Result<Report> parse_dmarc(std::string_view text) {
    const auto root = xml::parse(text);
    if (!root) return std::unexpected(root.error());
    if (root->name != "feedback") return base::fail("it is no DMARC report: its root is not <feedback>");
    const auto domain = base::Domain::parse(at(*root, {"policy_published", "domain"}));
    if (!domain) return base::fail("the DMARC report is about no domain");
    const auto moment = [&](std::string_view name) {
        constexpr std::uint64_t latest = 4'102'444'800;  // the year 2100: no date beyond can overflow anything
        const auto told = base::parse_number(at(*root, {"report_metadata", "date_range", name})).value_or(0);
        return base::SystemTime(std::chrono::seconds(std::min(told, latest)));
    };
    Report report{.kind = Kind::dmarc,
                  .domain = domain->str(),
                  .id = short_text(at(*root, {"report_metadata", "report_id"})),
                  .organization = short_text(at(*root, {"report_metadata", "org_name"}), 100),
                  .begun = moment("begin"),
                  .ended = moment("end"),
                  .sources = {},
                  .sessions = {}};
    if (report.id.empty()) return base::fail("the DMARC report has no report_id");

    std::map<std::tuple<std::string, std::string, bool, bool>, std::int64_t> rows;
    for (const auto& record : root->children) {
        if (record.name != "record") continue;
        const auto address = base::IpAddress::parse(at(record, {"row", "source_ip"}));
        const auto passed = [&](std::string_view what) {
            return base::lower(at(record, {"row", "policy_evaluated", what})) == "pass";
        };
        const auto name = address ? address->str() : std::string();
        auto key = std::tuple(name, disposition_of(at(record, {"row", "policy_evaluated", "disposition"})),
                              passed("dkim"), passed("spf"));
        if (!rows.contains(key) && rows.size() >= most_rows) std::get<0>(key).clear();
        auto& mails = rows[std::move(key)];
        mails = std::min(mails + counted(at(record, {"row", "count"})), most_counted);
    }
    for (const auto& [key, mails] : rows) {
        const auto& [address, disposition, dkim, spf] = key;
        if (mails > 0) report.sources.push_back({address, disposition, dkim, spf, mails});
    }
    return report;
}

}  // namespace reports
