#include "metrics/passed_on.h"

#include <doctest/doctest.h>

TEST_SUITE("metrics passed on") {
    TEST_CASE("a figure is left out with its help, and nothing else") {
        CHECK(metrics::without_figure("# HELP a x\n# TYPE a gauge\na 0\nab 1\na{x=\"y\"} 2\n# EOF\nlast", "a") ==
              "ab 1\n# EOF\nlast");
        CHECK(metrics::without_figure("", "a").empty());
    }

    TEST_CASE("only so many users have series") {
        const auto* text =
            "# HELP user=\"\n"
            "x_total{user=\"a@a.example\"} 1\n"
            "x_total{user=\"a@a.example\",protocol=\"imap\"} 1\n"
            "x_total{user=\"b@a.example\"} 1\n"
            "x_total{user=\"c@a.example\"} 1\n"
            "x_count 3\n";
        CHECK(metrics::with_users(text, 5) == text);
        CHECK(metrics::with_users(text, 1) ==
              "# HELP user=\"\nx_total{user=\"a@a.example\"} 1\nx_total{user=\"a@a.example\",protocol=\"imap\"} "
              "1\nx_count 3\n");
        CHECK(metrics::with_users(text, 0) == "# HELP user=\"\nx_count 3\n");
    }
}
