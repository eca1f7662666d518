#include <doctest/doctest.h>

#include "settings/table.h"

namespace {

std::expected<settings::Settings, std::vector<settings::Problem>> with(const std::string& key,
                                                                       const std::string& value) {
    const std::vector<settings::Entry> entries{{"DOMAIN", "example.org", 0},
                                               {"HOSTNAME", "mail.example.org", 0},
                                               {"ADMIN_EMAIL", "me@example.org", 0},
                                               {key, value, 0}};
    return settings::parse(entries, settings::Origin::file);
}

std::string told(const std::string& key, const std::string& value) {
    const auto parsed = with(key, value);
    return parsed ? "" : settings::describe(parsed.error().front());
}

}  // namespace

TEST_CASE("a repository is a folder or what restic reaches elsewhere, without a password in it") {
    for (const std::string good : {"/mnt/backup/mailserver", "/host/backup", "sftp:me@nas.example:/srv/backup",
                                   "sftp://me@nas.example:2222//srv/backup", "s3:https://s3.example.org/bucket/mail",
                                   "rest:https://backup.example.org:8000/mail", "b2:bucket:mail"}) {
        const auto parsed = with("BACKUP_REPOSITORY", good);
        REQUIRE_MESSAGE(parsed, good);
        CHECK(parsed->backup.repository == good);
    }
    for (const std::string bad : {"backup", "/", "/a/../b", "/a//b", "/a/", "ftp:x", "/a b", "/a;b", "/a:b",
                                  "rest:https://me:secret@backup.example.org/", "/a'b", "/a$b"})
        CHECK_MESSAGE(told("BACKUP_REPOSITORY", bad).starts_with("BACKUP_REPOSITORY='"), bad);
}

TEST_CASE("backups are made at a time of the day, at an interval or by hand") {
    const auto def = with("BACKUP_SCHEDULE", "");
    REQUIRE(def);
    CHECK(def->backup.time_of_day == std::chrono::minutes(210));
    CHECK_FALSE(def->backup.interval);
    CHECK(def->backup.drill == std::chrono::weeks(1));
    CHECK(def->backup.keep.size() == 5);

    CHECK(with("BACKUP_SCHEDULE", "23:59")->backup.time_of_day == std::chrono::minutes(1439));
    CHECK(with("BACKUP_SCHEDULE", "6h")->backup.interval == std::chrono::hours(6));
    CHECK_FALSE(with("BACKUP_SCHEDULE", "6h")->backup.time_of_day);
    const auto off = with("BACKUP_SCHEDULE", "off");
    CHECK_FALSE(off->backup.time_of_day);
    CHECK_FALSE(off->backup.interval);
    for (const std::string bad : {"24:00", "12:60", "12:5", "12", "1s", "1m", "6w", ":", "a:b", "1:2:3", "-1:00"})
        CHECK_MESSAGE(told("BACKUP_SCHEDULE", bad).contains("BACKUP_SCHEDULE"), bad);

    CHECK_FALSE(with("BACKUP_DRILL", "off")->backup.drill);
    CHECK(told("BACKUP_DRILL", "5m").contains("from 1h"));
}

TEST_CASE("what is kept is said in restic's words") {
    CHECK(with("BACKUP_KEEP", "last=3,within=2d")->backup.keep == std::vector<std::string>{"last=3", "within=2d"});
    CHECK(with("BACKUP_KEEP", "all")->backup.keep.empty());
    for (const std::string bad : {"daily", "daily=", "daily=0", "daily=-1", "daily=x", "tag=1", "daily=7, weekly=2",
                                  "within=7", "daily=7 --prune"})
        CHECK_MESSAGE(told("BACKUP_KEEP", bad).contains("BACKUP_KEEP"), bad);
}

TEST_CASE("restic's environment has only what belongs to a repository, and is never shown") {
    const auto good = with("BACKUP_ENVIRONMENT", "AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b=c");
    REQUIRE(good);
    REQUIRE(good->backup.environment.size() == 2);
    CHECK(good->backup.environment[1].reveal() == "AWS_SECRET_ACCESS_KEY=b=c");
    for (const std::string bad :
         {"PATH=/tmp/hidden", "LD_PRELOAD=/hidden", "hidden", "aws_x=hidden", "=hidden", "RESTIC_PASSWORD=hidden"}) {
        CHECK_MESSAGE(told("BACKUP_ENVIRONMENT", bad).starts_with("BACKUP_ENVIRONMENT: "), bad);
        CHECK_FALSE(told("BACKUP_ENVIRONMENT", bad).contains("hidden"));
    }
}
