#include "policy/bounded_table.h"

#include <doctest/doctest.h>

#include <string>

using Table = policy::BoundedTable<int, std::string>;

TEST_CASE("values are kept by key") {
    Table table(10);
    CHECK(table.find(1) == nullptr);
    table.touch(1) = "one";
    CHECK(*table.find(1) == "one");
    CHECK(table.touch(1) == "one");
    table.erase(1);
    table.erase(2);
    CHECK(table.find(1) == nullptr);
    CHECK(table.size() == 0);
}

TEST_CASE("a flood of new keys washes out no key that came twice") {
    Table table(100);
    for (int i = 0; i < 2; ++i) table.touch(-1) = "watched";
    for (int key = 0; key < 20'000; ++key) table.touch(key);
    CHECK(table.size() == 100);
    REQUIRE(table.find(-1));
    CHECK(*table.find(-1) == "watched");
    CHECK(table.find(19'999));
    CHECK_FALSE(table.find(0));
}

TEST_CASE("of keys that came twice the one not touched for longest goes, and a new one always has its place") {
    Table table(3);
    for (int i = 0; i < 2; ++i)
        for (int key = 1; key <= 3; ++key) table.touch(key);
    table.touch(1);
    table.touch(4);
    CHECK(table.size() == 3);
    CHECK_FALSE(table.find(2));
    for (const int key : {1, 3, 4}) CHECK(table.find(key));
    Table smallest(1);
    smallest.touch(1);
    smallest.touch(2);
    CHECK(smallest.find(2));
    CHECK(smallest.size() == 1);
}
