#!/usr/bin/python3
"""Ten minutes of a storm: mail comes in without pause while engines are killed and held at random.

Nothing that was taken may be missing afterwards, and the supervisor must be no larger than before. Prints a table and, on the
last line, the same as JSON; ends with 1 if something was lost. Needs root, podman and an image (MAILSERVER_IMAGE)."""
import argparse
import contextlib
import json
import os
import pathlib
import random
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from rig.lab import Lab  # noqa: E402
from rig.ledger import Ledger  # noqa: E402

VICTIMS = ["master", "qmgr", "cleanup", "smtpd", "lmtp", "dovecot", "auth", "anvil", "rspamd", "valkey-server", "unbound"]
HELD = 2.0  # seconds


def supervisor(appliance):
    """Memory in KiB, open files, threads and processor seconds of its processes."""
    total = dict.fromkeys(("memory_kib", "files", "threads", "processor_s"), 0)
    for pid, name, command in appliance.processes():
        if name != "mailserver" or not command.endswith("mailserver run "):
            continue
        with open(f"/proc/{pid}/status") as file:
            status = dict(line.split(":", 1) for line in file if ":" in line)
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total["memory_kib"] += int(status["VmRSS"].split()[0])
        total["files"] += len(os.listdir(f"/proc/{pid}/fd"))
        total["threads"] += int(status["Threads"])
        total["processor_s"] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


class Storm:
    """Faults at random moments, and how long no mail was taken meanwhile."""

    def __init__(self, appliance, ledger, chance):
        self._appliance, self._ledger, self._chance = appliance, ledger, chance
        self.killed = self.held = 0
        self.longest_gap = 0.0
        self._seen, self._since = 0, time.monotonic()

    def _look(self):
        now = time.monotonic()
        if len(self._ledger.taken) > self._seen:
            self._seen, self._since = len(self._ledger.taken), now
        self.longest_gap = max(self.longest_gap, now - self._since)

    def _wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._look()
            time.sleep(0.05)

    def blow(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            victim = self._chance.choice(VICTIMS)
            if self._chance.random() < 0.8:
                self.killed += self._appliance.kill_process(victim)
            elif self._appliance.kill_process(victim, signal.SIGSTOP):
                self.held += 1
                self._wait(HELD)
                self._appliance.kill_process(victim, signal.SIGCONT)
            self._wait(self._chance.uniform(0.5, 5))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with contextlib.closing(Lab("bench-soak", pathlib.Path("/tmp"))) as lab:
        appliance = lab.appliance().start()
        alice = appliance.add("alice")
        with Ledger(appliance, alice, senders=2) as ledger:
            ledger.wait_taken(20)
            before = supervisor(appliance)
            storm = Storm(appliance, ledger, random.Random(options.seed))
            storm.blow(options.seconds)
            appliance.wait_ready()
            ledger.wait_taken(20)
            after = supervisor(appliance)
        lost = ""
        try:
            ledger.check(deadline=600)
        except AssertionError as error:
            lost = str(error)
        found = {"seconds": options.seconds, "seed": options.seed, "taken": len(ledger.taken), "refused": ledger.refused,
                 "killed": storm.killed, "held": storm.held, "longest_gap_s": round(storm.longest_gap, 1),
                 "supervisor_before": before, "supervisor_after": after, "lost": lost}
    for name, value in found.items():
        print(f"{name:>18}  {value}")
    print(json.dumps(found))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
