"""What the operator decides about single users: who is off, who only sends, who has another name, who is refused."""
import json
import smtplib
from imaplib import IMAP4

import pytest

from rig import mail


def refusal(server, sender, recipient):
    """The reply to MAIL FROM and RCPT TO that stops the mail; nothing when none does."""
    server.rset()
    server.mail(sender)
    code, text = server.rcpt(recipient)
    return f"{code} {text.decode()}" if code >= 400 else None


def test_a_disabled_user_cannot_log_in_or_send_and_still_gets_mail(appliance):
    alice = appliance.add("alice")
    appliance.user("disable", alice.address)
    with pytest.raises(IMAP4.error):
        with appliance.imap(alice):
            pass
    with pytest.raises(smtplib.SMTPAuthenticationError):
        with appliance.smtp(465, alice):
            pass
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.user("enable", alice.address)
    appliance.wait_for(alice, sent["Subject"])


def test_a_send_only_user_sends_and_takes_nothing_nor_do_aliases_to_it_alone(appliance):
    alice, robot = appliance.add("alice"), appliance.add("robot")
    appliance.set_aliases(f"news@alpha.example {robot.address}\nboth@alpha.example {robot.address}, {alice.address}\n")
    appliance.user("send-only", robot.address)
    with appliance.smtp(25) as server:
        for recipient in (robot.address, "robot+x@alpha.example", "news@alpha.example"):
            text = refusal(server, "stranger@lab.example", recipient)
            assert text.startswith("550") and "This account cannot receive emails." in text, recipient
    appliance.user("send-only", robot.address, "--text", "Nobody reads this.")
    with appliance.smtp(465, alice) as server:
        assert "Nobody reads this." in refusal(server, alice.address, "news@alpha.example")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "both@alpha.example"))
    appliance.wait_for(alice, sent["Subject"])
    sent = appliance.submit(robot, mail.message(robot.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])
    assert appliance.subjects(robot) == [] and appliance.queue_is_empty()
    appliance.user("send-only", robot.address, "off")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "news@alpha.example"))
    appliance.wait_for(robot, sent["Subject"])


def test_a_renamed_user_keeps_mail_folders_password_and_aliases(appliance):
    alice = appliance.add("alice")
    appliance.set_aliases(f"# sellers\nsales@alpha.example {alice.address}\n")
    before = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, before["Subject"])
    with appliance.imap(alice) as server:
        server.create("Work")
        server.select("INBOX")
        server.copy("1", "Work")
    appliance.user("rename", alice.address, "anna@alpha.example")
    anna = type(alice)("anna@alpha.example", alice.password)
    assert appliance.subjects(anna) == appliance.subjects(anna, "Work") == [before["Subject"]]
    with pytest.raises(IMAP4.error):
        with appliance.imap(alice):
            pass
    for recipient in (anna.address, "sales@alpha.example", alice.address):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", recipient))
        appliance.wait_for(anna, sent["Subject"])
    sent = appliance.submit(anna, mail.message("sales@alpha.example", anna.address), sender="sales@alpha.example")
    appliance.wait_for(anna, sent["Subject"])
    assert "# sellers\n" in (appliance.workspace / "etc/postfix/valias").read_text()
    assert appliance.user("update-aliases").stdout == "Updated aliases: 2 in force.\n"
    appliance.user("rename", "--no-alias", anna.address, "ann@alpha.example")
    with appliance.smtp(25) as server:
        assert refusal(server, "stranger@lab.example", anna.address).startswith("550")


def test_refused_senders_and_recipients_are_refused_at_once_and_from_the_settings(lab):
    appliance = lab.appliance(REJECT_SENDERS="spam.example,bad@lab.example",
                              REJECT_RECIPIENTS="old@alpha.example").start()
    alice, old = appliance.add("alice"), appliance.add("old")
    lab.dns.set("spam", "spam.example. MX 10 client.lab.example.", "sub.spam.example. MX 10 client.lab.example.")
    with appliance.smtp(25) as server:
        for sender in ("x@spam.example", "x@sub.spam.example", "bad@lab.example"):
            assert refusal(server, sender, alice.address).startswith("554"), sender
        assert refusal(server, "good@lab.example", old.address).startswith("554")
        assert refusal(server, "good@lab.example", alice.address) is None
        appliance.user("reject", "add", "sender", "good@lab.example")
        assert refusal(server, "good@lab.example", alice.address).startswith("554")
        appliance.user("reject", "del", "sender", "good@lab.example")
        assert refusal(server, "good@lab.example", alice.address) is None
    with appliance.smtp(465, alice) as server:
        assert refusal(server, alice.address, old.address).startswith("554")
    listed = json.loads(appliance.user("reject", "list", "--json").stdout)["rejects"]
    assert {entry["pattern"] for entry in listed} == {"spam.example", "bad@lab.example", "old@alpha.example"}


def test_show_and_list_tell_what_there_is(appliance):
    alice = appliance.add("alice")
    appliance.set_aliases(f"sales@alpha.example {alice.address}\n")
    appliance.user("quota", alice.address, "2M")
    appliance.user("send-as", "add", alice.address, "boss@alpha.example")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    shown = json.loads(appliance.user("show", alice.address, "--json").stdout)
    assert shown["messages"] == 1 and shown["octets"] > 500 and shown["quota"] == 2 * 1024 * 1024
    assert shown["aliases"] == ["sales@alpha.example"]
    assert shown["send_as"] == [alice.address, "boss@alpha.example", "sales@alpha.example"]
    listed = json.loads(appliance.user("list", "--json").stdout)["users"]
    assert [user["messages"] for user in listed if user["user"] == alice.address] == [1]
    assert appliance.user("show", "nobody@alpha.example", check=False).returncode == 3
