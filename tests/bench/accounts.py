#!/usr/bin/python3
"""What commands and logins cost with few accounts and aliases, and with many.

Starts an appliance, measures, fills its database and its aliases file up to the wanted number, and measures again;
prints a table and, on the last line, the same as JSON. Needs root, podman and an image (MAILSERVER_IMAGE)."""
import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from rig import mail  # noqa: E402
from rig.lab import Lab  # noqa: E402

MAILUSER = 2001


def seconds(work, times):
    """The median of `times` runs."""
    taken = []
    for number in range(times):
        start = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def fill(appliance, count):
    """Accounts user<n> and aliases alias<n> up to `count`. Their rows are copies of one made by the command: 10,000
    password hashes would take an hour."""
    file = appliance.workspace / "etc/mailserver/accounts.sqlite"
    with sqlite3.connect(file, timeout=10) as accounts:
        accounts.executemany(
            "INSERT OR IGNORE INTO accounts(address, password, created, changed) "
            "SELECT ?, password, created, changed FROM accounts WHERE address = 'first@alpha.example'",
            [(f"user{number}@alpha.example",) for number in range(count)])
    accounts.close()
    inboxes = appliance.workspace / "mail/inboxes/alpha.example"
    for number in range(count):
        folder = inboxes / f"user{number}@alpha.example"
        for part in (folder, folder / "Maildir", folder / "Maildir/cur", folder / "Maildir/new", folder / "Maildir/tmp"):
            part.mkdir(exist_ok=True)
            os.chown(part, MAILUSER, MAILUSER)
        folder.chmod(0o700)
        (folder / "Maildir/cur" / f"1.mail,S={1000 + number}:2,S").write_text("x")
    appliance.set_aliases("".join(f"alias{number} user{number}\n" for number in range(count)))


def measure(appliance, first):
    """Each figure in milliseconds. The container engine's own part of a command is taken off by `nothing`."""
    nothing = seconds(lambda _: appliance.exec("true"), 5)
    command = lambda work, times=5: seconds(work, times) - nothing  # noqa: E731

    def rcpt(_):
        server.rset()
        server.mail("stranger@lab.example")
        assert server.rcpt("first@alpha.example")[0] == 250

    def log_in(_):
        with mail.imap(appliance.ipv4, first):
            pass

    figures = {
        "user add": command(lambda n: appliance.user("add", f"new{n}@alpha.example", "some password")),
        "user passwd": command(lambda n: appliance.user("passwd", f"new{n}@alpha.example", "other password")),
        "user show": command(lambda n: appliance.user("show", f"new{n}@alpha.example")),
        "alias add": command(lambda n: appliance.user("alias", "add", f"more{n}", "first@alpha.example")),
        "alias del": command(lambda n: appliance.user("alias", "del", f"more{n}")),
        "user del": command(lambda n: appliance.user("del", f"new{n}@alpha.example")),
        "user list": command(lambda _: appliance.user("list"), 3),
        "update-aliases": command(lambda _: appliance.user("update-aliases"), 3),
        "login (IMAP)": seconds(log_in, 20),
    }
    with appliance.smtp(25) as server:
        figures["RCPT TO"] = seconds(rcpt, 50)
    return {name: round(value * 1000, 1) for name, value in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=10_000)
    wanted = parser.parse_args()
    lab = Lab("bench-accounts", pathlib.Path("/tmp"))
    try:
        appliance = lab.appliance().start()
        first = appliance.add("first", "some password")
        few = measure(appliance, first)
        fill(appliance, wanted.accounts)
        many = measure(appliance, first)
    finally:
        lab.close()
    print(f"{'milliseconds':>20} | {'few':>8} | {wanted.accounts:>8}")
    for name in few:
        print(f"{name:>20} | {few[name]:>8} | {many[name]:>8}")
    print(json.dumps({"accounts": wanted.accounts, "few_ms": few, "many_ms": many}))


if __name__ == "__main__":
    main()
