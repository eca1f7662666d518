"""A workspace of an older version goes on working with this one, whatever happens on the way; one of a newer version is
left alone."""
import hashlib
import json
import pathlib
import sqlite3
import tarfile
import time

import pytest

from rig import mail
from rig.appliance import Account
from rig.podman import run

FROZEN = pathlib.Path(__file__).resolve().parents[1] / "workspaces"


@pytest.mark.parametrize("version", sorted(file.name.removesuffix(".tar.gz") for file in FROZEN.glob("*.tar.gz")))
def test_a_workspace_of_every_version_there_was_goes_on_working(lab, version):
    appliance = lab.appliance()
    with tarfile.open(FROZEN / f"{version}.tar.gz") as archive:
        archive.extractall(appliance.workspace, numeric_owner=True)
    known = json.loads((FROZEN / f"{version}.json").read_text())
    appliance.start()
    users = [Account(*user) for user in known["users"].items()]
    for user in users:
        assert appliance.can_read(user) and appliance.can_send(user), user
    alice, bob = users
    assert appliance.can_read((bob.address, known["app_password"]))
    with appliance.imap(alice) as reader:
        for folder, subject, flags in (("INBOX", b"kept", {rb"\Seen", rb"\Flagged"}), ("Work.2024", b"filed", {b"$Label1"})):
            reader.select(folder, readonly=True)
            data = reader.fetch("1", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0]
            assert subject in data[1] and all(flag in data[0] for flag in flags), data
    key = (appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes()
    assert hashlib.sha256(key).hexdigest() == known["dkim_sha256"]
    for recipient in ("sales@alpha.example", "team-x@alpha.example"):
        sent = appliance.submit(alice, mail.message(alice.address, recipient))
        assert "s=mailserver" in appliance.wait_for(bob, sent["Subject"])["DKIM-Signature"]
    assert "192.0.2.0/24" in appliance.exec("mailserver", "ban", "list").stdout
    assert "5.0 MiB" in appliance.user("show", bob.address).stdout


def test_an_upgrade_killed_again_and_again_is_completed_and_can_be_taken_back(lab):
    appliance = lab.appliance()
    folder = appliance.workspace / "etc/mailserver"
    folder.mkdir(parents=True)
    (appliance.workspace / "etc/postfix").mkdir()
    (appliance.workspace / "etc/postfix/valias").write_text("sales alice\n")
    old = sqlite3.connect(folder / "accounts.sqlite")
    old.executescript((FROZEN / "first-accounts.sql").read_text())
    old.close()
    stamp = folder / "workspace.json"
    for number in range(4):
        appliance.start(ready=False)
        time.sleep(0.02 + 0.12 * number)  # not waited for anything: the moment of death is what varies
        appliance.kill()
    appliance.start()
    alice = Account("alice@alpha.example", "secret")
    assert appliance.can_read(alice) and appliance.can_send(alice)
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "sales@alpha.example"))
    appliance.wait_for(alice, sent["Subject"])
    written = json.loads(stamp.read_text())
    kept_in = appliance.workspace / "var/lib/mailserver/before-upgrade"
    copies = list(kept_in.iterdir())
    assert len(copies) == 1 and kept_in.stat().st_mode & 0o077 == 0  # one, of before the first try
    kept = sqlite3.connect(copies[0] / "etc/mailserver/accounts.sqlite")
    assert kept.execute("SELECT address FROM accounts").fetchall() == [(alice.address,)]
    assert kept.execute("PRAGMA user_version").fetchone()[0] == 1 < written["accounts_schema"]
    kept.close()
    appliance.stop()

    # A newer version was here.
    stamp.write_text(json.dumps({**written, "version": "99.1", "format": written["format"] + 1}))
    appliance.start(ready=False)
    assert appliance.wait_exit() == 1
    assert "version 99.1 of this server wrote it" in appliance.logs() and "before-upgrade/" in appliance.logs()
    assert json.loads(stamp.read_text())["version"] == "99.1"

    # Back to the state before, as the README tells it.
    for file in [*folder.glob("*.sqlite-*"), *(appliance.workspace / "var/lib/mailserver").glob("*.sqlite*")]:
        file.unlink()
    run(["cp", "-a", f"{copies[0]}/.", appliance.workspace])
    appliance.start()
    assert appliance.can_read(alice) and sent["Subject"] in appliance.subjects(alice)
