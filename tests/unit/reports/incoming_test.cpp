#include <doctest/doctest.h>

#include <format>
#include <string>

#include "pack/gzip.h"
#include "reports/report.h"

using namespace reports;

namespace {

std::string row(std::string_view address, std::string_view count, std::string_view disposition, std::string_view dkim,
                std::string_view spf) {
    return std::format(
        "<record><row><source_ip>{}</source_ip><count>{}</count><policy_evaluated><disposition>{}</disposition>"
        "<dkim>{}</dkim><spf>{}</spf></policy_evaluated></row><identifiers><header_from>example.org</header_from>"
        "</identifiers></record>",
        address, count, disposition, dkim, spf);
}

std::string dmarc(const std::string& rows, std::string_view domain = "Example.org", std::string_view id = "4711") {
    return std::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feedback><report_metadata><org_name>Big &amp; Co</org_name>"
        "<report_id>{}</report_id><date_range><begin>1700000000</begin><end>1700086399</end></date_range>"
        "</report_metadata><policy_published><domain>{}</domain></policy_published>{}</feedback>",
        id, domain, rows);
}

/// The example of RFC 8460 appendix B, with the members that matter.
constexpr std::string_view tls = R"({
  "organization-name": "Company-X",
  "date-range": {"start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59Z"},
  "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
  "policies": [{
    "policy": {"policy-type": "sts", "policy-domain": "company-y.example"},
    "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
    "failure-details": [
      {"result-type": "certificate-expired", "receiving-mx-hostname": "mx1.company-y.example", "failed-session-count": 100},
      {"result-type": "STARTTLS-not-supported", "receiving-mx-hostname": "mx2.company-y.example", "failed-session-count": 200}
    ]}]
})";

}  // namespace

TEST_CASE("a DMARC report is read: addresses, verdicts, counts") {
    const auto all = parse_attachment(
        pack::gzip(dmarc(row("192.0.2.1", "3", "none", "pass", "fail") + row("192.0.2.1", "2", "none", "pass", "fail") +
                         row("2001:DB8::1", " 4 ", "Reject", "fail", "fail"))));
    REQUIRE_MESSAGE(all, all.error().text);
    REQUIRE(all->size() == 1);
    const auto& report = all->front();
    CHECK(report.domain == "example.org");
    CHECK(report.organization == "Big & Co");
    CHECK(report.ended == base::SystemTime(std::chrono::seconds(1700086399)));
    CHECK(report.sources ==
          std::vector<Source>{{"192.0.2.1", "none", true, false, 5}, {"2001:db8::1", "reject", false, false, 4}});
}

TEST_CASE("a TLS report is read, and failures without details count") {
    const auto all = parse_attachment(tls);
    REQUIRE_MESSAGE(all, all.error().text);
    REQUIRE(all->size() == 1);
    CHECK(all->front().domain == "company-y.example");
    CHECK(all->front().begun == std::chrono::sys_days(std::chrono::year(2016) / 4 / 1));
    CHECK(all->front().sessions == std::vector<Sessions>{{"", "", 5326},
                                                         {"certificate-expired", "mx1.company-y.example", 100},
                                                         {"starttls-not-supported", "mx2.company-y.example", 200},
                                                         {"unknown", "", 3}});
}

TEST_CASE("what is no report is refused, and a hostile one is bounded") {
    for (const std::string text :
         {"", "hello", "{}", "[]", "{\"report-id\": \"x\", \"policies\": []}", "<feedback/>", "<html></html>",
          "<!DOCTYPE x [<!ENTITY a \"b\">]><feedback/>", "{\"report-id\": 5, \"policies\": 7}"})
        CHECK_MESSAGE(!parse_attachment(text), text);
    CHECK_FALSE(parse_attachment(dmarc("", "not a domain")));
    CHECK_FALSE(parse_attachment(dmarc("", "example.org", " ")));

    std::string rows;
    for (int i = 0; i < 3000; ++i)
        rows += row(std::format("10.0.{}.{}", i / 250, i % 250), "1", "none", "fail", "fail");
    rows += row("not an address\x7f", "99999999999999999999", "drop table", "yes", "");
    rows += row("192.0.2.9", "-5", "none", "pass", "pass") +
            row("192.0.2.9", "18446744073709551615", "none", "pass", "pass");
    const auto many = parse_dmarc(dmarc(rows));
    REQUIRE_MESSAGE(many, many.error().text);
    CHECK(many->sources.size() <= most_rows + 2);
    std::int64_t failed = 0;
    for (const auto& source : many->sources) {
        CHECK(source.mails <= most_counted);
        if (!source.passed()) failed += source.mails;
    }
    CHECK(failed == 3000);
}
