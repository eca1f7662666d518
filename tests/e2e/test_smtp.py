"""SMTP as it is on the wire."""
import base64
import smtplib

import pytest

from rig import mail
from rig.podman import wait_until

ENDINGS = (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n\0.\r\n", b"\n.\r", b"\r.\n")


def say_with_odd_ending(wire, recipient, ending):
    """One mail whose text goes on, behind an odd end of data, with the commands of a second one."""
    wire.say("EHLO client.lab.example")
    wire.say("MAIL FROM:<stranger@lab.example>")
    assert wire.say(f"RCPT TO:<{recipient}>").startswith("250")
    assert wire.say("DATA").startswith("354")
    head = f"From: stranger@lab.example\r\nTo: {recipient}\r\nSubject: outer\r\n\r\nfirst"
    inner = (f"MAIL FROM:<admin@alpha.example>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n"
             f"From: admin@alpha.example\r\nSubject: smuggled\r\n\r\nsecond")
    wire.send(head.encode() + ending + inner.encode() + b"\r\n.\r\n")
    wire.reply()
    wire.send(b"QUIT\r\n")
    while wire.reply():
        pass


def test_no_odd_end_of_data_smuggles_a_second_mail(appliance):
    for number, ending in enumerate(ENDINGS):
        reader = appliance.add(f"reader{number}")
        with mail.Dialogue(appliance.ipv4) as wire:
            say_with_odd_ending(wire, reader.address, ending)
        control = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", reader.address))
        appliance.wait_for(reader, control["Subject"])
        assert "smuggled" not in appliance.subjects(reader) + appliance.subjects(reader, "Junk"), ending


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


def test_commands_after_starttls_in_clear_text_are_thrown_away(appliance):
    with mail.Dialogue(appliance.ipv4, 587) as wire:
        wire.say("EHLO client.lab.example")
        wire.send(b"STARTTLS\r\nRSET\r\n")
        assert wire.reply().startswith("220")
        try:
            wire._socket = mail.any_certificate().wrap_socket(wire._socket)
        except OSError:
            return  # hung up: as good
        wire._file = wire._socket.makefile("rb")
        assert wire.say("EHLO client.lab.example").startswith("250-mail.alpha.example")


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


def test_one_client_cannot_take_all_connections(lab, appliance):
    import socket
    neighbour = lab.neighbour()
    held = [socket.create_connection((appliance.ipv4, 25), 30) for _ in range(150)]
    try:
        assert neighbour.python("""
server = smtplib.SMTP(arguments["host"], 25, local_hostname="neighbour.lab.example", timeout=30)
answer(server.ehlo()[0])
""", host=appliance.ipv4) == 250
    finally:
        for connection in held:
            connection.close()


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
