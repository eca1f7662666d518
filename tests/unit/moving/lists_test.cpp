#include <doctest/doctest.h>

#include "moving/dms.h"
#include "moving/tlo.h"

using moving::Finding;

namespace {

std::vector<std::string> wheres(const std::vector<Finding>& findings) {
    std::vector<std::string> all;
    for (const auto& finding : findings) all.push_back(finding.where);
    return all;
}

}  // namespace

TEST_CASE("a passwd-file gives its users, and names every line that is none") {
    const auto read = moving::read_passwd(
        "# users\n"
        "Jens@Example.org:{SSHA256}abc=:2001:2001:/host/mail/inboxes/jens@example.org::\r\n"
        "\n"
        "no colon\n"
        "empty@example.org::1:1::\n"
        "../../etc@example.org:{PLAIN}x\n"
        "a'; DROP TABLE accounts@example.org:{PLAIN}x\n"
        "jens@example.org:{PLAIN}again\n"
        "b@example.org:{PLAIN}a\x1b[2Jb\n"
        "crypt@example.org:$6$salt$hash:1:1\n",
        "passwd");
    REQUIRE(read.items.size() == 2);
    CHECK(read.items[0].address == "jens@example.org");
    CHECK(read.items[0].hash == "{SSHA256}abc=");
    CHECK(read.items[0].where == "passwd:2");
    CHECK(read.items[1].hash == "$6$salt$hash");
    CHECK(wheres(read.findings) ==
          std::vector<std::string>{"passwd:4", "passwd:5", "passwd:6", "passwd:7", "passwd:8", "passwd:9"});
}

TEST_CASE("virtual aliases: lines that go on, spaces and commas between the targets") {
    const auto read = moving::read_virtual(
        "  stray\n"
        "Sales@example.org  jens, meier@example.com\n"
        "  boss\n"
        "# comment\n"
        "nobody@example.org\n"
        "info@example.org a b\n"
        "x@example.org a\x01\n",
        "valias");
    REQUIRE(read.items.size() == 2);
    CHECK(read.items[0].source == "sales@example.org");
    CHECK(read.items[0].where == "valias:2");
    CHECK(read.items[1].targets == std::vector<std::string>{"a", "b"});
    CHECK(wheres(read.findings) == std::vector<std::string>{"valias:1", "valias:5", "valias:7"});
}

TEST_CASE("what a main.cf says") {
    CHECK(moving::main_cf_value("# myorigin = x\nmyorigin = example.org\nother = 1\n", "myorigin") == "example.org");
    CHECK(moving::main_cf_value("myoriginal = example.org\n", "myorigin").empty());
}

TEST_CASE("docker-mailserver's accounts with their quotas") {
    const auto read = moving::read_dms_accounts(
        "jens@example.org|{SHA512-CRYPT}$6$a$b\n"
        "meier@example.org|{SHA512-CRYPT}$6$a$b|userdb_mail=x\n"
        "bad\n"
        "also bad@x|y\n",
        "Jens@example.org:5G\nwho@example.org:1M\nmeier@example.org:many\nmeier@example.org:99999999999999999999\n");
    REQUIRE(read.items.size() == 2);
    CHECK(read.items[0].quota == 5ULL * 1024 * 1024 * 1024);
    CHECK_FALSE(read.items[1].quota);
    CHECK(wheres(read.findings) == std::vector<std::string>{"postfix-accounts.cf:3", "postfix-accounts.cf:4",
                                                            "dovecot-quotas.cf:2", "dovecot-quotas.cf:3",
                                                            "dovecot-quotas.cf:4"});
    CHECK(moving::parse_dms_size("0") == 0);
    CHECK_FALSE(moving::parse_dms_size("99999999999T"));
    CHECK_FALSE(moving::parse_dms_size("G"));
}

TEST_CASE("docker-mailserver's patterns become whole ones, or are named") {
    const auto read = moving::read_dms_patterns(
        "/^test[0-9]+@example\\.org$/ jens@example.org\n"
        "/info\\/x/  a@example.org, B@example.org\n"
        "/^(.*)@old\\.example/ $1@example.org\n"
        "/x/i a\n"
        "/x a\n"
        "/x/\n"
        "if /x/\n");
    REQUIRE(read.items.size() == 2);
    CHECK(read.items[0].source == "/test[0-9]+@example\\.org/");
    CHECK(read.items[1].source == "/.*info\\/x.*/");
    CHECK(read.items[1].targets == std::vector<std::string>{"a@example.org", "b@example.org"});
    CHECK(read.findings.size() == 5);
}

TEST_CASE("selector and domain by the name of a key") {
    CHECK(moving::parse_dms_key_name("rsa-2048-mail-example.org.private.txt") ==
          moving::DkimName{"mail", "example.org"});
    CHECK(moving::parse_dms_key_name("rsa-2048-my-key-my-example.org.private.txt") ==
          moving::DkimName{"my", "key-my-example.org"});
    for (const char* none : {"rsa-2048-mail-example.org.public.txt", "ed25519-mail-example.org.private.txt",
                             "rsa-2048-mail.private.txt", "rsa-x-mail-example.org.private.txt", ".private.txt"})
        CHECK_FALSE(moving::parse_dms_key_name(none));
}
