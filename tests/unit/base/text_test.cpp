#include "base/text.h"

#include <doctest/doctest.h>

TEST_CASE("control bytes and broken UTF-8 cannot reach a terminal") {
    CHECK(base::printable("a\r\nb\x1b[31m\xff ü €") == "a\\x0d\\x0ab\\x1b[31m\\xff ü €");
    CHECK(base::printable("\xc2\x9b"
                          "x") == "\\xc2\\x9bx");
    CHECK(base::printable(std::string(1000, 'x'), 10) == "xxxxxxxxxx…");
}

TEST_CASE("words, split and trim") {
    CHECK(base::words("  a\tb \r\n").size() == 2);
    CHECK(base::split("a,,b", ',').size() == 3);
    CHECK(base::split("", ',').size() == 1);
    CHECK(base::trim(" \t a b\n") == "a b");
    CHECK(base::replace_all("aXbX", "X", "XX") == "aXXbXX");
}

TEST_CASE("numbers are whole or nothing") {
    CHECK(base::parse_number("65535") == 65535u);
    for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "99999999999999999999999"})
        CHECK_FALSE(base::parse_number(bad));
}

TEST_CASE("durations are a number and a unit that is allowed") {
    using namespace std::chrono_literals;
    CHECK(base::parse_duration("90s") == 90s);
    CHECK(base::parse_duration("2w") == 14 * 24h);
    CHECK(base::parse_duration("3653d") == 3653 * 24h);
    CHECK(base::parse_duration("12h", "mhdw") == 12h);
    for (const char* bad : {"90s", "", "h", "0h", "-1h", "1", "1 h", "1.5h", "3654d", "99999999999999999999d"})
        CHECK_FALSE(base::parse_duration(bad, "mhdw"));
}

TEST_CASE("edit distance counts a swap as one edit") {
    CHECK(base::edit_distance("ADITIONAL_DOMAINS", "ADDITIONAL_DOMAINS") == 1);
    CHECK(base::edit_distance("HOTSNAME", "HOSTNAME") == 1);
    CHECK(base::edit_distance("", "abc") == 3);
}

TEST_CASE("sizes read well") {
    CHECK(base::human_size(0) == "0 B");
    CHECK(base::human_size(1536) == "1.5 KiB");
    CHECK(base::human_size(12 * 1024 * 1024) == "12 MiB");
}
