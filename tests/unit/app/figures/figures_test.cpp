#include <doctest/doctest.h>

#include "app/figures/mailboxes.h"
#include "app/figures/ports.h"

namespace {

settings::Settings some_settings() {
    return {.domain = base::Domain::parse("a.example").value(),
            .hostname = base::Hostname::parse("mail.a.example").value(),
            .admin_email = base::EmailAddress::parse("admin@elsewhere.example").value(),
            .additional_domains = {base::Domain::parse("b.example").value()},
            .metrics_per_user_limit = 2};
}

app::MeasuredMailbox mailbox(const std::string& user, std::uint64_t octets, std::uint64_t quota = 0) {
    return {.domain = user.substr(user.find('@') + 1),
            .user = user,
            .size = {.messages = 2, .octets = octets, .unseen = 1},
            .quota = quota};
}

}  // namespace

TEST_SUITE("figures") {
    TEST_CASE("sums are of all accounts, only the largest have series of their own") {
        const auto settings = some_settings();
        metrics::Registry registry;
        const auto has = [&](const std::string& line) { return ("\n" + registry.text()).contains("\n" + line + "\n"); };
        app::fill_mailbox_rows(registry,
                               {mailbox("x@a.example", 10), mailbox("y@a.example", 90, 100), mailbox("z@a.example", 50),
                                mailbox("postmaster@a.example", 1, 1000)},
                               {{"a.example", 3}}, settings);
        CHECK(has(R"(mailserver_users{domain="a.example"} 4)"));
        CHECK(has(R"(mailserver_users{domain="b.example"} 0)"));
        CHECK(has(R"(mailserver_aliases{domain="a.example"} 3)"));
        CHECK(has(R"(mailserver_domain_mailbox_bytes{domain="a.example"} 151)"));
        CHECK(has(R"(mailserver_domain_mailbox_messages{domain="a.example"} 8)"));
        CHECK(has(R"(mailserver_mailboxes_almost_full{domain="a.example"} 1)"));
        CHECK(has(R"(mailserver_mailbox_bytes{domain="a.example",user="y@a.example"} 90)"));
        CHECK(has(R"(mailserver_mailbox_quota_bytes{domain="a.example",user="y@a.example"} 100)"));
        CHECK(has(R"(mailserver_mailbox_bytes{domain="a.example",user="z@a.example"} 50)"));
        CHECK(has(R"(email_inbox_size{domain="__total__",user="__total__"} 151)"));
        CHECK(has(R"(email_inbox_size{domain="a.example",user="__total__"} 151)"));
        CHECK(has(R"(postmaster_unread_emails{user="postmaster@a.example"} 1)"));
        CHECK(!registry.text().contains("x@a.example"));
        CHECK(!registry.text().contains(R"(mailserver_mailbox_quota_bytes{domain="a.example",user="z)"));
        app::fill_mailbox_rows(registry, {}, {}, settings);
        CHECK(has(R"(mailserver_users{domain="a.example"} 0)"));
        CHECK(!registry.text().contains("y@a.example"));
    }

    TEST_CASE("sessions are counted from what doveadm prints") {
        CHECK(app::imap_sessions(
                  "username\t#\tservice\t(pids)\t(ips)\na@a.example\t3\timap\t1\t2\na@a.example\t5\tpop3\t1\t2\n"
                  "b@a.example\t1\timap\t(7)\t(192.0.2.1)\n") == 4);
        CHECK(app::imap_sessions("") == 0);
        CHECK(app::imap_sessions("x\ty\timap\n\t\t\n") == 0);
    }

    TEST_CASE("the ports that are open are probed") {
        auto settings = some_settings();
        CHECK(app::port_checks(settings).size() == 6);
        settings.pop3 = true;
        const auto checks = app::port_checks(settings);
        CHECK(checks.size() == 8);
        for (const auto& check : checks) CHECK(check.probe.from == app::probe_address);
    }

    TEST_CASE("lines about our own probes are known, and no others") {
        const std::string head = "Nov 21 18:53:54 mail postfix/";
        for (const auto* line :
             {"smtpd[179]: connect from unknown[127.9.4.64]",
              "smtpd[179]: NOQUEUE: lost connection after STARTTLS from unknown[127.9.4.64]",
              "smtpd[179]: lost connection after EHLO from unknown[127.9.4.64]",
              "smtps/smtpd[179]: Anonymous TLS connection established from unknown[127.9.4.64]: TLSv1.3 "
              "with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
              "smtpd[179]: disconnect from unknown[127.9.4.64] ehlo=2 starttls=1 commands=3"})
            CHECK_MESSAGE(app::tells_of_probe("postfix", head + line), line);
        for (const auto* line :
             {"smtpd[179]: connect from unknown[127.0.0.1]", "smtpd[179]: connect from h[127.9.4.64][192.0.2.1]",
              "smtpd[179]: disconnect from unknown[127.9.4.64] ehlo=1 mail=1 commands=2",
              "smtpd[179]: NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 5.7.1 <x@y.example>: Relay access "
              "denied; from=<> to=<x@y.example> proto=ESMTP helo=<connect from unknown[127.9.4.64]>"})
            CHECK_MESSAGE(!app::tells_of_probe("postfix", head + line), line);
        CHECK(app::tells_of_probe("dovecot",
                                  "imap-login: Info: Login aborted: Connection closed (no auth attempts in 0 secs) "
                                  "(no_auth_attempts): user=<>, rip=127.9.4.64, lip=127.0.0.1, TLS, session=<x>"));
        for (const auto* line :
             {"imap-login: Info: Login aborted: Connection closed (no auth attempts in 0 secs) "
              "(no_auth_attempts): user=<>, rip=127.0.0.1, lip=127.9.4.64, TLS, session=<x>",
              "imap-login: Info: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) "
              "(auth_failed): user=<user=<>, rip=127.9.4.64, >, method=PLAIN, rip=192.0.2.1",
              "lmtp(a@a.example)<1><s>: Info: user=<>, rip=127.9.4.64, "})
            CHECK_MESSAGE(!app::tells_of_probe("dovecot", line), line);
        CHECK(!app::tells_of_probe("rspamd", "127.9.4.64"));
    }
}
