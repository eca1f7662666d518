"""What mailboxes look like and how they are reached, when the operator wants it otherwise."""
import imaplib
import poplib
import re
import smtplib
import socket

import pytest

from rig import mail
from rig.podman import wait_until

SETTINGS = {"POP3": "true", "MANAGESIEVE": "false", "MAILBOX_LAYOUT": "fs", "HIERARCHY_SEPARATOR": "/",
            "UTF8_FOLDER_NAMES": "true", "INDEX_DIR": "var/lib/dovecot/indexes", "FOLDER_JUNK": "Werbung",
            "FOLDER_TRASH": "Gelöschte Objekte", "FOLDER_ARCHIVE": "Archiv", "TRASH_EXPUNGE": "1d",
            "RECIPIENT_DELIMITER": "+-", "MAX_CONNECTIONS_PER_USER": "3"}
TRASH = '"Gel&APY-schte Objekte"'


def is_open(host, port):
    try:
        socket.create_connection((host, port), 5).close()
        return True
    except ConnectionRefusedError:
        return False


def folders(reader, command="list"):
    """Name → flags."""
    lines = getattr(reader, command)()[1]
    parsed = (re.fullmatch(rb'\((.*?)\) "(.)" "?(.*?)"?', line) for line in lines if line)
    return {match[3].decode(): match[1].decode().split() for match in parsed}


def test_folders_protocols_and_limits_by_the_settings(lab):
    appliance = lab.appliance(**SETTINGS).start()
    alice, bob = appliance.add("alice"), appliance.add("bob")
    with appliance.imap(alice) as reader:
        listed = folders(reader)
        purposes = {flag: name for name, flags in listed.items() for flag in flags if flag in
                    ("\\Drafts", "\\Sent", "\\Junk", "\\Trash", "\\Archive")}
        assert purposes == {"\\Drafts": "Drafts", "\\Sent": "Sent", "\\Junk": "Werbung", "\\Archive": "Archiv",
                            "\\Trash": "Gel&APY-schte Objekte"}
        assert sorted(listed) == sorted([*purposes.values(), "INBOX"])
        assert sorted(folders(reader, "lsub")) == sorted(purposes.values())
        assert reader.create("2026/v1.0")[0] == "OK" and reader.select("2026/v1.0")[0] == "OK"

    # Both delimiters; what stands behind them changes nothing.
    for detail in ("+Shop", "-news"):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", f"alice{detail}@alpha.example"))
        appliance.wait_for(alice, sent["Subject"])

    # POP3, never without TLS.
    pop = poplib.POP3(appliance.ipv4, 110, timeout=30)
    with pytest.raises(poplib.error_proto):
        pop.user(bob.address)
        pop.pass_(bob.password)
    kept = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", bob.address))
    appliance.wait_for(bob, kept["Subject"])
    pop.stls(mail.any_certificate())
    pop.user(bob.address)
    pop.pass_(bob.password)
    assert pop.stat()[0] == 1
    pop.quit()
    pop = poplib.POP3_SSL(appliance.ipv4, 995, context=mail.any_certificate(), timeout=30)
    pop.user(bob.address)
    pop.pass_(bob.password)
    assert kept["Subject"].encode() in b"\n".join(pop.retr(1)[1])
    pop.dele(1)
    pop.quit()
    assert appliance.subjects(bob) == []
    assert not is_open(appliance.ipv4, 4190)

    # The fourth connection of one user from one address is one too many.
    sessions = []
    with pytest.raises(imaplib.IMAP4.error):
        for _ in range(4):
            reader = imaplib.IMAP4_SSL(appliance.ipv4, 993, ssl_context=mail.any_certificate(), timeout=30)
            sessions.append(reader)
            reader.login(*bob)
    assert len(sessions) == 4
    for reader in sessions:
        reader.shutdown()

    listed = next(line for line in appliance.user("list").stdout.splitlines() if alice.address in line)
    assert re.search(r"\| +[\d.]+ KiB \|.* OK$", listed), listed
    indexes = appliance.workspace / "var/lib/dovecot/indexes/alpha.example" / alice.address
    assert list(indexes.rglob("dovecot.index*"))
    assert not list((appliance.workspace / "mail").rglob("dovecot.index*"))

    # What is too old goes from the trash, and only from there. A day is made a second: mail cannot be made older.
    with appliance.imap(bob) as reader:
        for folder in ("Drafts", "Werbung", TRASH):
            assert reader.append(folder, None, None, b"Subject: old\r\n\r\nx\r\n")[0] == "OK"
    assert appliance.subjects(bob, TRASH) == ["old"]
    appliance.exec("sed", "-i", "s/autoexpunge = 1d/autoexpunge = 1s/", "/etc/dovecot/dovecot.conf")
    appliance.exec("doveadm", "reload")
    wait_until("the trash to be emptied", lambda: appliance.subjects(bob, TRASH) == [], interval=1)
    assert appliance.subjects(bob, "Drafts") == appliance.subjects(bob, "Werbung") == ["old"]

    appliance.user("del", "--purge-inbox", alice.address)
    assert not indexes.exists()
    assert not (appliance.workspace / "mail/inboxes/alpha.example" / alice.address).exists()

    # Mail is not lost sight of: a start with another layout, or a delimiter inside an account's name, is refused.
    appliance.add("carol.b")
    appliance.stop()
    for changed, named in (({"MAILBOX_LAYOUT": "maildir++"}, "MAILBOX_LAYOUT=fs"),
                           ({"RECIPIENT_DELIMITER": "+."}, "carol.b@alpha.example")):
        other = lab.appliance(**{**SETTINGS, **changed}, workspace=appliance.workspace)
        other.start(ready=False)
        assert other.wait_exit() == 2
        assert named in other.logs()
        other._release()


def test_details_make_folders_and_the_separator_is_only_shown(lab):
    appliance = lab.appliance(HIERARCHY_SEPARATOR="/", DETAIL_MAILBOXES="true").start()
    assert not is_open(appliance.ipv4, 110) and not is_open(appliance.ipv4, 995)
    alice, bob = appliance.add("alice"), appliance.add("bob")
    with appliance.imap(alice) as reader:
        assert reader.create("Work/Deep")[0] == "OK" and reader.subscribe("Work/Deep")[0] == "OK"
        reader.append("Work/Deep", None, None, b"Subject: kept\r\n\r\nx\r\n")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "alice-news@alpha.example"))

    # Whatever a stranger writes behind the delimiter: the mail arrives, and in this mailbox.
    shop = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "alice+Shop@alpha.example"))
    appliance.wait_for(alice, shop["Subject"], folder="Shop")
    hostile = ["../../x", "/etc/x", "~/x", "a/../../x", "INBOX", "cur", "dovecot.index", "dovecot-keywords",
               "subscriptions", "x" * 55, "a//b", "*"]
    with appliance.smtp(25) as server:
        sent = [mail.message("stranger@lab.example", alice.address) for _ in hostile]
        for detail, message in zip(hostile, sent):
            server.send_message(message, to_addrs=[f"alice+{detail}@alpha.example"])

    def everything():
        found = []
        with appliance.imap(alice) as reader:
            for name in folders(reader):
                answer, count = reader.select(f'"{name}"', readonly=True)
                if answer != "OK" or count == [b"0"]:  # only a place for others, or FETCH knows no empty set
                    continue
                data = reader.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
                found += [part[1].decode().partition(":")[2].strip() for part in data if isinstance(part, tuple)]
            assert "Shop" in folders(reader, "lsub")
        return found

    wait_until("all mail with odd details", lambda: {message["Subject"] for message in sent} <= set(everything()))
    homes = {path.name for path in (appliance.workspace / "mail/inboxes/alpha.example").iterdir()}
    assert homes <= {alice.address, bob.address, "postmaster@alpha.example"}
    assert not list(appliance.workspace.glob("mail/inboxes/alpha.example/*/x"))
    with appliance.imap(alice) as reader:
        reader.select("INBOX")
        assert reader.append("INBOX", "($Own)", None, b"Subject: flagged\r\n\r\nx\r\n")[0] == "OK"

    # The separator is only how folders are shown: it may change.
    appliance.stop()
    appliance.settings["HIERARCHY_SEPARATOR"] = "."
    appliance.start()
    assert appliance.subjects(alice, "Work.Deep") == ["kept"]
    with appliance.imap(alice) as reader:
        assert {"Work.Deep", "Shop"} <= set(folders(reader, "lsub"))
