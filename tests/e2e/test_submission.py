"""Sending with a login: which ports, only after TLS, only as oneself."""
import base64
import smtplib

import pytest

from rig import mail

SUBMISSION_PORTS = (465, 587, 25)


def test_mail_goes_out_on_465_587_and_25(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    for port in SUBMISSION_PORTS:
        sent = appliance.submit(alice, mail.message(alice.address, bob.address), port=port)
        appliance.wait_for(bob, sent["Subject"])


def test_port_25_can_be_closed_to_logins(lab):
    appliance = lab.appliance(SUBMISSION_ON_PORT_25="false").start()
    alice = appliance.add("alice")
    with appliance.smtp(25, context=mail.any_certificate()) as server:
        assert not server.has_extn("auth")
        with pytest.raises(smtplib.SMTPException):
            server.login(*alice)
    appliance.submit(alice, mail.message(alice.address, alice.address), port=587)


def test_no_password_is_taken_before_tls(appliance):
    alice = appliance.add("alice")
    for port in (25, 587):
        server = smtplib.SMTP(appliance.ipv4, port, local_hostname="client.lab.example", timeout=30)
        server.ehlo()
        assert not server.has_extn("auth")
        words = base64.b64encode(f"\0{alice.address}\0{alice.password}".encode()).decode()
        for command in (f"AUTH PLAIN {words}", "AUTH LOGIN"):
            code, text = server.docmd(command)
            assert 500 <= code < 600, f"port {port}: {code} {text}"
        server.close()
    from imaplib import IMAP4
    server = IMAP4(appliance.ipv4, 143, timeout=30)
    assert "LOGINDISABLED" in server.capabilities
    with pytest.raises(IMAP4.error):
        server.login(*alice)
    server.shutdown()
    # Dovecot itself takes a connection from its own address for a safe one.
    for own in ("127.0.0.1", appliance.ipv4):
        said = appliance.exec("bash", "-c", f"exec 3<>/dev/tcp/{own}/143; printf 'a LOGIN {alice.address} {alice.password}\\r\\n' >&3; "
                              "while read -r line <&3; do echo \"$line\"; case $line in 'a '*) exit;; esac; done").stdout
        assert said.splitlines()[-1].startswith("a NO"), said


def test_the_submission_ports_refuse_mail_without_a_login(appliance):
    bob = appliance.add("bob")
    for port in (465, 587):
        with appliance.smtp(port) as server:
            with pytest.raises(smtplib.SMTPException):
                server.sendmail("stranger@lab.example", [bob.address], b"Subject: x\r\n\r\nx\r\n")


def test_nobody_sends_as_somebody_else(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    forged = (bob.address, "ceo@alpha.example", "someone@elsewhere.example")
    for port in SUBMISSION_PORTS:
        for sender in forged:
            with appliance.smtp(port, alice) as server:
                server.mail(sender)
                code, text = server.rcpt(bob.address)
                assert 500 <= code < 600, f"port {port}, sender '{sender}': {code} {text}"


def test_the_empty_sender_is_open_to_users(appliance):
    """Read receipts have it (RFC 8098 section 3)."""
    alice = appliance.add("alice")
    for port in SUBMISSION_PORTS:
        sent = appliance.submit(alice, mail.message(alice.address, alice.address), port=port, sender="")
        appliance.wait_for(alice, sent["Subject"])


def test_an_alias_of_ones_own_may_be_the_sender(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases(f"sales@alpha.example {alice.address}\n")
    for port in SUBMISSION_PORTS:
        sent = appliance.submit(alice, mail.message("sales@alpha.example", bob.address), port=port,
                                sender="sales@alpha.example")
        appliance.wait_for(bob, sent["Subject"])
    with appliance.smtp(587, bob) as server:
        server.mail("sales@alpha.example")
        assert server.rcpt(alice.address)[0] >= 500


def test_who_was_granted_an_address_or_a_domain_may_send_as_it_from_now_to_the_end(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases(f"all@alpha.example {alice.address}, {bob.address}\n@alpha.example {alice.address}\n")

    def may(login, sender):
        with appliance.smtp(465, login) as server:
            server.mail(sender)
            return server.rcpt(bob.address)[0] == 250

    # A catch-all alone is not the right to be anybody.
    assert not may(alice, "anybody@alpha.example")
    for login, sender, granted in ((alice, "all@alpha.example", "all@alpha.example"),
                                   (bob, "anybody@alpha.example", "@alpha.example"),
                                   (bob, alice.address, "@alpha.example")):
        assert not may(login, sender)
        appliance.user("send-as", "add", login.address, granted)
        assert may(login, sender)
        appliance.user("send-as", "del", login.address, granted)
        assert not may(login, sender)
    appliance.user("alias", "add", "@alpha.example", bob.address, "--send-as")
    assert may(bob, "anybody@alpha.example")
    with appliance.smtp(465, alice) as server:
        server.mail("anybody@alpha.example")
        code, text = server.rcpt(bob.address)
        assert code == 553 and b"not owned by user alice@alpha.example" in text


def test_a_wrong_password_is_refused_everywhere(appliance):
    alice = appliance.add("alice")
    for port in SUBMISSION_PORTS:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            with appliance.smtp(port, (alice.address, "wrong")):
                pass
        assert refusal.value.smtp_code == 535
