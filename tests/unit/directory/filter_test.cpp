#include "directory/filter.h"

#include <doctest/doctest.h>

using namespace directory;

namespace {

std::string address(const Options& options, std::string_view name) {
    return filled(by_address(options), name);
}

}  // namespace

TEST_CASE("filter: what a stranger sends stays a value") {
    CHECK(escaped("jens@example.org") == "jens@example.org");
    CHECK(escaped("*") == "\\2a");
    CHECK(escaped("x)(uid=*))(|(uid=*") == "x\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a");
    CHECK(escaped("a\\b") == "a\\5cb");
    CHECK(escaped(std::string_view("a\0b", 3)) == "a\\00b");
    CHECK(escaped("ü\r\n") == "\\c3\\bc\\0d\\0a");
    CHECK(filled(by_login({}), "*)(mail=*") == "(&(objectClass=inetOrgPerson)(mail=\\2a\\29\\28mail=\\2a))");
    CHECK(filled(by_login({}), "%u%n") == "(&(objectClass=inetOrgPerson)(mail=%u%n))");
    CHECK(filled(by_login({}), "\x01\x02") == "(&(objectClass=inetOrgPerson)(mail=\\01\\02))");
}

TEST_CASE("filter: a login is looked for by the operator's filter, in the group") {
    CHECK(filled(by_login({.user_filter = "(|(uid=%n)(mail=%u))"}), "jens@example.org") ==
          "(|(uid=jens)(mail=jens@example.org))");
    CHECK(filled(by_login({.user_filter = "(uid=%n)"}), "jens") == "(uid=jens)");
    CHECK(filled(by_login({.group = "cn=mail (all),dc=x"}), "j@x.example") ==
          "(&(&(objectClass=inetOrgPerson)(mail=j@x.example))(memberOf=cn=mail \\28all\\29,dc=x))");
}

TEST_CASE("filter: an address is somebody's who could log in") {
    CHECK(address({}, "j@x.example") == "(&(&(objectClass=inetOrgPerson)(mail=*))(mail=j@x.example))");
    CHECK(address({.user_filter = "(uid=%n)", .group = "cn=g", .mail = "mailbox", .alias = "other"}, "j@x.example") ==
          "(&(uid=*)(memberOf=cn=g)(|(mailbox=j@x.example)(other=j@x.example)(other=smtp:j@x.example)))");
    CHECK(filled(by_mailbox({.alias = "other"}), "j@x.example") ==
          "(&(&(objectClass=inetOrgPerson)(mail=*))(mail=j@x.example))");
    CHECK(filled(everybody({}), "") == "(&(&(objectClass=inetOrgPerson)(mail=*))(mail=*))");
}

TEST_CASE("filter: what is no filter is refused") {
    for (const auto* good :
         {"(mail=%u)", "(&(a=b)(|(uid=%n)(mail=%u)))", "(&(x:1.2.840.113556.1.4.803:=2)(mail=%u))", "(cn=\\28%u)"})
        CHECK_MESSAGE(check_user_filter(good), good);
    for (const auto* bad : {"mail=%u", "(mail=%u", "(mail=%u))", "(mail=%u)(uid=%u)", "(mail=x)", "(mail=%s)",
                            "(mail=%u%)", "()", "(mail=%u)\n", "(mail=%uü)", "(mail=%u) "})
        CHECK_MESSAGE(!check_user_filter(bad), bad);
}
