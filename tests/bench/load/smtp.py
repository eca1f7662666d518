"""Mail from others on port 25 until it is in a mailbox, and mail of users on port 465 until it has left."""
import base64
import itertools
import os
import random
import re
import threading
import time

from rig import mail
from rig.podman import wait_until
from search import Writer

from .figures import Run

WRITER = Writer(seed=3)
CHANCE = random.Random(4)
NUMBERS = itertools.count()


def message(sender, recipient, octets, token):
    """About that large: text, and from 8 KiB on an attachment."""
    text = WRITER.message(1).partition(b"\r\n\r\n")[2]
    while len(text) < 8192:
        text += WRITER.message(1).partition(b"\r\n\r\n")[2]
    text = text[:min(octets, 8192) - 700].rpartition(b"\r\n")[0].decode(errors="ignore") + "\n"
    made = mail.message(sender, recipient, f"bench {token}", text, X_Bench=token)
    if octets > 8192:
        made.add_attachment(CHANCE.randbytes((octets - 8192) * 73 // 100), maintype="application", subtype="octet-stream",
                            filename="bench.bin")
    return made.as_bytes()


def maildir(server, account):
    return server.workspace / "mail/inboxes" / server.domain / account.address / "Maildir"


def transfer(session, sender, recipient, content):
    """One mail; the moment of its final dot."""
    for line in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>"):
        answer = session.say(line)
        assert answer.startswith("250"), f"{line}: {answer}"
    answer = session.say("DATA")
    assert answer.startswith("354"), answer
    octets = content.replace(b"\r\n.", b"\r\n..") + b".\r\n"  # in one piece: else the dot may wait for an answer to the rest
    moment = time.time()
    session.send(octets)
    answer = session.reply()
    assert answer.startswith("250"), answer
    return moment


def in_threads(count, work):
    """work(0…count-1) at once; the first failure is raised."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:  # noqa: B902 - it belongs to the caller
            failures.append(error)
    threads = [threading.Thread(target=guarded, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def names(folders):
    """The files in them."""
    return {entry.path for folder in folders if folder.exists() for entry in os.scandir(folder)}


def arrived(files):
    """{token: when it was put there}. They stay: a file that is gone would be an expunged message to Dovecot."""
    found = {}
    for path in files:
        with open(path, "rb") as file:
            token = re.search(rb"^X-Bench: (\S+)", file.read(65536), re.MULTILINE)
        if token:
            found[token[1].decode()] = os.stat(path).st_ctime
    return found


def inbound(server, accounts, octets, connections, count):
    """`count` mails of that size over so many connections, and the time from the final dot to the file in Maildir/new."""
    contents, sent = [], {}
    for number in range(count):
        account, token = accounts[number % len(accounts)], f"b{next(NUMBERS)}"
        contents.append((account, token, message("stranger@lab.example", account.address, octets, token)))
    folders = [maildir(server, account) / "new" for account in accounts]
    before = names(folders)
    run = Run(server)

    def send(number):
        with mail.Dialogue(server.ipv4, timeout=120) as session:
            session.say("EHLO client.lab.example")
            for account, token, content in contents[number::connections]:
                sent[token] = transfer(session, "stranger@lab.example", account.address, content)
            session.say("QUIT")

    in_threads(connections, send)
    wait_until("all mail in the mailboxes", lambda: len(names(folders) - before) >= count, deadline=180)
    reached = arrived(names(folders) - before)
    assert reached.keys() == sent.keys(), f"{len(sent)} sent, {len(reached)} arrived"
    run.end(count, max(reached.values()))
    run.times["delivered"] = [reached[token] - moment for token, moment in sent.items()]
    return run


class Submitter:
    """One user's connection to port 465."""

    def __init__(self, server, account):
        self._session = mail.Dialogue(server.ipv4, 465, tls=mail.any_certificate(), timeout=60)
        self._account = account
        self._session.say("EHLO laptop.lab.example")
        secret = base64.b64encode(f"\0{account.address}\0{account.password}".encode()).decode()
        answer = self._session.say(f"AUTH PLAIN {secret}")
        assert answer.startswith("235"), answer

    def send(self, content, recipient):
        transfer(self._session, self._account.address, recipient, content)

    def close(self):
        self._session.say("QUIT")
        self._session.close()


def submission(server, account, sink, count, fresh):
    """`count` mails of 4 KiB one after the other, until the sink has the last; on one connection or each on its own."""
    recipient = "friend@sink.example"
    contents = [message(account.address, recipient, 4096, f"s{next(NUMBERS)}") for _ in range(count)]
    goal = len(sink.mails) + count
    run = Run(server)
    submitter = None
    for content in contents:
        begin = time.monotonic()
        submitter = submitter or Submitter(server, account)
        submitter.send(content, recipient)
        if fresh:
            submitter.close()
            submitter = None
        run.times["session" if fresh else "mail"].append(time.monotonic() - begin)
    if submitter:
        submitter.close()
    wait_until("all mail at the sink", lambda: len(sink.mails) >= goal, deadline=180, interval=0.02)
    return run.end(count)
