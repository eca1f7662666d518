#include "moving/server.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

struct Old : tests::TemporaryFolder {
    void put(const std::string& name, std::string_view text = "") const {
        fs::create_directories((path() / name).parent_path());
        std::ofstream(path() / name) << text;
    }
    base::Result<moving::Origin> open(const std::string& mail = "") const {
        return moving::Origin::open(path().string(), mail);
    }
};

}  // namespace

TEST_CASE("a workspace of t-lo's mailserver is known by its files") {
    const Old old;
    CHECK(old.open().error().kind == base::ErrorKind::not_found);
    old.put("etc/dovecot/passwd", "jens@example.org:{PLAIN}x\n");
    old.put("etc/postfix/vuser", "jens@example.org x\nghost@example.org x\n");
    old.put("etc/postfix/main.cf", "myorigin = example.org\n");
    old.put("etc/opendkim/keys/mailserver.private", "key");
    old.put("etc/opendkim/keys/example.org/other.private", "key");
    old.put("mail/inboxes/example.org/stray@example.org/Maildir/cur/1:2,", "x");
    old.put("mail/inboxes/example.org/jens@example.org/Maildir/cur/1:2,", "x");
    old.put("mail/inboxes/example.org/jens@example.org/sieve/rules.sieve", "keep;");
    fs::create_symlink("sieve/rules.sieve", old.path() / "mail/inboxes/example.org/jens@example.org/.dovecot.sieve");
    const auto origin = old.open();
    REQUIRE(origin);
    CHECK(origin->kind() == moving::Kind::tlo);
    const auto server = origin->read();
    REQUIRE(server);
    CHECK(server->domain == "example.org");
    CHECK(server->accounts.size() == 1);
    REQUIRE(server->keys.size() == 2);
    CHECK(server->keys[0].domain.empty());
    CHECK(server->keys[1].domain == "example.org");
    CHECK(server->findings.size() == 1);
    CHECK(origin->strays(server->accounts) == std::vector<std::string>{"example.org/stray@example.org"});
    const auto box = origin->mailbox("jens@example.org");
    CHECK(static_cast<bool>(box.maildir));
    REQUIRE(box.scripts.size() == 1);
    CHECK(box.scripts[0].active);
}

TEST_CASE("docker-mailserver is known by its accounts, with its mail beside or elsewhere") {
    const Old old;
    old.put("config/postfix-accounts.cf", "jens@example.org|{PLAIN}x\n");
    old.put("config/postfix-main.cf", "x = y\n");
    old.put("config/rspamd/dkim/rsa-2048-mail-example.org.private.txt", "key");
    old.put("config/jens@example.org.dovecot.sieve", "keep;");
    CHECK(old.open()->read()->findings.size() == 2);
    old.put("mail-data/example.org/jens/cur/1:2,", "x");
    const auto origin = old.open();
    REQUIRE(origin);
    CHECK(origin->kind() == moving::Kind::docker_mailserver);
    const auto server = origin->read();
    CHECK(server->findings.size() == 1);
    REQUIRE(server->keys.size() == 1);
    CHECK(server->keys[0].selector == "mail");
    CHECK(static_cast<bool>(origin->mailbox("jens@example.org").maildir));
    CHECK(origin->mailbox("jens@example.org").scripts.size() == 1);
    CHECK(origin->strays(server->accounts).empty());
    const auto elsewhere = moving::Origin::open((old.path() / "config").string(), (old.path() / "mail-data").string());
    REQUIRE(elsewhere);
    CHECK(static_cast<bool>(elsewhere->mailbox("jens@example.org").maildir));
}
