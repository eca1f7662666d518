#include <doctest/doctest.h>

#include <algorithm>

#include "engines/overrides.h"
#include "engines/postfix/main_cf.h"
#include "engines/postfix/master_cf.h"
#include "engines/postfix/postfix.h"
#include "engines/postfix/safety.h"
#include "settings/table.h"

namespace {

engines::Paths paths() {
    return {.templates = ENGINE_TEMPLATES, .trust_anchor = std::string(GOLDEN_CASES) + "/root.key"};
}

engines::Engine ours() {
    const auto settings =
        settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n");
    REQUIRE(settings);
    auto engine = engines::postfix(*settings, paths());
    REQUIRE(engine);
    return *engine;
}

base::Result<engines::Overridden> with_file(const std::string& name, const std::string& content) {
    return engines::override_engine(ours(), {{.name = name, .content = content}}, paths());
}

std::string content(const engines::Engine& engine, const std::string& path) {
    const auto file = std::ranges::find(engine.files, path, &engines::RenderedFile::path);
    return file == engine.files.end() ? "" : file->content;
}

/// What is said about a main.cf or master.cf, without the name of the file; empty when it is taken.
std::string said(const std::string& name, const std::string& text) {
    const auto made = with_file(name, text);
    if (made) return "";
    const std::string folder = "_server_workspace_/etc/mailserver/override/postfix/";
    CHECK(made.error().text.starts_with(folder + name));
    return made.error().text.substr(folder.size() + name.size());
}

}  // namespace

TEST_CASE("a value of the operator's takes the place of ours, a new one comes last, comments stay") {
    const std::string text = "# first\na = 1\n\n# about b\nb = 2,\n    # inside\n    3\nc = 4\n";
    const auto own = engines::parse_main_cf("# own\nb = x,\n\ty\nd=5\nc =\n");
    REQUIRE(own);
    CHECK(engines::merge_main_cf(text, *own) ==
          "# first\na = 1\n\n# about b\nb = x, y\nc = \n\n# ---- the operator's own\nd = 5\n");
    CHECK(engines::merge_main_cf(text, {}) == text);
}

TEST_CASE("no parameter stands twice after a merge with the real main.cf") {
    const auto made =
        with_file("main.cf", "smtpd_banner = $myhostname ESMTP hello\nsmtp_tls_loglevel = 2\nnew_one = 1\n");
    REQUIRE(made);
    const auto merged = engines::parse_main_cf(content(made->engine, "/etc/postfix/main.cf"));
    REQUIRE(merged);
    const auto banner = std::ranges::find(*merged, "smtpd_banner", &engines::Parameter::name);
    REQUIRE(banner != merged->end());
    CHECK(banner->value == "$myhostname ESMTP hello");
    CHECK(merged->back().name == "new_one");
}

TEST_CASE("mistakes in main.cf come with their line") {
    CHECK(said("main.cf", "# x\n\nsmtpd_banner\n") == " line 3: 'smtpd_banner' has no '='; write: name = value");
    CHECK(said("main.cf", "  a = b\n") ==
          " line 1: it begins with a space, and there is no line before it to continue");
    CHECK(said("main.cf", "= b\n") == " line 1: '' is not a name");
    CHECK(said("main.cf", "a b = c\n") == " line 1: 'a b' is not a name");
    CHECK(said("main.cf",
               "\xEF\xBB\xBF"
               "a = c\n")
              .contains(" line 1: "));
    CHECK(said("main.cf", "a = 1\nb = 2\na = 3\n") == " line 3: a stands already in line 1");
    CHECK(said("main.cf", "a = 1\r\n").starts_with(" line 1: it ends as lines of Windows do"));
    CHECK(said("main.cf", std::string(1000, 'x') + "\n").size() < 300);
    CHECK(said("main.cf", "") == "");
    CHECK(said("main.cf", "# only this") == "");
}

TEST_CASE("a service of the operator's replaces ours of the same name and type") {
    const std::string text = "# head\nsmtp inet n - n - 200 smtpd\n  -o a=b\nsmtp unix - - n - - smtp\n";
    const auto own = engines::parse_master_cf(
        "smtp inet n - n - 5 smtpd\n# between\n  -o { x = y z }\n  -oq=r\nnew unix - - n - - pipe flags=F user=u\n");
    REQUIRE(own);
    CHECK((*own)[0].options == std::vector<std::pair<std::string, std::string>>{{"x", "y z"}, {"q", "r"}});
    CHECK(engines::merge_master_cf(text, *own) ==
          "# head\nsmtp inet n - n - 5 smtpd\n  -o { x = y z }\n  -oq=r\nsmtp unix - - n - - smtp\n"
          "new unix - - n - - pipe flags=F user=u\n");
    CHECK(engines::merge_master_cf(text, {}) == text);
}

TEST_CASE("mistakes in master.cf come with their line") {
    CHECK(said("master.cf", "\nsmtp inet n - n\n").starts_with(" line 2: it has 5 of the 8 columns"));
    CHECK(said("master.cf", "x tcp n - n - - smtpd\n").starts_with(" line 1: 'tcp' is not a type of service"));
    CHECK(said("master.cf", "x inet maybe - n - - smtpd\n") ==
          " line 1: column 'private' is 'maybe'; it must be y, n or -");
    CHECK(
        said("master.cf", "x inet n - n - - smtpd\n  -o a = b\n").starts_with(" line 1: '-o a' is not -o name=value"));
    CHECK(said("master.cf", "x inet n - n - - smtpd -o\n").starts_with(" line 1: -o has nothing behind it"));
    CHECK(said("master.cf", "x inet n - n - - smtpd { a\n") == " line 1: there is a '{' without its '}'");
    CHECK(said("master.cf", "x inet n - n - - smtpd\nx inet n - n - - smtpd\n") ==
          " line 2: the service x inet stands already in line 1");
    CHECK(said("master.cf", "  -o a=b\n").starts_with(" line 1: it begins with a space"));
}

TEST_CASE("our own configuration is safe, also by the rules for the operator's") {
    CHECK(said("main.cf", "smtpd_banner = x\n") == "");
}

TEST_CASE("networks that are too wide, or cannot be judged, are not trusted") {
    for (const char* network :
         {"0.0.0.0/0", "127.0.0.0/8, 0.0.0.0/1 128.0.0.0/1", "[::]/0", "[2000::]/3", "8.0.0.0/8", "0/0", "static:all",
          "/etc/postfix/override/nets", "cidr:/x", "10.0.0.1/8", "10.0.0.0/33", "example.org", "$mynetworks",
          "$unknown", "${x?0.0.0.0/0}", "[::ffff:0.0.0.0]/96", "{ 10.0.0.0/8 }", "192.0.2.0/", "192.0.2.0/-1"}) {
        CAPTURE(std::string(network));
        CHECK(said("main.cf", "\nmynetworks = " + std::string(network) + "\n").starts_with(" line 2: mynetworks: "));
        CHECK(said("master.cf", "10025 inet n - n - - smtpd\n  -o { mynetworks = " + std::string(network) + " }\n")
                  .starts_with(" line 2: mynetworks: "));
    }
    for (const char* network : {"127.0.0.0/8 [::1]/128", "10.0.0.0/8,172.16.0.0/12 192.168.0.0/16", "8.8.0.0/16",
                                "192.0.2.7", "[2001:db8::]/32", "fc00::/7", "!10.0.0.1 10.0.0.0/8", ""}) {
        CAPTURE(std::string(network));
        CHECK(said("main.cf", "mynetworks = " + std::string(network) + "\n") == "");
    }
    CHECK(
        said("main.cf", "mine = 0.0.0.0/0\nmynetworks = $mine\n").starts_with(" line 2: mynetworks: 0.0.0.0/0 would"));
}

TEST_CASE("restrictions that let strangers relay are refused, however they are written") {
    for (const char* list : {"", "permit", "permit_mynetworks", "permit, reject", "Permit reject_unauth_destination",
                             "check_client_access hash:/x, reject_unauth_destination", "hash:/x, reject",
                             "warn_if_reject reject_unauth_destination", "reject_unverified_sender",
                             "permit_mx_backup, reject_unauth_destination", "check_policy_service inet:x:1 reject",
                             "{ permit }, reject", "$nothing reject", "sleep reject", "reject_rbl_client reject"}) {
        CAPTURE(std::string(list));
        const auto text = said("main.cf", "smtpd_relay_restrictions = " + std::string(list) + "\n");
        CHECK(text.starts_with(" line 1: smtpd_relay_restrictions: it would make this server relay for strangers"));
    }
    for (const char* list : {"reject", "permit_mynetworks permit_sasl_authenticated, defer_unauth_destination",
                             "reject_unauth_destination, permit", "{ reject_rbl_client x.example } reject",
                             "sleep 1, reject_unauth_destination"}) {
        CAPTURE(std::string(list));
        CHECK(said("main.cf", "smtpd_relay_restrictions = " + std::string(list) + "\n") == "");
    }
    // Either list may refuse strangers.
    CHECK(said("main.cf",
               "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, "
               "reject_unauth_destination, check_policy_service unix:x\n") == "");
    CHECK(said("master.cf", "submission inet n - n - - smtpd -o smtpd_relay_restrictions=permit\n")
              .starts_with(" line 1: smtpd_relay_restrictions: "));
    CHECK(said("master.cf", "smtp inet n - n - - ./smtpd -o smtpd_relay_restrictions=permit\n")
              .starts_with(" line 1: smtpd_relay_restrictions: "));
    CHECK(said("main.cf", "smtpd_restriction_classes = mine\nmine = permit\nsmtpd_relay_restrictions = mine, reject\n")
              .starts_with(" line 3: smtpd_relay_restrictions: "));
    CHECK(said("main.cf", "smtpd_restriction_classes = mine\nmine = mine\nsmtpd_relay_restrictions = mine, reject\n") !=
          "");
    CHECK(
        said("main.cf", "relay_domains = static:all\n").starts_with(" line 1: relay_domains: 'static:all' may stand"));
    CHECK(said("main.cf", "relay_domains = texthash:/etc/postfix/override/domains, b.example\n") == "");
    CHECK(said("main.cf", "smtpd_sasl_security_options =\n")
              .starts_with(" line 1: smtpd_sasl_security_options: without"));
    CHECK(said("main.cf", "smtpd_tls_auth_only = no\n").starts_with(" line 1: smtpd_tls_auth_only: passwords"));
}

TEST_CASE("a restriction that does not exist is named, wherever it stands") {
    CHECK(said("main.cf", "smtpd_recipient_restrictions = rejct_unknown_sender_domain\n") ==
          " line 1: smtpd_recipient_restrictions: there is no restriction 'rejct_unknown_sender_domain'");
    CHECK(said("main.cf", "smtpd_relay_restrictions = reject_unauth_destination, foo\n") ==
          " line 1: smtpd_relay_restrictions: there is no restriction 'foo'");
    CHECK(said("main.cf", "smtpd_data_restrictions = check_policy_service { unix:x, timeout=5s }, permit\n") == "");
    CHECK(said("main.cf", "smtpd_sender_restrictions = check_sender_access texthash:/x, texthash:/y, permit\n") == "");
}

TEST_CASE("what the server itself stands on cannot be moved") {
    CHECK(said("main.cf", "a_1 = 2\nmaillog_file = /tmp/x\n").starts_with(" line 2: maillog_file cannot be changed: "));
    CHECK(said("master.cf", "x unix n - n - - smtp\n  -o queue_directory=/tmp\n")
              .starts_with(" line 2: queue_directory cannot be changed: "));
}

TEST_CASE("mail that is no longer filtered is worth a warning") {
    const auto made = with_file("main.cf", "\nsmtpd_milters =\n");
    REQUIRE(made);
    REQUIRE(made->warnings.size() == 1);
    CHECK(made->warnings[0].starts_with("_server_workspace_/etc/mailserver/override/postfix/main.cf line 2: "));
    CHECK(with_file("main.cf", "smtpd_milters = unix:/x $smtpd_milters unix:/run/mailserver/rspamd-milter.sock\n")
              ->warnings.empty());
}

TEST_CASE("other files are tables, and Postfix's word on unknown names becomes the operator's file and line") {
    const auto made =
        engines::override_engine(ours(), {{"headers", "/^x/ IGNORE\n"}, {"main.cf", "\nsmtpd_banr = x\n"}}, paths());
    REQUIRE(made);
    CHECK(content(made->engine, "/etc/postfix/override/headers") == "/^x/ IGNORE\n");
    CHECK(engines::in_operators_words(made->engine,
                                      "postconf: warning: /etc/postfix/main.cf: unused parameter: smtpd_banr=x") ==
          "_server_workspace_/etc/mailserver/override/postfix/main.cf line 2: Postfix knows no parameter smtpd_banr=x");
    CHECK(said("maps/x", "a\n").starts_with(": there are no folders"));
}
