#include "app/health/search_upkeep.h"

#include <doctest/doctest.h>

TEST_CASE("the indexes of all users are optimised, behind all other work") {
    const auto command = app::optimise_search_indexes({});
    CHECK(command.argv == std::vector<std::string>{"nice", "-n", "19", "doveadm", "fts", "optimize", "-A"});
}

TEST_CASE("what Dovecot complains of is one line") {
    CHECK(app::keep_up({.argv = {"true"}}));
    const auto failed = app::keep_up({.argv = {"sh", "-c", "echo 'Error: a\tb'; echo more; exit 75"}});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().text == "cannot keep up the search indexes: exit code 75: Error: a\\x09b");
    CHECK(app::keep_up({.argv = {"no-such-program-here"}}).error().text.contains("no-such-program-here"));
}

TEST_CASE("a stop ends the work and is no error") {
    std::stop_source source;
    source.request_stop();
    CHECK(app::keep_up({.argv = {"sleep", "1000"}, .stop = source.get_token()}));
}

TEST_CASE("damaged indexes are known by what Dovecot logs, temporary trouble is none") {
    using Accounts = std::set<std::string>;
    const auto found = [](std::initializer_list<std::string_view> lines) {
        app::DamagedIndexes damaged;
        for (const auto line : lines) damaged.read(line);
        const auto accounts = damaged.take();
        CHECK(damaged.take().empty());
        return accounts;
    };
    CHECK(
        found(
            {"imap(a@x.example)<338><u4O9>: Error: fts-flatcurve: fts-flatcurve(INBOX): Cannot open DB (RO; index.49); "
             "DatabaseError: EOF reading block 0"}) == Accounts{"a@x.example"});
    CHECK(found({"indexer-worker(a@x.example)<2><u4>: Error: fts-flatcurve(INBOX): DatabaseCorruptError: block "
                 "overwritten"}) == Accounts{"a@x.example"});
    CHECK(found({"imap: Error: terminate called after throwing an instance of 'Xapian::DatabaseCorruptError'",
                 "imap: Error:   what():  x", "imap(a@x.example)<3><>: Info: Disconnected",
                 "imap(a@x.example)<338><u4O9>: Fatal: master: service(imap): child 338 killed with signal 6 (x)"}) ==
          Accounts{"a@x.example"});
    CHECK(found({"imap(a@x.example)<338><u4O9>: Fatal: master: service(imap): child 338 killed with signal 6 (x)"})
              .empty());
    CHECK(found({"imap(a@x.example)<3><u>: Error: fts-flatcurve(INBOX): DatabaseModifiedError: x"}).empty());
    CHECK(found({"imap-login: Login: user=<a@x.example> (: Error: fts-flatcurve DatabaseError:)"}).empty());
    CHECK(found({"imap(-u)<3><u>: Error: fts-flatcurve(INBOX): DatabaseError: x", "", "(", ")(", "imap()"}).empty());
}

TEST_CASE("the indexes of one account are removed") {
    CHECK(app::remove_search_indexes("a@x.example", {}).argv ==
          std::vector<std::string>{"doveadm", "fts", "flatcurve", "remove", "-u", "a@x.example", "*"});
}
