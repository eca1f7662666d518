"""SMTP as it is on the wire."""
import base64
import smtplib

import pytest

from rig import mail
from rig.podman import wait_until

def test_addresses_cannot_be_asked_for(appliance):
    alice = appliance.add("alice")
    for port in (25, 465, 587):
        with appliance.smtp(port) as server:
            assert not server.has_extn("vrfy")
            assert server.verify(alice.address)[0] >= 500
            assert server.expn("postmaster")[0] >= 500


def test_mail_over_the_size_limit_is_refused_with_552(lab):
    appliance = lab.appliance(MESSAGE_SIZE_LIMIT="100000").start()
    alice = appliance.add("alice")
    with appliance.smtp(25) as server:
        assert server.esmtp_features["size"] == "100000"
        code, _ = server.docmd("MAIL FROM:<stranger@lab.example> SIZE=100001")
        assert code == 552
        server.rset()
        server.mail("stranger@lab.example")
        server.rcpt(alice.address)
        assert server.data(b"Subject: big\r\n\r\n" + b"x" * 70 * 2000)[0] == 552
    with appliance.imap(alice) as reader:
        answer, text = reader.append("INBOX", None, None, b"Subject: big\r\n\r\n" + b"x" * 1_000_000)
        assert answer == "NO" and b"LIMIT" in text[0], text


def test_a_mail_of_the_full_size_passes(appliance):
    alice = appliance.add("alice")
    with appliance.smtp(25) as server:
        assert server.esmtp_features["size"] == "52428800"
    body = base64.encodebytes(bytes(24 * 1024 * 1024)).decode()
    sent = appliance.submit(alice, mail.message(alice.address, alice.address, body=body))
    wait_until("the big mail", lambda: sent["Subject"] in appliance.subjects(alice), deadline=90)


def test_unknown_recipients_are_refused_at_once(appliance):
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        assert server.rcpt("nobody@alpha.example")[0] == 550


def test_ipv6_works_on_every_port(appliance):
    alice = appliance.add("alice")
    sent = mail.submit(appliance.ipv6, alice, mail.message(alice.address, alice.address))
    incoming = mail.deliver(appliance.ipv6, mail.message("stranger@lab.example", alice.address))
    for subject in (sent["Subject"], incoming["Subject"]):
        mail.wait_for(appliance.ipv6, alice, subject)
    for port in (25, 465, 587, 143, 993, 443):
        mail.served_certificate(appliance.ipv6, port, mail.any_certificate(), appliance.hostname)


def test_odd_senders_get_an_answer_and_leave_the_server_standing(appliance):
    alice = appliance.add("alice")
    for line in ("MAIL FROM:<" + "x" * 3000 + "@lab.example>", "MAIL FROM:<\x00@lab.example>", "RCPT TO:<>", "DATA",
                 "EHLO \x1b[2J", "HELO " + "y" * 600, "AUTH PLAIN ====", "BDAT 10000000000000000", "\xff\xfe"):
        with mail.Dialogue(appliance.ipv4) as wire:
            wire.say("EHLO client.lab.example")
            assert wire.say(line)[:1] in ("2", "3", "4", "5", "")
    with pytest.raises(smtplib.SMTPException):
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "nobody@alpha.example"))
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    assert "\x1b" not in appliance.logs()
