"""What mail programs do: log in, read, write, search, and wait for new mail."""
import base64
import random
import re
import socket
import time

from rig import mail

from .figures import Run
from .smtp import in_threads, maildir, message, transfer

TLS = mail.any_certificate()


class Session:
    """An IMAP connection after its login. imaplib knows no IDLE, and would cost as much as the server."""

    def __init__(self, server, account, timeout=300):
        raw = socket.create_connection((server.ipv4, 993), timeout)
        self._socket = TLS.wrap_socket(raw)
        self._file = self._socket.makefile("rb")
        assert self._file.readline().startswith(b"* OK")
        secret = base64.b64encode(f"\0{account.address}\0{account.password}".encode()).decode()
        self.ask(f"AUTHENTICATE PLAIN {secret}")

    def line(self):
        """One line of an answer, with its literals."""
        line = self._file.readline()
        assert line, "the server has hung up"
        while literal := re.search(rb"\{(\d+)\}\r\n$", line):
            line += self._file.read(int(literal[1])) + self._file.readline()
        return line

    def answer(self, tag):
        lines = []
        while not lines or not lines[-1].startswith(tag):
            lines.append(self.line())
        assert lines[-1].startswith(tag + b" OK"), lines[-1]
        return lines

    def ask(self, command):
        self._socket.sendall(b"x " + command.encode() + b"\r\n")
        return self.answer(b"x")

    def append(self, folder, content):
        self._socket.sendall(f"x APPEND {folder} {{{len(content)}+}}\r\n".encode() + content + b"\r\n")
        return self.answer(b"x")

    def idle(self):
        """Into IDLE."""
        self._socket.sendall(b"x IDLE\r\n")
        while not self.line().startswith(b"+"):
            pass

    def done(self):
        self._socket.sendall(b"DONE\r\n")
        return self.answer(b"x")

    def close(self):
        self.ask("LOGOUT")
        self._socket.close()


class Program:
    """A mail program at work in one mailbox: the next thing it does is drawn by lot."""

    SHARES = {"select": 10, "headers": 20, "body": 25, "flags": 20, "append": 5, "search": 5, "idle": 15}

    def __init__(self, server, account, seed):
        self._session = Session(server, account)
        self._chance = random.Random(seed)
        self._content = message(account.address, account.address, 4096, f"a{seed}")
        self.select()

    def select(self):
        answer = self._session.ask("SELECT INBOX")
        self._count = next(int(line.split()[1]) for line in answer if line.endswith(b" EXISTS\r\n"))

    def headers(self):
        self._session.ask(f"FETCH {max(1, self._count - 19)}:* (FLAGS ENVELOPE)")

    def body(self):
        self._session.ask(f"FETCH {self._chance.randint(1, self._count)} BODY.PEEK[]")

    def flags(self):
        self._session.ask(f"STORE {self._chance.randint(1, self._count)} {self._chance.choice('+-')}FLAGS (\\Flagged)")

    def append(self):
        self._session.append("Sent", self._content)

    def search(self):
        self._session.ask("SEARCH SUBJECT ver")

    def idle(self):
        self._session.idle()
        self._session.done()

    def work(self, until, times):
        """Until that moment; how long each thing took goes to `times`. Returns how many there were."""
        count = 0
        while time.monotonic() < until:
            what = self._chance.choices(list(self.SHARES), self.SHARES.values())[0]
            begin = time.monotonic()
            getattr(self, what)()
            taken = time.monotonic() - begin
            times["operation"].append(taken)
            times[what].append(taken)
            count += 1
        return count

    def close(self):
        self._session.close()


def mixed(server, accounts, seconds):
    """Mail programs, one for each of the accounts, all at work for that long. Their logins are not counted."""
    programs = [Program(server, account, number) for number, account in enumerate(accounts)]
    counts = [0] * len(programs)
    run = Run(server)
    until = time.monotonic() + seconds

    def work(number):
        counts[number] = programs[number].work(until, run.times)

    in_threads(len(programs), work)
    run.end(sum(counts))
    for program in programs:
        program.close()
    return run


def logins(server, account, count, at_once=1):
    """Fresh TLS logins, `at_once` of them, and what a program does first: SELECT INBOX, LOGOUT."""
    run = Run(server)

    def log_in(number):
        for _ in range(number, count, at_once):
            begin = time.monotonic()
            session = Session(server, account)
            run.times["login"].append(time.monotonic() - begin)
            session.close()

    in_threads(at_once, log_in)
    time.sleep(0.3)  # the last processes end after the answer to LOGOUT
    return run.end(count, time.time() - 0.3)


def push(server, account, count, wait):
    """From the file in Maildir/new to the word to a program that has been in IDLE for `wait` seconds."""
    session = Session(server, account)
    session.ask("EXAMINE INBOX")  # SELECT would move what is new, and hide when it came
    run = Run(server)
    folder = maildir(server, account) / "new"
    with mail.Dialogue(server.ipv4, timeout=60) as sender:
        sender.say("EHLO client.lab.example")
        for number in range(count):
            session.idle()
            time.sleep(wait)
            moment = transfer(sender, "stranger@lab.example", account.address,
                              message("stranger@lab.example", account.address, 4096, f"p{number}"))
            while not session.line().endswith(b" EXISTS\r\n"):
                pass
            told = time.time()
            there = max(entry.stat().st_ctime for entry in folder.iterdir())
            run.times["push"].append(told - there)
            run.times["after the final dot"].append(told - moment)
            session.done()
    session.close()
    return run.end(count)
