#include "app/outbound/tls_report.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/unit/temporary_folder.h"

namespace {

tlsrpt::Event failed(const std::string& domain, bool policy_known) {
    auto policy = json::object({{"policy-type", "sts"}});
    if (policy_known) policy.set("policy-string", json::array({"mode: enforce"}));
    return {.domain = domain, .policy = policy, .failure = json::object({{"result-type", "certificate-expired"}})};
}

}  // namespace

TEST_CASE("status warns about domains whose promise was not kept since yesterday") {
    const tests::TemporaryFolder folder;
    app::Installation here;
    here.workspace = folder.path();
    std::filesystem::create_directories(here.state());
    const tlsrpt::Day today{std::chrono::days(20'777)};
    const base::SystemTime now = today + std::chrono::hours(12);
    CHECK(app::tls_warnings(here, now).empty());
    auto store = tlsrpt::Store::open(here.tls_reports_database());
    REQUIRE(store);
    const tlsrpt::Event unknown = failed("unknown.example", false), old = failed("old.example", true);
    REQUIRE(store->add({&unknown, 1}, today));
    REQUIRE(store->add({&old, 1}, today - std::chrono::days(2)));
    CHECK(app::tls_warnings(here, now).empty());
    for (const char* domain : {"f.example", "e.example", "d.example", "c.example", "b.example", "a.example"}) {
        const auto event = failed(domain, true);
        REQUIRE(store->add({&event, 1}, today - std::chrono::days(1)));
    }
    const auto warnings = app::tls_warnings(here, now);
    REQUIRE(warnings.size() == 1);
    CHECK(
        warnings[0].starts_with("servers of a.example, b.example, c.example, d.example, e.example and others did not"));
}
