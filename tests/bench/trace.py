#!/usr/bin/python3
"""What `mailserver trace` costs when a million events are kept.

Starts an appliance, follows one mail, copies what is kept of it until there are as many events as wanted, and measures;
prints a table and, on the last line, the same as JSON. Needs root, podman and an image (MAILSERVER_IMAGE)."""
import argparse
import json
import pathlib
import sqlite3
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from rig import mail  # noqa: E402
from rig.lab import Lab  # noqa: E402
from rig.podman import wait_until  # noqa: E402

BUSY = "busy@alpha.example"  # in every tenth mail


def median_ms(appliance, *words, times=7):
    """Of `mailserver trace …`, with the start of its process, without that of the container engine."""
    timed = 'begun=$EPOCHREALTIME; mailserver trace "$@" > /dev/null 2>&1; echo "$begun $EPOCHREALTIME"'
    taken = []
    for _ in range(times):
        begun, ended = appliance.exec("bash", "-c", timed, "bash", *words).stdout.split()
        taken.append(float(ended) - float(begun))
    return round(1000 * statistics.median(taken), 1)


def fill(file, events):
    """Mails like the first one, older and older, with addresses and Message-IDs of their own; oldest first."""
    with sqlite3.connect(file) as database:
        (mail_number,) = database.execute("SELECT mail FROM facts WHERE kind = 'removed' LIMIT 1").fetchone()
        facts = database.execute("SELECT moment, kind, details FROM facts WHERE mail = ?", (mail_number,)).fetchall()
        for table in ("facts", "words", "mails"):
            database.execute(f"DELETE FROM {table}")
        count = events // len(facts)
        step = 29 * 86400 * 1_000_000 // count
        for number in range(1, count + 1):
            shift = (count - number) * step
            database.execute("INSERT INTO mails VALUES(?, ?, ?)", (number, f"4jW{number:09}z1dmX6", facts[0][0] - shift))
            database.executemany("INSERT INTO facts VALUES(?, ?, ?, ?)",
                                 [(number, moment - shift, kind, details) for moment, kind, details in facts])
            words = [f"{number}@a-sender-of-some-length.example", f"recipient{number % 5000}@alpha.example",
                     f"{number:032x}@a-sender-of-some-length.example", *([BUSY] if number % 10 == 0 else [])]
            database.executemany("INSERT INTO words VALUES(?, ?)", [(word, number) for word in words])
    database.close()
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    lab = Lab("bench-trace", pathlib.Path("/tmp"))
    try:
        appliance = lab.appliance().start()
        alice = appliance.add("alice")
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))

        def trace(*words):
            return appliance.exec("mailserver", "trace", *words, check=False).stdout

        wait_until("the mail's end", lambda: "left the queue" in trace(sent["Message-ID"]))
        appliance.stop()
        file = appliance.workspace / "var/lib/mailserver/trace.sqlite"
        count = fill(file, options.events)
        appliance.start()
        middle = count // 2
        figures = {
            "mails": count, "megabytes": round(file.stat().st_size / 1e6),
            "octets_per_event": round(file.stat().st_size / options.events),
            "queue_id_ms": median_ms(appliance, f"4jW{middle:09}z1dmX6"),
            "message_id_ms": median_ms(appliance, f"{middle:032x}@a-sender-of-some-length.example"),
            "address_ms": median_ms(appliance, "recipient77@alpha.example"),
            "busy_address_ms": median_ms(appliance, BUSY),
            "thousand_mails_ms": median_ms(appliance, BUSY, "--limit", "1000"),
            "unknown_ms": median_ms(appliance, "nobody@elsewhere.example")}
    finally:
        lab.close()
    for name, value in figures.items():
        print(f"{name:<20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
