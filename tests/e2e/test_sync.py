"""Accounts at another IMAP server: kept the same as a mailbox here (`sync`), or copied once (`import imap`)."""
import contextlib
import imaplib
import json
import os
import signal
import subprocess
import time

import pytest
from rig import mail
from rig.peer import Authority
from rig.podman import wait_until

HOST = "mail.provider.example"
JENS = ("jens@provider.example", "a password: with 'marks'")


@pytest.fixture
def pair(lab):
    """Our appliance, and the one of a provider with a certificate we trust and folders of other names."""
    authority = Authority(lab)
    ours = lab.appliance(RELAY_HOST=HOST, RELAY_USER=JENS[0], RELAY_PASSWORD=JENS[1]).trust(authority)
    provider = lab.appliance("provider.example", ADDITIONAL_DOMAINS="alpha.example", TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.crt", TLS_KEY_FILE="etc/tls/own.key",
                             TRUSTED_NETWORKS=f"{ours.ipv4},{ours.ipv6}", GREYLISTING="false", FOLDER_SENT="Gesendet", FOLDER_JUNK="Werbung",
                             MAILBOX_LAYOUT="fs", HIERARCHY_SEPARATOR="/")
    folder = provider.workspace / "etc/tls"
    folder.mkdir(parents=True)
    authority.issue(HOST, folder / "own.pem")
    for server in (ours, provider):
        server.start(ready=False)
    for server in (ours, provider):
        server.wait_ready()
    provider.user("add", JENS[0], "--password-stdin", input=JENS[1] + "\n")
    provider.user("send-as", "add", JENS[0], "@alpha.example")
    return ours, provider


def sync(appliance, *words, code=0, password=None):
    """`./mailserver.sh sync …`"""
    done = appliance.exec("mailserver", "sync", *words, check=False, input=password and password + "\n")
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def append(server, login, folder, subject, flags="", when=None):
    with server.imap(login) as session:
        text = mail.message("stranger@lab.example", login[0], subject)
        answer = session.append(folder, flags, when and imaplib.Time2Internaldate(when), text.as_bytes())
        assert answer[0] == "OK", answer


def found(server, login, folder, subject):
    """Flags and date of the only mail with this subject; nothing when there is none."""
    with server.imap(login) as session:
        if session.select(folder, readonly=True)[0] != "OK":
            return None
        numbers = session.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
        if not numbers:
            return None
        assert len(numbers) == 1, f"'{subject}' is there {len(numbers)} times"
        data = session.fetch(numbers[0], "(FLAGS INTERNALDATE)")[1][0]
        return {flag.decode() for flag in imaplib.ParseFlags(data)}, time.mktime(imaplib.Internaldate2tuple(data))


def store(server, login, folder, subject, operation, flag):
    with server.imap(login) as session:
        assert session.select(folder)[0] == "OK"
        for number in session.search(None, "SUBJECT", f'"{subject}"')[1][0].split():
            session.store(number, operation, flag)
        if operation == "+FLAGS" and flag == "(\\Deleted \\Seen)":
            session.expunge()


def sync_warnings(appliance):
    return [warning for warning in appliance.status()["warnings"] if "synchronised" in warning]


def test_a_mailbox_is_kept_the_same_as_an_account_of_a_provider(pair):
    ours, provider = pair
    alice = ours.add("alice")
    then = time.time() - 86400 * 400
    append(provider, JENS, "INBOX", "first one", "(\\Flagged)", then)
    append(provider, JENS, "Gesendet", "sent long ago", "(\\Seen \\Answered)", then)
    append(provider, JENS, "Werbung", "buy this")
    with provider.imap(JENS) as session:
        assert session.create('"Projekte/Gr&APYA3w-e v1.2"')[0] == "OK"
    append(provider, JENS, '"Projekte/Gr&APYA3w-e v1.2"', "about a project")

    refused = sync(ours, "add", alice.address, "--host", HOST, "--login", JENS[0], "--password-stdin", password="wrong", code=1)
    assert "refuses the login" in refused and sync(ours, "list") == "No account is synchronised.\n"
    sync(ours, "add", "nobody@alpha.example", "--host", HOST, "--login", JENS[0], "--password-stdin", password=JENS[1], code=3)
    sync(ours, "add", alice.address, "--host", HOST, "--login", "a\nb", "--password-stdin", password=JENS[1], code=2)
    told = sync(ours, "add", alice.address, "--host", HOST, "--login", JENS[0], "--password-stdin", "--every", "10s", password=JENS[1])
    assert "Gesendet there is Sent here" in told and "Werbung there is Junk here" in told, told
    sync(ours, "add", alice.address, "--host", HOST, "--login", JENS[0], "--password-stdin", password=JENS[1], code=4)

    # The supervisor does it; flags and times come along, folders find each other.
    flags, date = wait_until("the first mail", lambda: found(ours, alice, "INBOX", "first one"))
    assert "\\Flagged" in flags and "\\Seen" not in flags and abs(date - then) < 2
    flags, date = wait_until("the sent mail", lambda: found(ours, alice, "Sent", "sent long ago"))
    assert {"\\Seen", "\\Answered"} <= flags and abs(date - then) < 2
    wait_until("junk mail", lambda: found(ours, alice, "Junk", "buy this"))
    wait_until("mail of a folder in a folder", lambda: found(ours, alice, '"Projekte.Gr&APYA3w-e v1_2"', "about a project"))
    with ours.imap(alice) as session:
        assert any(b"Projekte.Gr" in line for line in session.lsub()[1]), "a new folder must be subscribed to"

    # What is read here is read there; what is deleted on one side stays on the other, marked or gone.
    store(ours, alice, "INBOX", "first one", "+FLAGS", "(\\Seen)")
    append(provider, JENS, "INBOX", "gone there")
    append(provider, JENS, "INBOX", "marked here")
    sync(ours, "run", alice.address)
    assert "\\Seen" in found(provider, JENS, "INBOX", "first one")[0]
    store(provider, JENS, "INBOX", "gone there", "+FLAGS", "(\\Deleted \\Seen)")
    store(ours, alice, "INBOX", "marked here", "+FLAGS", "(\\Deleted)")
    done = json.loads(sync(ours, "run", alice.address, "--json"))["done"]
    assert [(row["copied_here"], row["copied_there"], row["refused"]) for row in done] == [(0, 0, 0)]
    assert found(provider, JENS, "INBOX", "gone there") is None and found(ours, alice, "INBOX", "gone there")
    assert "\\Deleted" not in found(provider, JENS, "INBOX", "marked here")[0]
    # Mail leaves through the provider.
    through_provider = ours.submit(alice, mail.message(alice.address, JENS[0]))["Subject"]
    wait_until("it at the provider", lambda: found(provider, JENS, "INBOX", through_provider))
    assert f"sasl_username={JENS[0]}" in provider.logs()

    # A password that is wrong now, a provider that is away: the operator is told, and told no longer once it is right.
    provider.user("passwd", "--password-stdin", JENS[0], input="another password\n")
    assert "refuses the login" in sync(ours, "run", code=1)
    assert any("refuses the login" in one and "app password" in one for one in wait_until("a warning", lambda: sync_warnings(ours)))
    provider.user("passwd", "--password-stdin", JENS[0], input=JENS[1] + "\n")
    sync(ours, "run")
    wait_until("the warning to go", lambda: not sync_warnings(ours))
    assert found(ours, alice, "INBOX", through_provider), "the mail of before is here by now"
    provider.kill()
    assert "cannot reach" in sync(ours, "run", code=1)
    wait_until("a warning", lambda: sync_warnings(ours))
    provider.start()
    sync(ours, "run")
    wait_until("the warning to go", lambda: not sync_warnings(ours))
    assert ours.subjects(alice).count("first one") == 1

    # Two-way with deletions, as another account row: nothing is copied twice.
    sync(ours, "del", alice.address)
    sync(ours, "del", alice.address, code=3)
    sync(ours, "add", alice.address, "--host", HOST, "--login", JENS[0], "--password-stdin", "--every", "1h", "--two-way", "--expunge", password=JENS[1])
    with ours.imap(alice) as session:
        session.create("Mine")
    append(ours, alice, "Mine", "made here")
    store(ours, alice, "INBOX", "first one", "+FLAGS", "(\\Deleted \\Seen)")
    sync(ours, "run")
    assert found(provider, JENS, "Mine", "made here")
    assert found(provider, JENS, "INBOX", "first one") is None
    assert provider.subjects(JENS, "Gesendet") == ["sent long ago"] == ours.subjects(alice, "Sent")
    # What a provider takes for spam has taught our filter nothing.
    assert "Learned: 0 spam" in ours.exec("mailserver", "spam", "stat").stdout
    # Neither log nor list has the password.
    assert JENS[1] not in ours.logs() and JENS[1] not in sync(ours, "list") + sync(ours, "list", "--json")


def test_an_import_that_was_broken_off_goes_on_where_it_was(pair):
    ours, provider = pair
    bob = ours.add("bob")
    subjects = [f"mail {number} of many" for number in range(300)]
    with provider.imap(JENS) as session:
        for subject in subjects[:290]:
            session.append("INBOX", "(\\Seen)", None, mail.message("stranger@lab.example", JENS[0], subject).as_bytes())
        for subject in subjects[290:]:
            session.append("Gesendet", None, None, mail.message(JENS[0], "x@lab.example", subject).as_bytes())
    words = ["mailserver", "import", "imap", "--user", bob.address, "--host", HOST, "--login", JENS[0], "--password-stdin"]

    running = subprocess.Popen(["podman", "exec", "--interactive", ours.container, *words], stdin=subprocess.PIPE, text=True)
    running.stdin.write(JENS[1] + "\n")
    running.stdin.close()
    wait_until("some mails", lambda: len(ours.subjects(bob)) > 20, interval=0.02)
    programs = [(pid, line) for pid, _, line in ours.processes()]
    assert not any("password" in line and "stdin" not in line for _, line in programs)
    for pid, line in programs:
        if "import imap" in line:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    running.wait(30)
    wait_until("mbsync to end with who started it", lambda: not any(name == "mbsync" for _, name, _ in ours.processes()))
    assert len(ours.subjects(bob)) < 290, "it was over before it was broken off"

    def again():
        done = ours.exec(*words, "--json", input=JENS[1] + "\n")
        return json.loads(done.stdout)
    assert again()["folders"] >= 5
    assert sorted(ours.subjects(bob)) == sorted(subjects[:290])
    assert sorted(ours.subjects(bob, "Sent")) == sorted(subjects[290:])
    assert found(ours, bob, "INBOX", subjects[7])[0] >= {"\\Seen"}
    assert again()["copied"] == 0
    assert len(provider.subjects(JENS)) == 290
    assert ours.exec(*words, input="wrong\n", check=False).returncode == 1
    assert ours.exec(*words[:-3], input="", check=False).returncode == 2
