#!/usr/bin/python3
"""What the appliance does under load and what it costs, next to the engines alone with the least configuration.

Both run side by side from the same image and are measured in turn. Prints tables and, on the last line, the same as
JSON. Needs root, podman and an image (MAILSERVER_IMAGE)."""
import argparse
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from load import imap, scale, smtp, start  # noqa: E402
from load.bare import Bare  # noqa: E402
from load.figures import alternate  # noqa: E402
from rig.appliance import Account, image  # noqa: E402
from rig.lab import Lab  # noqa: E402
from rig.podman import podman  # noqa: E402
from rig.sink import Sink  # noqa: E402
from search import fill as fill_maildir  # noqa: E402

# No limit of any kind stands in the way of one client that is a thousand; else all is as shipped.
SETTINGS = {"OUTBOUND_MESSAGES_PER_HOUR": "0", "OUTBOUND_RECIPIENTS_PER_DAY": "0", "OUTBOUND_NEW_RECIPIENTS_PER_DAY": "0"}
OVERRIDES = {"postfix/main.cf": "smtpd_client_event_limit_exceptions = static:all\n"}
PROGRAMS = 50
MESSAGES = 200  # in each of their mailboxes


class Bench:
    """The servers, their accounts, and a method for each part."""

    def __init__(self, lab, options):
        self._lab, self._quick = lab, options.quick
        lab.dns.set("sink", "sink.example. MX 10 sink.lab.example.",
                    f"sink.lab.example. A {lab.addresses('gateway')[0]}")
        self._appliance = lab.appliance(**SETTINGS)
        self._appliance.override(OVERRIDES)
        self._appliance.start()
        first = self._appliance.add("first", "some password")
        scale.many_accounts.fill(self._appliance, PROGRAMS)
        self._accounts = [first, *(Account(f"user{n}@alpha.example", first.password) for n in range(PROGRAMS))]
        quick = self._appliance.add("quick")
        word = json.loads(self._appliance.user("app-password", "add", quick.address, "phone", "--json").stdout)["password"]
        self._app_password = Account(quick.address, word)
        self.servers = [self._appliance]
        if not options.alone:
            bare = Bare(lab)
            bare.take_accounts(self._appliance)
            bare.start()
            self.servers.append(bare)

    def _pick(self, count):
        """The first accounts, as each server knows them."""
        return lambda server: self._accounts[:count] if server is self._appliance else \
            [server.twin(account) for account in self._accounts[:count]]

    def _pristine(self):
        folder = self._lab.folder("mailbox") / "Maildir"
        if not folder.exists():
            fill_maildir(folder, MESSAGES)
        return folder

    def _quick_account(self, server):
        return self._app_password if server is self._appliance else Account(f"quick@{server.domain}", "quick")

    def _alternate(self, work):
        return alternate(self.servers, work, 1 if self._quick else 2)

    def start(self):
        return start.measure(self.servers, 1 if self._quick else 3)

    def inbound(self):
        pick, figures = self._pick(10), {}
        for octets, count in ((4096, 300), (102400, 100)):
            for connections in (1, 20, 100):
                number = max(connections, count // 4 if self._quick else count)
                figures[f"{octets // 1024} KiB, {connections} connections"] = self._alternate(
                    lambda server, size=octets, many=connections, total=number:
                        smtp.inbound(server, pick(server), size, many, total))
        return figures

    def submission(self):
        pick, count = self._pick(1), 20 if self._quick else 100
        with Sink(self._lab.addresses("gateway")[0]) as sink:
            figures = {name: self._alternate(lambda server, fresh=fresh: smtp.submission(
                server, pick(server)[0], sink, count, fresh))
                for name, fresh in (("one connection", False), ("a connection each", True))}
            unsigned = sum(b"DKIM-Signature" not in octets for sender, _, octets in sink.mails if "@alpha." in sender)
            assert unsigned == 0, f"{unsigned} mails are not signed"
        return figures

    def login(self):
        pick, count = self._pick(1), 20 if self._quick else 100
        return {
            "one after the other": self._alternate(lambda server: imap.logins(server, pick(server)[0], count)),
            "20 at once": self._alternate(lambda server: imap.logins(server, pick(server)[0], count, 20)),
            "with an app password": self._alternate(
                lambda server: imap.logins(server, self._quick_account(server), count))}

    def imap(self):
        pick, pristine = self._pick(PROGRAMS), self._pristine()
        for server in self.servers:
            for account in pick(server):
                scale.give_mail(server, account, pristine)
        return {f"{PROGRAMS} programs": self._alternate(
            lambda server: imap.mixed(server, pick(server), 4 if self._quick else 12))}

    def push(self):
        few, parked = (2, 1) if self._quick else (10, 3)  # Dovecot parks a session after 30 s
        return {f"{wait} s in IDLE": self._alternate(
            lambda server, wait=wait, count=count: imap.push(server, self._quick_account(server), count, wait))
            for wait, count in ((1, few), (33, parked))}

    def mailboxes(self):
        return {f"{size} messages in a mailbox": figures for size, figures in scale.by_messages(
            self._lab, self.servers, self._pick(3), (10, 1000) if self._quick else (10, 1000, 50_000), 100).items()}

    def accounts(self):
        return {f"{size} accounts": figures for size, figures in scale.by_accounts(
            self.servers, self._pick(10), (10, 1000) if self._quick else (10, 1000, 10_000), self._pristine(),
            200).items()}


# In this order: what fills the servers comes last.
PARTS = ("start", "inbound", "submission", "login", "imap", "push", "mailboxes", "accounts")


def lines(figures, label=""):
    """Rows (what, figure, {server: value}) of nested figures; the servers' columns are the innermost."""
    if "alpha.example" in figures:
        for name, value in figures["alpha.example"].items():
            row = {server: figures[server].get(name) for server in figures}
            if isinstance(value, dict):
                if "p50_ms" in value:
                    row = {server: f"{cell['p50_ms']} / {cell['p99_ms']}" if isinstance(cell, dict) else cell
                           for server, cell in row.items()}
                    yield label, f"{name}, p50 / p99 ms", row
                else:
                    for process in value:
                        yield label, f"  {process}", {server: (row[server] or {}).get(process) for server in row}
            else:
                yield label, name, row
    else:
        for name, value in figures.items():
            yield from lines(value, f"{label}, {name}" if label else name)


def report(figures):
    servers = {"alpha.example": "appliance", "bare.example": "bare", "ratio": "ratio"}
    seen = None
    for label, name, row in lines(figures):
        if label != seen:
            print(f"\n{label:<44}" + "".join(f"{title:>16}" for server, title in servers.items() if server in row))
            seen = label
        print(f"  {name:<42}" + "".join(f"{'' if cell is None else cell!s:>16}" for cell in row.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="PART,…", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see whether it runs")
    parser.add_argument("--alone", action="store_true", help="without the bare engines")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    os.environ.setdefault("MAILSERVER_E2E_RUN", str(os.getpid()))
    size = int(podman("image", "inspect", "--format={{.Size}}", image()).stdout)
    figures = {}
    lab = Lab("bench-appliance", pathlib.Path("/tmp"))
    try:
        bench = Bench(lab, options)
        for part in PARTS:
            if part in wanted:
                print(f"… {part}", file=sys.stderr)
                figures[part] = getattr(bench, part)()
    finally:  # a part that fails takes nothing from those before it
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[1]:.1f}, image {size / 1e6:.0f} MB")
        report(figures)
        print(json.dumps({"cpus": os.cpu_count(), "image_mb": round(size / 1e6), **figures}), flush=True)
        lab.close()


if __name__ == "__main__":
    main()
