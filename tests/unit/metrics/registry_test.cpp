#include "metrics/registry.h"

#include <doctest/doctest.h>

#include <set>
#include <thread>

namespace {

bool has_line(const metrics::Registry& registry, const std::string& line) {
    return ("\n" + registry.text()).contains("\n" + line + "\n");
}

}  // namespace

TEST_SUITE("metrics registry") {
    TEST_CASE("the rows of the table are fit for the text format") {
        std::set<std::string_view> names;
        for (const auto& group : metrics::table)
            for (const auto& row : group.rows) {
                CAPTURE(row.name);
                CHECK(names.insert(row.name).second);
                CHECK((row.name.ends_with("_total") || row.kind != metrics::Kind::counter));
                CHECK((row.kind == metrics::Kind::histogram) == !row.buckets.empty());
                CHECK(row.meaning.ends_with('.'));
                CHECK(row.meaning.find_first_of("\\\n") == std::string_view::npos);
                for (const auto& label : row.labels) CHECK(label.values.empty() != label.bound.empty());
            }
    }

    TEST_CASE("each combination of known labels is there with 0 from the start") {
        const metrics::Registry registry;
        CHECK(has_line(registry, R"(# TYPE mailserver_smtp_auth_total counter)"));
        for (const auto* service : {"smtp", "submission", "submissions"})
            for (const auto* result : {"success", "failure"})
                CHECK(has_line(registry, std::string("mailserver_smtp_auth_total{service=\"") + service +
                                             "\",result=\"" + result + "\"} 0"));
        CHECK(has_line(registry, "mailserver_greylisted_total 0"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_bucket{transport="lmtp",le="+Inf"} 0)"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_count{transport="smtp"} 0)"));
        // What nobody has looked at yet is not 0.
        CHECK(has_line(registry, "# TYPE mailserver_imap_sessions gauge"));
        CHECK(!registry.text().contains("\nmailserver_imap_sessions "));
    }

    TEST_CASE("counters add up, gauges are set, histograms are cumulative") {
        metrics::Registry registry;
        registry.add("mailserver_smtp_rejects_total", {"spam"});
        registry.add("mailserver_smtp_rejects_total", {"spam"}, 2);
        registry.set("mailserver_imap_sessions", 3);
        registry.set("mailserver_imap_sessions", 1);
        for (const double seconds : {0.05, 0.1, 2.0, 1e9})
            registry.observe("mailserver_delivery_delay_seconds", {"lmtp"}, seconds);
        CHECK(has_line(registry, R"(mailserver_smtp_rejects_total{reason="spam"} 3)"));
        CHECK(has_line(registry, "mailserver_imap_sessions 1"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_bucket{transport="lmtp",le="0.1"} 2)"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_bucket{transport="lmtp",le="5"} 3)"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_bucket{transport="lmtp",le="+Inf"} 4)"));
        CHECK(has_line(registry, R"(mailserver_delivery_delay_seconds_count{transport="lmtp"} 4)"));
    }

    TEST_CASE("a replaced row has exactly the new series") {
        metrics::Registry registry;
        registry.replace("mailserver_users", {{{"a.example"}, 2}, {{"b.example"}, 1}});
        registry.replace("mailserver_users", {{{"b.example"}, 7}, {{"too", "many"}, 1}});
        CHECK(!registry.text().contains("a.example"));
        CHECK(!registry.text().contains("\"many\""));
        CHECK(has_line(registry, R"(mailserver_users{domain="b.example"} 7)"));
        registry.replace("mailserver_engine_cpu_seconds_total", {{{"postfix"}, 1.25}});
        CHECK(has_line(registry, R"(mailserver_engine_cpu_seconds_total{engine="postfix"} 1.25)"));
        registry.replace("mailserver_start_time_seconds", {{{}, 1732213999}});
        CHECK(has_line(registry, "mailserver_start_time_seconds 1732213999"));
    }

    TEST_CASE("whatever stands in a label stays in it") {
        metrics::Registry registry;
        registry.set("mailserver_build_info", {"a\"b\\c\nd} 5"}, 1);
        CHECK(has_line(registry, R"(mailserver_build_info{version="a\"b\\c\nd} 5"} 1)"));
    }

    TEST_CASE("labels that do not fit the row make no series") {
        metrics::Registry registry;
        const auto before = registry.text();
        registry.add("mailserver_smtp_rejects_total", {"spam", "more"});
        registry.observe("mailserver_delivery_delay_seconds", {}, 1);
        registry.set("mailserver_imap_sessions", {"x"}, 1);
        CHECK(registry.text() == before);
    }

    TEST_CASE("several threads may count at once") {
        metrics::Registry registry;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([&] {
                    for (int n = 0; n < 1000; ++n) registry.add("mailserver_greylisted_total");
                });
        }
        CHECK(has_line(registry, "mailserver_greylisted_total 4000"));
    }
}
