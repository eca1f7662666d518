#include "app/user/user.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "settings/table.h"
#include "sys/files.h"
#include "tests/unit/accounts/temporary.h"

using base::ExitCode;

namespace {

/// The command at work in a workspace of its own.
struct Shell {
    TemporaryWorkspace workspace;
    settings::Settings settings =
        *settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=me@example.org\n");
    base::RealClock clock;
    std::istringstream in;
    std::ostringstream out, err;
    std::vector<std::string> ended;

    Shell() { REQUIRE(accounts::Store::create(workspace.database())); }

    ExitCode run(const std::vector<std::string_view>& words, const std::string& input = {}) {
        in = std::istringstream(input);
        out.str("");
        err.str("");
        const app::UserCommand command{.settings = settings,
                                       .workspace = workspace,
                                       .clock = clock,
                                       .end_sessions = [this](const auto& a) { ended.push_back(a.str()); },
                                       .container_id = "abc123",
                                       .in = in,
                                       .out = out,
                                       .err = err};
        return command.run(words);
    }
};

constexpr std::string_view password = "correct horse";

}  // namespace

TEST_CASE("users come and go with the words they always had") {
    Shell shell;
    CHECK(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    CHECK(shell.out.str() == "Created user 'jens@example.org' with password provided.\n");
    CHECK(shell.err.str().empty());
    CHECK(shell.run({"add", "Meier@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().starts_with("Created user 'meier@example.org', generated password is:'"));
    CHECK(shell.out.str().ends_with("'.\n"));
    CHECK(shell.run({"passwd", "jens@example.org", "another one"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Updated password for user 'jens@example.org'\n");
    CHECK(shell.run({"passwd", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().starts_with("Updated password for user 'jens@example.org', generated password is:'"));
    CHECK(shell.run({"passwd", "x@example.org", password}) == ExitCode::not_found);
    CHECK(shell.err.str().starts_with("User 'x@example.org' does not exist. Please create the user first.\n"));
    CHECK(shell.run({"del", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Deleted 'jens@example.org'.\n");
    CHECK(shell.run({"del", "--purge-inbox", "meier@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Deleted 'meier@example.org' and purged mail/inboxes/example.org/meier@example.org.\n");
    CHECK(shell.run({"add", "meier@example.org", password}) == ExitCode::ok);
    CHECK(shell.run({"del", "meier@example.org", "--purge-inbox"}) == ExitCode::ok);
    CHECK(shell.run({"del", "meier@example.org"}) == ExitCode::not_found);
    CHECK(shell.ended.size() == 5);
}

TEST_CASE("each way to fail has its exit code and says what to do") {
    Shell shell;
    REQUIRE(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    CHECK(shell.run({"add", "jens@example.org", password}) == ExitCode::exists);
    CHECK(shell.err.str() ==
          "error: cannot add 'jens@example.org': this user exists already\n"
          "To change the password: ./user.sh passwd jens@example.org\n");
    for (const std::vector<std::string_view>& words :
         std::vector<std::vector<std::string_view>>{{"add"},
                                                    {"del"},
                                                    {"passwd"},
                                                    {"add", "x@example.org", "two", "words"},
                                                    {"add", "nobody"},
                                                    {"add", "x@elsewhere.example", password},
                                                    {"add", "--purge-inbox", "x@example.org"},
                                                    {"add", "x@example.org", "--pasword-stdin"},
                                                    {"add", "x@example.org", "--password-stdin", "and this"},
                                                    {"add", "x@example.org", ""},
                                                    {"del", ".*"},
                                                    {"list", "all"},
                                                    {"remove", "jens@example.org"}}) {
        CHECK_MESSAGE(shell.run(words) == ExitCode::usage, words.back());
        CHECK(shell.out.str().empty());
        CHECK(!shell.err.str().empty());
    }
    CHECK(shell.run({"remove"}) == ExitCode::usage);
    CHECK(shell.err.str().starts_with("Unknown command 'remove'.\nUsage: ./user.sh <command> [options]\n"));
    std::filesystem::remove(shell.workspace.database());
    CHECK(shell.run({"list"}) == ExitCode::not_running);
    CHECK(shell.err.str().contains("./start_mailserver.sh"));
}

TEST_CASE("help says how the server is and what there is to say") {
    Shell shell;
    for (const std::vector<std::string_view>& words :
         std::vector<std::vector<std::string_view>>{{}, {"help"}, {"--help"}}) {
        CHECK(shell.run(words) == ExitCode::ok);
        CHECK(
            shell.out.str().starts_with("Usage: ./user.sh <command> [options]\n   Server status:\n"
                                        "           Mailserver container is running at ID 'abc123'.\n"));
        for (const char* command : {" add ", " del ", " passwd ", " list ", " update-aliases ", " help "})
            CHECK(shell.out.str().contains(command));
    }
}

TEST_CASE("passwords that look like options, and passwords from stdin") {
    Shell shell;
    CHECK(shell.run({"add", "a@example.org", "-starts with a dash"}) == ExitCode::ok);
    CHECK(shell.run({"add", "b@example.org", "--", "--json"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Created user 'b@example.org' with password provided.\n");
    CHECK(shell.run({"add", "c@example.org", "--password-stdin"}, "from stdin\n") == ExitCode::ok);
    CHECK(shell.run({"passwd", "--password-stdin", "c@example.org"}, "without line end") == ExitCode::ok);
    CHECK(shell.run({"passwd", "c@example.org", "--password-stdin"}, "") == ExitCode::usage);
    CHECK(shell.run({"passwd", "c@example.org", "--password-stdin"}, "\n") == ExitCode::usage);
    CHECK(shell.run({"passwd", "c@example.org", "--password-stdin"}, "one\ntwo\n") == ExitCode::usage);
    CHECK(shell.run({"passwd", "c@example.org", "--password-stdin"}, "dos\r\n") == ExitCode::usage);
}

TEST_CASE("a password is repeated nowhere but where it was made; a short one is taken with a warning") {
    Shell shell;
    CHECK(shell.run({"add", "a@example.org", "12345"}) == ExitCode::ok);
    CHECK(shell.err.str().starts_with("warning: this password is shorter than 8 characters"));
    CHECK(!(shell.out.str() + shell.err.str()).contains("12345"));
    CHECK(shell.run({"passwd", "a@example.org", "--s3cr3t"}) == ExitCode::usage);
    CHECK(!(shell.out.str() + shell.err.str()).contains("s3cr3t"));
    CHECK(shell.run({"passwd", "a@example.org", "s3cr3t\nx"}) == ExitCode::usage);
    CHECK(!(shell.out.str() + shell.err.str()).contains("s3cr3t"));
}

TEST_CASE("the list has its columns; long addresses are whole") {
    Shell shell;
    const std::string longest = std::string(60, 'l') + "@example.org";
    REQUIRE(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    REQUIRE(shell.run({"add", longest, password}) == ExitCode::ok);
    const auto inbox = shell.workspace.root / "mail/inboxes/example.org/jens@example.org/Maildir/cur";
    std::filesystem::create_directories(inbox);
    std::ofstream(inbox / "1,S=2048:2,S") << "x";
    CHECK(shell.run({"list"}) == ExitCode::ok);
    CHECK(shell.out.str() ==
          "                                    user |  mbox size |    mails |      quota | last login | sanity checks\n"
          "                    -------------------- + ---------- + -------- + ---------- + ---------- + ------------\n"
          "                        jens@example.org |    2.0 KiB |        1 |          - |      never | OK\n" +
              longest + " |    <empty> |        0 |          - |      never | OK\n");
    CHECK(shell.run({"list", "--json"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("\"octets\""));
    REQUIRE(shell.run({"del", longest}) == ExitCode::ok);
    CHECK(shell.run({"list"}) == ExitCode::ok);
    CHECK(shell.err.str().starts_with("note: mail/inboxes/example.org/" + longest + " belongs to no user"));
}

TEST_CASE("results as JSON") {
    Shell shell;
    CHECK(shell.run({"add", "a@example.org", password, "--json"}) == ExitCode::ok);
    CHECK(shell.out.str() == R"({"result":"created","user":"a@example.org"})"
                             "\n");
    CHECK(shell.run({"--json", "add"}) == ExitCode::usage);
    CHECK(shell.run({"passwd", "--json", "a@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("\"password\":\""));
    CHECK(shell.run({"del", "a@example.org", "--json"}) == ExitCode::ok);
    CHECK(shell.out.str() == R"({"result":"deleted","user":"a@example.org","purged":false,"lost_aliases":[]})"
                             "\n");
}

TEST_CASE("who removes the administrator is told what that means") {
    Shell shell;
    REQUIRE(shell.run({"add", "postmaster@example.org", password}) == ExitCode::ok);
    CHECK(shell.run({"del", "postmaster@example.org"}) == ExitCode::ok);
    CHECK(shell.err.str().starts_with("note: this was ADMIN_USER"));
}

TEST_CASE("update-aliases puts the file in force and says how many") {
    Shell shell;
    REQUIRE(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    CHECK(shell.run({"update-aliases"}) == ExitCode::not_found);
    std::filesystem::create_directories(shell.workspace.aliases_file().parent_path());
    std::ofstream(shell.workspace.aliases_file()) << "sales jens\n";
    CHECK(shell.run({"update-aliases"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Updated aliases: 1 in force.\n");
    std::ofstream(shell.workspace.aliases_file()) << "sales jens\nloop loop\n";
    CHECK(shell.run({"update-aliases"}) == ExitCode::usage);
    CHECK(shell.err.str().starts_with("error: cannot use etc/postfix/valias:\n  line 2: "));
    CHECK(shell.run({"del", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.err.str().starts_with("note: alias 'sales@example.org' led to this user"));
}

TEST_CASE("a hash of another server is taken from stdin, and only a hash") {
    Shell shell;
    CHECK(shell.run({"add", "jens@example.org", "--hash-stdin"}, "{ssha256}k/BTz2qtq2MUGD4wxfR8rexM\n") ==
          ExitCode::ok);
    CHECK(shell.out.str() == "Created user 'jens@example.org' with the password of the hash.\n");
    CHECK(*accounts::Store::open(shell.workspace.database())->hash_of(address("jens@example.org")) ==
          "{SSHA256}k/BTz2qtq2MUGD4wxfR8rexM");
    CHECK(shell.run({"add", "plain@example.org", "--hash-stdin"}, "{plain}secret word\n") == ExitCode::ok);
    CHECK(accounts::Store::open(shell.workspace.database())
              ->hash_of(address("plain@example.org"))
              ->starts_with("{ARGON2ID}"));
    for (const char* bad : {"", "secret\n", "{MD5}x\n", "{SSHA256}\n", "{SSHA256}a b\n", "{SSHA256}a'b\n", "{}x\n",
                            "{SSHA256}a\nb\n", "{SSHA256}\xc3\xa4\n"})
        CHECK(shell.run({"add", "x@example.org", "--hash-stdin"}, bad) == ExitCode::usage);
    CHECK(shell.run({"add", "x@example.org", "password", "--hash-stdin"}, "{SSHA256}abc\n") == ExitCode::usage);
    CHECK(shell.run({"show", "x@example.org"}) == ExitCode::not_found);
}

TEST_CASE("aliases are added and removed in the file of the operator") {
    Shell shell;
    REQUIRE(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    REQUIRE(shell.run({"add", "meier@example.org", password}) == ExitCode::ok);
    REQUIRE(accounts::ensure_aliases_file(shell.workspace));
    std::ofstream(shell.workspace.aliases_file()) << "# who sells\nsales jens\n";
    CHECK(shell.run({"alias", "add", "sales", "meier"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Added alias 'sales@example.org' to 'meier@example.org'.\n");
    CHECK(shell.run({"alias", "add", "sales", "meier"}) == ExitCode::exists);
    CHECK(shell.run({"alias", "add", "info", "jens,meier", "--send-as"}) == ExitCode::ok);
    CHECK(
        shell.out.str() ==
        "Added alias 'info@example.org' to 'jens@example.org, meier@example.org'. jens@example.org, meier@example.org "
        "may send as info@example.org.\n");
    CHECK(shell.run({"alias", "add", "gone", "nobody"}) == ExitCode::usage);
    CHECK(shell.err.str().contains("nobody@example.org"));
    CHECK(shell.run({"alias", "add", "bad,name", "jens"}) == ExitCode::usage);
    CHECK(shell.run({"alias", "add", "two\nlines", "jens"}) == ExitCode::usage);
    CHECK(shell.run({"alias", "list", "info", "--json"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("\"alias\": \"info@example.org\""));
    CHECK_FALSE(shell.out.str().contains("sales"));
    CHECK(shell.run({"alias", "del", "info", "jens"}) == ExitCode::ok);
    CHECK(shell.run({"alias", "del", "info", "jens"}) == ExitCode::not_found);
    CHECK(shell.run({"alias", "del", "info"}) == ExitCode::ok);
    CHECK(*sys::read_file(shell.workspace.aliases_file()) ==
          "# who sells\nsales@example.org  jens@example.org, meier@example.org\n");
    CHECK(shell.run({"send-as", "list", "--json"}) == ExitCode::ok);
    CHECK_FALSE(shell.out.str().contains("info@example.org"));
}

TEST_CASE("a renamed user keeps mail and aliases, and the old address leads to the new one") {
    Shell shell;
    REQUIRE(shell.run({"add", "jens@example.org", password}) == ExitCode::ok);
    REQUIRE(accounts::ensure_aliases_file(shell.workspace));
    REQUIRE(shell.run({"alias", "add", "sales", "jens"}) == ExitCode::ok);
    // The new name was an alias, for somebody else as well, and stands beside the old one.
    REQUIRE(shell.run({"alias", "add", "anna", "jens", "x@elsewhere.example"}) == ExitCode::ok);
    REQUIRE(shell.run({"alias", "add", "all", "jens", "anna"}) == ExitCode::ok);
    const auto mail = shell.workspace.root / "mail/inboxes/example.org/jens@example.org/Maildir/cur";
    std::filesystem::create_directories(mail);
    std::ofstream(mail / "1,S=10:2,S") << "x";
    CHECK(shell.run({"rename", "jens@example.org", "anna@example.org"}) == ExitCode::ok);
    CHECK(shell.ended == std::vector<std::string>{"jens@example.org"});
    CHECK(std::filesystem::exists(shell.workspace.root /
                                  "mail/inboxes/example.org/anna@example.org/Maildir/cur/1,S=10:2,S"));
    CHECK(shell.run({"show", "anna@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("aliases: all@example.org, jens@example.org, sales@example.org\n"));
    CHECK(shell.run({"update-aliases"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Updated aliases: 4 in force.\n");
    CHECK(shell.run({"rename", "jens@example.org", "x@example.org"}) == ExitCode::not_found);
    CHECK(shell.run({"rename", "anna@example.org", "x@elsewhere.example"}) == ExitCode::usage);
    CHECK(shell.run({"rename", "anna@example.org", "anna+x@example.org"}) == ExitCode::usage);
    CHECK(shell.run({"rename", "anna@example.org", "anna@example.org"}) == ExitCode::usage);
    REQUIRE(shell.run({"add", "meier@example.org", password}) == ExitCode::ok);
    CHECK(shell.run({"rename", "anna@example.org", "meier@example.org"}) == ExitCode::exists);
    // Nothing of a refused one is left in the file.
    CHECK(shell.run({"update-aliases"}) == ExitCode::ok);
    CHECK(shell.run({"show", "anna@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("aliases: all@example.org, jens@example.org, sales@example.org\n"));
}

TEST_CASE("limits and rights of users are set, shown and hostile words refused") {
    Shell shell;
    REQUIRE(shell.run({"add", "jens@example.org", password, "--quota", "2M"}) == ExitCode::ok);
    CHECK(shell.run({"list"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("|    2.0 MiB |      never | OK"));
    CHECK(shell.run({"quota", "jens@example.org", "default"}) == ExitCode::ok);
    CHECK(shell.run({"quota", "jens@example.org", "much"}) == ExitCode::usage);
    CHECK(shell.run({"quota", "jens@example.org", "-1"}) == ExitCode::usage);
    CHECK(shell.run({"quota", "nobody@example.org", "1G"}) == ExitCode::not_found);
    // A session has the limit it began with, so it ends.
    CHECK(shell.ended == std::vector<std::string>(2, "jens@example.org"));
    CHECK(shell.run({"disable", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.ended.size() == 3);
    CHECK(shell.run({"show", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("state: disabled\n"));
    CHECK(shell.run({"enable", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.run({"send-only", "jens@example.org", "--text", "I only\r\ntalk"}) == ExitCode::usage);
    CHECK(shell.run({"send-only", "jens@example.org", "--text=I only talk"}) == ExitCode::ok);
    CHECK(shell.run({"send-only", "jens@example.org", "maybe"}) == ExitCode::usage);
    CHECK(shell.run({"send-only", "jens@example.org", "off"}) == ExitCode::ok);
    CHECK(shell.run({"app-password", "add", "jens@example.org", "phone", "--protocols", "imap,smtp"}) == ExitCode::ok);
    CHECK(shell.out.str().starts_with("Created app password 'phone' for 'jens@example.org', it is:'"));
    CHECK(shell.run({"app-password", "add", "jens@example.org", "phone"}) == ExitCode::exists);
    CHECK(shell.run({"app-password", "add", "jens@example.org", "a\nb"}) == ExitCode::usage);
    CHECK(shell.run({"app-password", "add", "jens@example.org", "x", "--protocols", "ftp"}) == ExitCode::usage);
    CHECK(shell.run({"app-password", "add", "jens@example.org", "x", "--protocols"}) == ExitCode::usage);
    CHECK(shell.run({"app-password", "list", "jens@example.org"}) == ExitCode::ok);
    CHECK(shell.out.str().contains("phone"));
    CHECK(shell.run({"app-password", "del", "jens@example.org", "phone"}) == ExitCode::ok);
    CHECK(shell.run({"app-password", "del", "jens@example.org", "phone"}) == ExitCode::not_found);
    CHECK(shell.run({"send-as", "add", "jens@example.org", "@example.org"}) == ExitCode::ok);
    CHECK(shell.run({"send-as", "add", "jens@example.org", "x@elsewhere.example"}) == ExitCode::usage);
    CHECK(shell.run({"send-as", "del", "jens@example.org", "boss@example.org"}) == ExitCode::not_found);
    CHECK(shell.run({"reject", "add", "sender", "Spam.example"}) == ExitCode::ok);
    CHECK(shell.out.str() == "Mail from 'spam.example' is refused.\n");
    CHECK(shell.run({"reject", "add", "sender", "spam.example"}) == ExitCode::exists);
    CHECK(shell.run({"reject", "add", "sender", "'; DROP TABLE accounts"}) == ExitCode::usage);
    CHECK(shell.run({"reject", "add", "body", "spam.example"}) == ExitCode::usage);
    CHECK(shell.run({"reject", "del", "sender", "spam.example"}) == ExitCode::ok);
    CHECK(shell.run({"reject", "del", "sender", "spam.example"}) == ExitCode::not_found);
}
