#!/usr/bin/python3
"""How long a search in a large mailbox takes, with the full-text index and without, and what the index costs.

Makes a mailbox of the wanted size in a fresh workspace, starts the appliance on it once for each mode and prints a table
and, on the last line, the same as JSON. Needs root, podman and an image (MAILSERVER_IMAGE)."""
import argparse
import json
import os
import pathlib
import random
import shutil
import smtplib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from rig import mail  # noqa: E402
from rig.lab import Lab  # noqa: E402
from rig.podman import podman, wait_until  # noqa: E402

MAILUSER = 2001
NEEDLE = "quastenflosser"
MODES = {"off": {"FULL_TEXT_SEARCH": "false"},
         "on": {"FULL_TEXT_SEARCH": "true"},
         "substring": {"FULL_TEXT_SEARCH": "true", "FULL_TEXT_SEARCH_SUBSTRING": "true"}}


class Writer:
    """Mails that look like mails to an index: a vocabulary used by Zipf's law, with umlauts, and numbers, names and
    signatures that come up only once."""

    SYLLABLES = ("an auf be brief da der ein fahr fer ge gung haus heit ing ist keit kon land lich ment mit nach nung "
                 "ord pro re rech schaft ser ste ter tion über un ung ver vor wei wort zeit zu ärz öff grü able ance "
                 "con day der ent er for ful in ing ion less ly man meet ness ough out ple port pre self ship sion "
                 "some tain ter ther ture under ward with work").split()

    def __init__(self, seed=1):
        self._random = random.Random(seed)
        words = set()
        while len(words) < 60_000:
            words.add("".join(self._random.choices(self.SYLLABLES, k=self._random.choice((1, 2, 2, 3, 3, 4)))))
        self._words = sorted(words)
        self._random.shuffle(self._words)
        self._words.sort(key=lambda word: len(word) // 4)  # the usual words are short ones
        self._weights, total = [], 0.0
        for rank in range(len(self._words)):
            total += 1 / (rank + 3)
            self._weights.append(total)

    def _hex(self, digits):
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def _base64(self, characters):
        return "".join(self._random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                            k=characters))

    def message(self, number, extra=""):
        """A message of 2 to 8 kB as octets."""
        pick = self._random
        person = pick.choice(self._words)
        lines, wanted = [], pick.randint(1000, 6800)
        while wanted > 0:
            line = " ".join(pick.choices(self._words, cum_weights=self._weights, k=11))
            if pick.random() < 0.15:
                line += f" {pick.randint(1000, 9_999_999)}"
            lines.append(line + ".")
            wanted -= len(line.encode())
        body = "\r\n".join(lines) + f"\r\nhttps://{person}.example/{self._hex(12)}\r\n{extra}\r\n"
        subject = " ".join(pick.choices(self._words, cum_weights=self._weights, k=5))
        date = "Mon, 05 Jan 2026 10:00:00 +0000"
        return (f"Received: from mx{number % 50}.{person}.example (mx.{person}.example [192.0.2.{number % 250}])\r\n"
                f"\tby mail.alpha.example with ESMTPS id {self._hex(10)}; {date}\r\n"
                f"Received: from [10.0.0.{number % 250}] by mx{number % 50}.{person}.example id {self._hex(10)}; {date}\r\n"
                f"DKIM-Signature: v=1; a=rsa-sha256; d={person}.example; s=s1; h=from:to:subject:date;\r\n"
                f"\tbh={self._base64(43)}=;\r\n\tb={self._base64(70)}\r\n\t {self._base64(70)}\r\n\t {self._base64(70)}\r\n"
                f"\t {self._base64(70)}\r\n\t {self._base64(62)}==\r\n"
                f"From: {person.title()} <{person}@{person}.example>\r\nTo: <alice@alpha.example>\r\n"
                f"Subject: {subject}\r\nDate: {date}\r\nMessage-ID: <{self._hex(24)}@{person}.example>\r\n"
                f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}").encode()


def fill(maildir, count):
    """Messages 1…count as Maildir files, the needle in one in the middle; returns their octets."""
    for folder in (maildir, maildir / "cur", maildir / "new", maildir / "tmp"):
        folder.mkdir()
        os.chown(folder, MAILUSER, MAILUSER)
    writer, octets = Writer(), 0
    for number in range(1, count + 1):
        content = writer.message(number, NEEDLE if number == count // 2 else "")
        file = maildir / "cur" / f"{1_700_000_000 + number}.M{number}.bench,S={len(content)}:2,S"
        file.write_bytes(content)
        os.chown(file, MAILUSER, MAILUSER)
        octets += len(content)
    os.sync()
    return octets


def forget(folder):
    """Nothing of the folder's files is in memory any more."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def disk_octets(folder):
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def search(appliance, account, *criteria):
    """Seconds of one SEARCH in a new session, and the messages it found."""
    with appliance.imap(account, timeout=900) as reader:
        reader.select("INBOX", readonly=True)
        begin = time.monotonic()
        found = reader.search(None, *criteria)[1][0].split()
        return time.monotonic() - begin, len(found)


def memory(appliance, name, field):
    """KiB of the largest process of that name: VmHWM (most it ever had) or Pss (shared pages divided)."""
    file = "smaps_rollup" if field == "Pss" else "status"
    sizes = [0]
    for pid, comm, _ in appliance.processes():
        if comm == name:
            try:
                lines = pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines()
                sizes += [int(line.split()[1]) for line in lines if line.startswith(field + ":")]
            except OSError:
                pass  # ended meanwhile
    return max(sizes)


def processor_seconds(appliance, name):
    """Of the process of that name that has used most."""
    used = [0.0]
    for pid, comm, _ in appliance.processes():
        if comm == name:
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
                used.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
            except OSError:
                pass  # ended meanwhile
    return max(used)


def build_index(appliance, account, count):
    """Seconds from queueing the mailbox to the last message in the index, the indexer's processor time, and its most
    memory in KiB."""
    begin, most, used = time.monotonic(), 0, 0.0
    appliance.exec("doveadm", "index", "-q", "-u", account.address, "INBOX")

    def is_done():
        nonlocal most, used
        used = max(used, processor_seconds(appliance, "indexer-worker"))
        most = max(most, memory(appliance, "indexer-worker", "VmHWM"))
        stats = appliance.exec("doveadm", "-f", "flow", "fts", "flatcurve", "stats", "-u", account.address, "INBOX")
        return f"last_uid={count} " in stats.stdout
    wait_until("the index", is_done, deadline=7200, interval=0.5)
    return time.monotonic() - begin, used, most


def deliver(appliance, account, count=300):
    """Milliseconds a delivery takes Dovecot, over LMTP: median."""
    main = podman("inspect", "--format={{.State.Pid}}", appliance.container).stdout.strip()
    writer, took = Writer(seed=2), []
    with smtplib.LMTP(f"/proc/{main}/root/run/mailserver/dovecot-lmtp.sock", timeout=60) as server:
        for number in range(count):
            content = writer.message(number)
            begin = time.monotonic()
            server.sendmail("stranger@lab.example", account.address, content)
            took.append((time.monotonic() - begin) * 1000)
    return statistics.median(took)


def measure(lab, mode, pristine, count):
    workspace = lab.folder(f"workspace-{mode}")
    appliance = lab.appliance(workspace=workspace, **MODES[mode])
    begin = time.monotonic()
    appliance.start()
    figures = {"start_s": time.monotonic() - begin}
    account = appliance.add("alice")
    home = workspace / "mail/inboxes/alpha.example/alice@alpha.example"
    os.rename(pristine, home / "Maildir")
    with appliance.imap(account, timeout=900) as reader:  # Dovecot's own index: not what is measured
        assert reader.select("INBOX")[1] == [str(count).encode()]
        reader.fetch("1:*", "(RFC822.SIZE ENVELOPE)")
        figures["imap_pss_kib"] = memory(appliance, "imap", "Pss")
    if mode != "off":
        figures["indexing_s"], figures["indexing_processor_s"], figures["indexer_kib"] = build_index(appliance, account, count)
        figures["index_octets"] = disk_octets(home / "Maildir/fts-flatcurve")
        begin = time.monotonic()
        appliance.exec("doveadm", "fts", "optimize", "-A", timeout=1800)
        figures["optimize_s"] = time.monotonic() - begin
        figures["optimized_octets"] = disk_octets(home / "Maildir/fts-flatcurve")
    for kind, criteria in {"word": ("BODY", NEEDLE), "two_words": ("TEXT", f'"{NEEDLE} 1"'),
                           "subject": ("SUBJECT", "ver")}.items():
        forget(home)
        figures[f"{kind}_cold_s"], found = search(appliance, account, *criteria)
        assert kind != "word" or found == 1, f"found {found}"
        warm = [search(appliance, account, *criteria)[0] for _ in range(1 if mode == "off" else 5)]
        figures[f"{kind}_warm_s"] = statistics.median(warm)
    bob = appliance.add("bob")
    figures["delivery_ms"] = deliver(appliance, bob)
    appliance.stop()
    os.rename(home / "Maildir", pristine)
    for leftover in [*pristine.glob("dovecot*"), pristine / "fts-flatcurve"]:
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=list(MODES))
    options = parser.parse_args()
    os.environ.setdefault("MAILSERVER_E2E_RUN", str(os.getpid()))
    lab = Lab("bench-search", pathlib.Path("/nonexistent"))
    try:
        pristine = lab.folder("mailbox") / "Maildir"
        octets = fill(pristine, options.messages)
        results = {"messages": options.messages, "mail_octets": octets, "cpus": os.cpu_count(),
                   "modes": {mode: measure(lab, mode, pristine, options.messages) for mode in options.modes}}
    finally:
        lab.close()
    names = list(dict.fromkeys(name for figures in results["modes"].values() for name in figures))
    print(f"{options.messages} messages, {octets / 1e6:.0f} MB, {results['cpus']} processors\n")
    print(f"{'':20}" + "".join(f"{mode:>14}" for mode in results["modes"]))
    for name in names:
        row = (figures.get(name) for figures in results["modes"].values())
        print(f"{name:20}" + "".join(f"{'' if value is None else f'{value:.3f}'.rstrip('0').rstrip('.'):>14}"
                                     for value in row))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
