#include "mtasts/record.h"

#include <doctest/doctest.h>

using mtasts::record_id;

TEST_CASE("the id of the one record of MTA-STS counts") {
    CHECK(record_id({"v=STSv1; id=20160831085700Z;"}) == "20160831085700Z");
    CHECK(record_id({"v=STSv1;id=1"}) == "1");
    CHECK(record_id({"v=STSv1 ; a.b-c_d=x ; id=1 ;"}) == "1");
    CHECK(record_id({"something else", "v=STSv1; id=7", "v=STSv10; id=8"}) == "7");
}

TEST_CASE("everything else is no record") {
    for (const char* text : {"", "v=STSv1", "v=STSv1;", "v=STSv1; id=", "v=STSv1; id=a b", "v=STSv1; id=a-b",
                             "v=STSv1; id=123456789012345678901234567890123", "V=STSv1; id=1", "v=stsv1; id=1",
                             " v=STSv1; id=1", "v=STSv2; id=1", "v=STSv1; id=1; id=2", "v=STSv1; id=1; junk",
                             "v=STSv1; id=1; =x", "v=STSv1;; id=1", "id=1; v=STSv1", "v=STSv1; x=\x01; id=1"})
        CHECK_MESSAGE(!record_id({text}), text);
    CHECK_FALSE(record_id({}));
    CHECK_FALSE(record_id({"v=STSv1; id=1", "v=STSv1; id=1"}));
    CHECK_FALSE(record_id({std::string("v=STSv1; id=1\0", 14)}));
}
