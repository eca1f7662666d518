#include "app/user/quota_warning.h"

#include <doctest/doctest.h>

namespace {

constexpr std::string_view header = "Quota name\tType\tValue\tLimit\t%\n";

}  // namespace

TEST_CASE("use and limit are read from doveadm's table") {
    const auto usage =
        app::parse_usage(std::string(header) + "mailbox\tSTORAGE\t9216\t10240\t90\nmailbox\tMESSAGE\t7\t-\t0\n");
    REQUIRE(usage);
    CHECK(usage->used == 9216 * 1024);
    CHECK(usage->limit == 10240 * 1024);
}

TEST_CASE("no limit, no usage") {
    for (const char* rows : {"", "mailbox\tSTORAGE\t9216\t-\t0\n", "mailbox\tSTORAGE\t9216\t0\t0\n",
                             "mailbox\tSTORAGE\n", "mailbox\tMESSAGE\t7\t10\t70\n"})
        CHECK_MESSAGE(!app::parse_usage(std::string(header) + rows), rows);
}

TEST_CASE("the warning tells use, limit and what to do") {
    const auto user = *base::EmailAddress::parse("alice@example.org");
    const app::Usage usage{.used = 9'663'676'416, .limit = 10'737'418'240};
    const base::SystemTime now{std::chrono::seconds(1'800'000'000)};
    const auto nearly = app::notice_mail(app::quota_notice(user, usage, false), now);
    for (const char* piece : {"To: <alice@example.org>\n", "Subject: Your mailbox is nearly full\n",
                              "Date: Fri, 15 Jan 2027 08:00:00 +0000\n", "Auto-Submitted: auto-generated\n",
                              "may hold 10 GiB; 9.0 GiB are in use", "Trash", "postmaster@example.org"})
        CHECK_MESSAGE(nearly.contains(piece), piece);
    const auto full =
        app::notice_mail(app::quota_notice(user, {.used = 10'737'418'241, .limit = usage.limit}, true), now);
    CHECK(full.contains("Subject: Your mailbox is full\n"));
    CHECK(full.contains("refused from now on"));
}
