"""Every mail that was answered 250 is in a mailbox afterwards, at least once, with an intact body."""
import collections
import contextlib
import email.utils
import hashlib
import random
import smtplib
import socket
import string
import threading
import time

from . import mail
from .podman import wait_until


# The filter may take a mail of these days for spam, when the clocks are at odds.
FOLDERS = ("INBOX", "Junk")


class Ledger:
    """Sends mail to one account from several connections until told to stop, and remembers what was taken."""

    def __init__(self, appliance, account, *, senders=4):
        self._appliance = appliance
        self._account = account
        self.taken = {}
        self.refused = 0
        self.replies = collections.Counter()  # the codes mail was put off with; 0: the connection broke
        self._connections = {}
        self.ahead = 0  # the seconds by which the appliance's clock is ahead of ours
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(senders)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for number, thread in enumerate(self._threads):
            thread.join(timeout=3)
            if thread.is_alive():  # asks somebody who is no more
                with contextlib.suppress(KeyError, OSError, AttributeError):
                    self._connections[number].sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=60)

    def _send(self, number):
        count = 0
        chance = random.Random(number)
        while not self._stop.is_set():
            try:
                with mail.smtp(self._appliance.ipv4, 25, timeout=20) as server:
                    self._connections[number] = server
                    while not self._stop.is_set():
                        count += 1
                        subject = f"ledger {number}-{count}"
                        body = "".join(chance.choices(string.ascii_letters, k=60)) + "\n"
                        body *= chance.choice([1, 10, 400])
                        made = mail.message("stranger@lab.example", self._account.address, subject, body)
                        made.replace_header("Date", email.utils.formatdate(time.time() + self.ahead))
                        server.send_message(made)
                        self.taken[subject] = digest(body)
            except (OSError, smtplib.SMTPException) as refusal:
                self.refused += 1
                self.replies[code_of(refusal)] += 1
                self._stop.wait(0.05)

    def wait_taken(self, number, deadline=120):
        """Until that many more were taken."""
        goal = len(self.taken) + number
        wait_until(f"{number} more mails to be taken", lambda: len(self.taken) >= goal, deadline=deadline)

    def check(self, deadline=180):
        """Fails unless all that was taken is there and intact, and nothing was refused for good; call it after the
        sending has ended."""
        assert all(code < 500 for code in self.replies), self.replies

        def missing():
            here = {subject for folder in FOLDERS for subject in self._appliance.subjects(self._account, folder)}
            if late := [subject for subject in self.taken if subject not in here]:
                self._appliance.exec("postqueue", "-f", check=False)
            return late

        wait_until(f"all of {len(self.taken)} mails, some are missing", lambda: not missing(), deadline=deadline,
                   interval=2)
        for folder in FOLDERS:
            for found in mail.messages(self._appliance.ipv4, self._account, folder):
                if found["Subject"] in self.taken:
                    assert digest(found.get_content()) == self.taken[found["Subject"]], f"{found['Subject']} is damaged"


def code_of(refusal):
    """The code of a reply, 0 when there was none."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return next(iter(refusal.recipients.values()))[0]
    return getattr(refusal, "smtp_code", 0)


def digest(body):
    return hashlib.sha256(body.replace("\r\n", "\n").encode()).hexdigest()
