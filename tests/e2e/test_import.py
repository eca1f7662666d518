"""Moving in from another mail server: everything its users have goes on working, nothing in its folders is changed,
and what cannot come is named."""
import contextlib
import json
import re
import sqlite3
import ssl

from rig import mail
from rig.appliance import Account
from rig.old_server import DockerMailserver, Maildir, Tlo, mail_text, rsa_key, snapshot
from rig.peer import Authority
from rig.podman import wait_until


def listing(appliance, account, folder="INBOX"):
    """{subject: (UID, flags)}, and UIDVALIDITY."""
    with appliance.imap(account) as reader:
        assert reader.select(f'"{folder}"', readonly=True)[0] == "OK"
        validity = int(reader.untagged_responses["UIDVALIDITY"][0])
        data = reader.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        found = {}
        for part in data:
            if isinstance(part, tuple):
                subject = part[1].decode().partition(":")[2].strip()
                head = part[0].decode()
                found[subject] = (int(re.search(r"UID (\d+)", head)[1]),
                                  set(re.search(r"FLAGS \(([^)]*)\)", head)[1].split()) - {"\\Recent"})
        return validity, found


def result(done):
    return json.loads(done.stdout)


def findings(done):
    return {finding["where"]: finding["why"] for finding in result(done)["findings"]}


def own_hash(appliance, account):
    file = f"file:{appliance.workspace}/etc/mailserver/accounts.sqlite?mode=ro"
    with contextlib.closing(sqlite3.connect(file, uri=True)) as store:
        row = store.execute("SELECT password FROM accounts WHERE address = ?", [account.address]).fetchone()
    return row[0].startswith("{ARGON2ID}")


def test_a_whole_workspace_moves_in_before_the_first_start(lab):
    authority = Authority(lab)
    appliance = lab.appliance(TLS_MODE="acme", ACME_DIRECTORY_URL="https://127.0.0.1:1/dir").trust(authority)
    old = Tlo(lab.folder("old"), "alpha.example", appliance.hostname)
    old.certificate(authority)
    postmaster = Account("postmaster@alpha.example", "old master")
    old.user(*postmaster)
    jens = Account("jens@alpha.example", "wor'ds \" of {old}")
    inbox = old.user(*jens)
    inbox.add("first", "S", uid=7)
    inbox.add("second", "FRSa", uid=9)
    inbox.add("unseen", part="new")
    inbox.add("in work", "S", folder="Arbeit &- Entw&APw-rfe.2024", uid=3)
    inbox.keywords("$Label1")
    inbox.subscribe("Arbeit &- Entw&APw-rfe.2024")
    (inbox.path / "cur/stolen:2,").symlink_to("/etc/passwd")
    old.write("mail/inboxes/alpha.example/jens@alpha.example/sieve/rules.sieve",
              'require "fileinto";\nif header :contains "Subject" "invoice" { fileinto "Archiv"; }\n')
    old.write("mail/inboxes/alpha.example/jens@alpha.example/Maildir/.Archiv/cur/1.a.b:2,", mail_text("kept"))
    (old.home(jens.address) / ".dovecot.sieve").symlink_to("sieve/rules.sieve")
    old.write("etc/postfix/valias", "sales@alpha.example jens\n  postmaster\nteam sales@alpha.example\n"
              "x@alpha.example |/bin/sh\nx@elsewhere.example jens\n", "a")
    old.write("etc/dovecot/passwd", "../../x@alpha.example:{PLAIN}x::::::\nno colon here\n"
              "\x1b[2Jy@alpha.example:{PLAIN}y::::::\njens@alpha.example:{PLAIN}other::::::\n"
              "a@elsewhere.example:{PLAIN}x::::::\nweak@alpha.example:{MD5}5f4dcc3b::::::\n", "a")
    old.write("etc/postfix/vuser", "ghost@alpha.example x\n", "a")
    before = snapshot(old.folder)

    done = appliance.bring("workspace", old.folder, "--json", check=False)
    assert done.returncode == 1  # not everything could come
    assert "\x1b" not in done.stdout
    report = result(done)
    assert report["accounts"] == {"brought": 3, "before": 0}
    assert report["aliases"] == {"brought": 2, "before": 0}
    assert report["mails"] == {"brought": 5, "before": 0, "refused": 1}
    why = findings(done)
    passwd = "etc/dovecot/passwd:"
    assert {passwd + str(line) for line in range(3, 9)} <= set(why), why
    assert "symbolic link" in why["mail/inboxes/alpha.example/jens@alpha.example/Maildir/cur/stolen:2,"]
    assert "ADDITIONAL_DOMAINS" in why[passwd + "7"] and "passwd weak@alpha.example" in why[passwd + "8"]
    assert "ghost@alpha.example" in why["etc/postfix/vuser"]
    assert {"etc/postfix/valias:5", "etc/postfix/valias:6"} <= set(why)
    assert snapshot(old.folder) == before

    appliance.start()
    assert not own_hash(appliance, jens) and not own_hash(appliance, postmaster)
    assert not appliance.can_read((jens.address, "wrong")) and not own_hash(appliance, jens)
    with appliance.imap(jens):
        wait_until("the first login by IMAP to leave a hash of ours", lambda: own_hash(appliance, jens))
    assert appliance.can_send(postmaster)
    wait_until("the first login by SMTP to leave a hash of ours", lambda: own_hash(appliance, postmaster))
    assert "first-password" not in str(list((appliance.workspace / "var/lib/mailserver").iterdir()))
    assert appliance.can_read(jens) and appliance.can_send(jens) and appliance.can_read(postmaster)
    assert not appliance.can_read(("jens@alpha.example", "other"))
    validity, mails = listing(appliance, jens)
    assert validity == 1234567890
    assert mails["first"] == (7, {"\\Seen"}) and mails["second"] == (9, {"\\Seen", "\\Flagged", "\\Answered", "$Label1"})
    assert mails["unseen"] == (10, set()) and len(mails) == 3
    assert listing(appliance, jens, "Arbeit &- Entw&APw-rfe.2024")[1] == {"in work": (3, {"\\Seen"})}
    with appliance.imap(jens) as reader:
        assert any(b"Entw&APw-rfe.2024" in line for line in reader.lsub()[1])
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "team@alpha.example", "an invoice"))
    appliance.wait_for(jens, sent["Subject"], folder="Archiv")
    appliance.wait_for(postmaster, sent["Subject"])
    key = appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private"
    assert key.read_bytes() == old.key.read_bytes()
    own = appliance.submit(jens, mail.message(jens.address, jens.address))
    assert "s=mailserver" in appliance.wait_for(jens, own["Subject"])["DKIM-Signature"]
    issued = (old.folder / f"etc/letsencrypt/archive/{old.hostname}/fullchain1.pem").read_text()
    assert appliance.certificate(993)["der"] == ssl.PEM_cert_to_DER_cert(issued)

    # Deleted here, arrived there: the next run brings the one and not the other.
    with appliance.imap(jens) as reader:
        reader.select("INBOX")
        reader.uid("STORE", "7", "+FLAGS", "\\Deleted")
        reader.expunge()
    again = appliance.bring("workspace", old.folder, "--json", check=False)
    assert result(again)["accounts"]["brought"] == result(again)["aliases"]["brought"] == result(again)["mails"]["brought"] == 0
    inbox.add("late", "S")
    assert result(appliance.bring("workspace", old.folder, "--json", check=False))["mails"]["brought"] == 1
    assert set(listing(appliance, jens)[1]) - {own["Subject"]} == {"second", "unseen", "late"}
    assert listing(appliance, jens)[0] == 1234567890


def test_docker_mailserver_moves_in_beside_a_running_server(lab):
    appliance = lab.appliance(ADDITIONAL_DOMAINS="beta.example").start()
    there = appliance.add("there")
    old = DockerMailserver(lab.folder("dms"))
    meier = Account("meier@beta.example", "old word")
    box = old.user(*meier)
    box.add("old mail", "S", uid=5)
    box.add("in sent", "S", folder="Sent", uid=2)
    old.user(there.address, "not taken").add("of both", "FS")
    old.write("dovecot-quotas.cf", "meier@beta.example:5M\nnobody@beta.example:5M\nmeier@beta.example 5\n")
    old.write("postfix-virtual.cf", "info@beta.example meier@beta.example,there@alpha.example\n"
              "bad@beta.example nobody@beta.example\n")
    old.write("postfix-regexp.cf", "/^sale[0-9]+@beta\\.example$/ meier@beta.example\n/^(.*)@beta/ $1@alpha.example\n")
    old.write("meier@beta.example.dovecot.sieve", 'require "fileinto";\nif header "Subject" "filed" { fileinto "Sent"; }\n')
    old.write("postfix-main.cf", "mynetworks = 0.0.0.0/0\n")
    rsa_key(old.folder / "config/opendkim/keys/beta.example/mail.private")
    before = snapshot(old.folder)

    done = appliance.bring("workspace", old.folder, "--json", check=False)
    report = result(done)
    assert report["accounts"] == {"brought": 1, "before": 1}
    assert report["aliases"] == {"brought": 2, "before": 0}
    assert report["mails"] == {"brought": 3, "before": 0, "refused": 0}
    assert report["dkim_keys"] == ["mail of beta.example signs as soon as its record is seen in the DNS"]
    assert set(findings(done)) == {"dovecot-quotas.cf:2", "dovecot-quotas.cf:3", "postfix-virtual.cf:2",
                                   "postfix-regexp.cf:2", "postfix-main.cf"}
    assert snapshot(old.folder) == before

    assert appliance.can_read(meier) and not appliance.can_read((there.address, "not taken"))
    assert listing(appliance, meier)[1] == {"old mail": (5, {"\\Seen"})}
    assert listing(appliance, meier, "Sent")[1] == {"in sent": (2, {"\\Seen"})}
    assert listing(appliance, there)[1]["of both"][1] == {"\\Seen", "\\Flagged"}
    for recipient in ("info@beta.example", "sale7@beta.example"):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", recipient))
        appliance.wait_for(meier, sent["Subject"])
    filed = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", meier.address, "filed"))
    appliance.wait_for(meier, filed["Subject"], folder="Sent")
    assert "5.0 MiB" in appliance.user("show", meier.address).stdout

    again = result(appliance.bring("workspace", old.folder, "--json", check=False))
    assert [again[what]["brought"] for what in ("accounts", "aliases", "mails", "scripts")] == [0, 0, 0, 0]

    # The older state of the other server, whose key has the selector that signs here already.
    tlo = Tlo(lab.folder("tlo"), "alpha.example", appliance.hostname, state="S")
    refused = appliance.bring("workspace", tlo.folder, check=False)
    assert "--replace-dkim-keys" in refused.stdout
    key = appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private"
    own_key = key.read_bytes()
    appliance.bring("workspace", tlo.folder, "--replace-dkim-keys")
    assert key.read_bytes() == tlo.key.read_bytes() != own_key
    assert own_key in [file.read_bytes() for file in key.parent.glob("mailserver-*.private")]
    signed = appliance.submit(there, mail.message(there.address, there.address))
    assert "s=mailserver;" in appliance.wait_for(there, signed["Subject"])["DKIM-Signature"].replace(" ", "")


def test_single_mailboxes_are_brought_once_whatever_happens(lab, appliance):
    alice = appliance.add("alice")
    here = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, here["Subject"])
    delivered = next((appliance.workspace / "mail/inboxes/alpha.example/alice@alpha.example/Maildir").glob("*/*,S=*"))
    old = lab.folder("single")
    mbox = old / "old mails.mbox"
    texts = [mail_text(f"box {number}", "x\n" * 2000 + "\n>From here") for number in range(3000)]
    texts[0] = texts[0].replace("\n\n", "\nStatus: RO\nX-Status: F\n\n", 1)
    texts.append(delivered.read_text())
    texts.append(texts[5])
    mbox.write_text("".join(f"From old@lab.example Thu Jan  2 03:04:05 2020\n{text}\n" for text in texts))

    # Killed at some moment, it goes on.
    words = ("mbox", mbox, "--user", alice.address, "--folder", "Alt/Büro", "--json")
    appliance.bring(*words, check=False, killed_after=0.5)
    done = result(appliance.bring(*words))
    assert done["mails"]["brought"] + done["mails"]["before"] == 3002
    _, mails = listing(appliance, alice, "Alt.B&APw-ro")
    assert len(mails) == 3001  # with the delivered one: it is in another folder
    assert mails["box 0"][1] == {"\\Seen", "\\Flagged"} and mails["box 1"][1] == set()
    with appliance.imap(alice) as reader:
        assert reader.select('"Alt.B&APw-ro"', readonly=True)[1] == [b"3001"]
        assert len(reader.uid("SEARCH", "ON", "02-Jan-2020")[1][0].split()) == 3001
        assert any(b"B&APw-ro" in line for line in reader.lsub()[1])
    # Into the folder where one of them is: that one is passed over.
    assert result(appliance.bring("mbox", mbox, "--user", alice.address, "--json"))["mails"] == {
        "brought": 3000, "before": 2, "refused": 0}

    home = old / "Maildir"
    box = Maildir(home)
    box.add("a", "S")
    box.add("b", folder="Sub")
    assert result(appliance.bring("maildir", home, "--user", alice.address, "--folder", "M", "--json"))["mails"]["brought"] == 2
    assert set(listing(appliance, alice, "M.Sub")[1]) == {"b"}

    for words, code in ((("mbox", mbox, "--user", "nobody@alpha.example"), 3), (("workspace", old), 3),
                        (("mbox", mbox, "--user", alice.address, "--folder", "../x"), 2)):
        assert appliance.bring(*words, check=False).returncode == code, words

