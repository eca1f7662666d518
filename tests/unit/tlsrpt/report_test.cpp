#include "tlsrpt/report.h"

#include <doctest/doctest.h>

using tlsrpt::Day;

namespace {

constexpr Day day{std::chrono::days(20'777)};  // 2026-11-20
const base::SystemTime now{day + std::chrono::days(1)};
const tlsrpt::Reporter reporter{
    .domain = "example.org", .hostname = "mail.example.org", .contact = "postmaster@example.org"};

}  // namespace

TEST_CASE("the report is the JSON of RFC 8460") {
    const auto policy = json::object({{"policy-type", "no-policy-found"}, {"policy-domain", "example.com"}});
    const auto failure = json::object({{"result-type", "starttls-not-supported"}});
    const auto id = tlsrpt::report_id(reporter, day, "example.com", now);
    CHECK(id == "2026-11-20T00:00:00Z-example.com-1795219200@mail.example.org");
    const auto report = tlsrpt::report_json(
        reporter, day, id, {{.policy = policy, .successes = 5, .failures = 2, .details = {{failure, 2}}}});
    CHECK(json::dump(report) ==
          R"({"organization-name":"example.org","date-range":{"start-datetime":"2026-11-20T00:00:00Z",)"
          R"("end-datetime":"2026-11-20T23:59:59Z"},"contact-info":"postmaster@example.org",)"
          R"("report-id":"2026-11-20T00:00:00Z-example.com-1795219200@mail.example.org","policies":[{"policy":)"
          R"({"policy-type":"no-policy-found","policy-domain":"example.com"},"summary":)"
          R"({"total-successful-session-count":5,"total-failure-session-count":2},"failure-details":)"
          R"([{"result-type":"starttls-not-supported","failed-session-count":2}]}]})");
}

TEST_CASE("the mail names both sides and carries the report") {
    const auto mail = tlsrpt::report_mail(reporter,
                                          {.number = 1,
                                           .domain = "example.com",
                                           .target = "reports@example.com",
                                           .id = "1@mail.example.org",
                                           .day = day,
                                           .report = "{}"},
                                          now);
    for (const char* line :
         {"From: TLS reports <tls-reports@example.org>\n", "To: <reports@example.com>\n",
          "\nSubject: Report Domain: example.com Submitter: example.org Report-ID: <1@mail.example.org>\n",
          "\nTLS-Report-Domain: example.com\n", "\nTLS-Report-Submitter: example.org\n", "\nTLS-Required: No\n",
          "\nDate: Sat, 21 Nov 2026 00:00:00 +0000\n", "\nContent-Type: application/tlsrpt+gzip\n",
          " filename=\"example.org!example.com!1795132800!1795219199.json.gz\"\n"})
        CHECK_MESSAGE(mail.contains(line), line);
}
