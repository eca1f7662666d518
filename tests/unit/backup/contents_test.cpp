#include "backup/contents.h"

#include <doctest/doctest.h>

using backup::Contents, backup::Taking;

TEST_CASE("everything of the workspace is taken but what comes back by itself") {
    const Contents contents({"idx", "backup/repository"});
    const auto file = [&](std::string_view path) { return contents.of(path, false); };
    const auto folder = [&](std::string_view path) { return contents.of(path, true); };
    for (const auto* path :
         {"etc/postfix/valias", "etc/opendkim/keys/a.example/mailserver.private", "etc/letsencrypt/x/privkey.pem",
          "etc/mailserver/override/postfix/main.cf", "var/lib/valkey/appendonlydir/appendonly.aof.manifest",
          "var/lib/clamav/mine.ndb", "mail/layout", "etc/mailserver/backup/password", "notes.txt"})
        CHECK_MESSAGE(file(path) == Taking::link, path);
    for (const auto* path : {"etc/mailserver/accounts.sqlite", "var/lib/mailserver/outbound.sqlite"})
        CHECK_MESSAGE(file(path) == Taking::database, path);
    for (const auto* path :
         {"etc/mailserver/accounts.sqlite-wal", "etc/mailserver/accounts.sqlite-shm",
          "etc/mailserver/accounts.sqlite.last-good", "var/lib/mailserver/trace.sqlite", "var/lib/mailserver/lock",
          "var/lib/mailserver/backup.json", "var/lib/clamav/daily.cvd", "var/lib/mailserver/logins.sqlite.damaged"})
        CHECK_MESSAGE(file(path) == Taking::leave, path);
    for (const auto* path : {"monitoring-data", "var/lib/mailserver/snapshot", "var/lib/mailserver/backup-snapshot",
                             "idx", "backup/repository", "var/cache"})
        CHECK_MESSAGE(folder(path) == Taking::leave, path);
    for (const auto* path : {"mail/inboxes", "var/spool/postfix"}) CHECK_MESSAGE(folder(path) == Taking::apart, path);
    for (const auto* path : {"etc", "mail", "var/spool", "backup", "idx2", "etc/monitoring-data"})
        CHECK_MESSAGE(folder(path) == Taking::enter, path);
}

TEST_CASE("of a home indexes, locks and mail that is still being written stay out, and nothing that looks like them") {
    using backup::is_kept_of_home;
    CHECK(is_kept_of_home("Maildir", "dovecot-uidlist", false));
    CHECK(is_kept_of_home("Maildir", "dovecot-keywords", false));
    CHECK(is_kept_of_home("Maildir", "subscriptions", false));
    CHECK(is_kept_of_home("sieve", "rules.sieve", false));
    CHECK(is_kept_of_home("", ".dovecot.sieve", false));
    CHECK(is_kept_of_home("Maildir", "tmp", true));
    CHECK(is_kept_of_home("Maildir", "dovecot.index.of.a.user", true));
    CHECK(is_kept_of_home("Maildir/cur", "1.M1P1.host.lock:2,S", false));
    CHECK(is_kept_of_home("Maildir/.Sent/new", "dovecot.index", false));
    CHECK_FALSE(is_kept_of_home("Maildir", "dovecot.index.log", false));
    CHECK_FALSE(is_kept_of_home("Maildir/.Sent", "dovecot.index.cache", false));
    CHECK_FALSE(is_kept_of_home("Maildir", "dovecot.list.index", false));
    CHECK_FALSE(is_kept_of_home("Maildir", "dovecot-uidlist.lock", false));
    CHECK_FALSE(is_kept_of_home("Maildir", "fts-flatcurve", true));
    CHECK_FALSE(is_kept_of_home("Maildir/tmp", "1.M1P1.host", false));
}
