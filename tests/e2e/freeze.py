#!/usr/bin/python3
"""Keeps a workspace of the present version for the upgrade cases: tests/workspaces/<version>.tar.gz, with owners and
modes, and <version>.json, which tells what is in it. To be run for each release.
Usage: MAILSERVER_IMAGE=… tests/e2e/freeze.py"""
import hashlib
import json
import pathlib
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from rig import mail  # noqa: E402
from rig.lab import Lab  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "workspaces"
# Made anew by itself, or of no use elsewhere.
LEFT_OUT = ("var/lib/rspamd", "var/lib/valkey", "var/lib/unbound", "var/lib/clamav", "monitoring-data",
            "etc/dovecot/dh.pem")


def wanted(entry):
    name = entry.name.removeprefix("./")
    is_state = entry.isfile() or entry.isdir() or entry.issym()
    return entry if is_state and not name.startswith(LEFT_OUT) and not name.endswith(("-shm", ".lock")) else None


def fill(appliance):
    """What an upgrade must keep."""
    users = {f"{name}@alpha.example": f"{name}'s old password" for name in ("alice", "bob")}
    for address, password in users.items():
        appliance.add(address, password)
    appliance.set_aliases("# of the operator\nsales@alpha.example alice, bob\n/team-.*@alpha\\.example/ bob\n")
    appliance.user("quota", "bob@alpha.example", "5M")
    scanner = appliance.user("app-password", "add", "bob@alpha.example", "scanner", "--json")
    appliance.exec("mailserver", "ban", "add", "192.0.2.0/24")
    alice = ("alice@alpha.example", users["alice@alpha.example"])
    with appliance.imap(alice) as reader:
        reader.create("Work.2024")
        for folder, subject, flags in (("INBOX", "kept", "(\\Seen \\Flagged)"), ("Work.2024", "filed", "($Label1)")):
            reader.append(folder, flags, None, mail.message(alice[0], alice[0], subject).as_bytes())
    return {"users": users, "app_password": json.loads(scanner.stdout)["password"],
            "dkim_sha256": hashlib.sha256(
                (appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes()).hexdigest()}


def main():
    lab = Lab("freeze", pathlib.Path("/nonexistent"))
    try:
        appliance = lab.appliance().start()
        version = appliance.exec("mailserver", "version").stdout.strip()
        known = fill(appliance)
        appliance.stop()
        with tarfile.open(FOLDER / f"{version}.tar.gz", "w:gz") as archive:
            archive.add(appliance.workspace, ".", filter=wanted)
        (FOLDER / f"{version}.json").write_text(json.dumps(known, indent=2) + "\n")
        print(f"kept {version}: {(FOLDER / f'{version}.tar.gz').stat().st_size} octets")
    finally:
        lab.close()


if __name__ == "__main__":
    main()
