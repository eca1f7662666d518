#include "app/sync/mail_bar.h"

#include <doctest/doctest.h>

TEST_CASE("how far it is, and for how long") {
    CHECK(app::mail_bar(1000, 4000, 0) == "[#######                       ]  25 %  1000 of 4000 mails");
    CHECK(app::mail_bar(1000, 4000, 10).ends_with("1000 of 4000 mails, 5 min left"));
    CHECK(app::mail_bar(3999, 4000, 10).ends_with(", 1 s left"));
    CHECK(app::mail_bar(0, 1'000'000, 10).ends_with(", 28 h left"));
    CHECK(app::mail_bar(9, 4, 1) == "[##############################] 100 %  4 of 4 mails");
    CHECK(app::mail_bar(0, 0, 0).contains("100 %"));
}
