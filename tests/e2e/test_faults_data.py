"""Files of the workspace are damaged; nobody loses mail or accounts by it, and who must do something is told what."""
import contextlib
import os
import re
import shutil
import sqlite3

from rig import mail
from rig.ledger import Ledger
from rig.podman import run, wait_until


def half(file):
    os.truncate(file, file.stat().st_size // 2)


def zeroed_page(file):
    with file.open("r+b") as database:
        database.seek(4096)
        database.write(bytes(3 * 4096))


DAMAGES = {"truncated": half, "a zeroed page": zeroed_page, "empty": lambda file: os.truncate(file, 0),
           "gone": lambda file: file.unlink(), "something else": lambda file: file.write_bytes(b"\0\xff" * 5000)}


# What a refused start tells the operator to do, with the folder before it.
RESTORE = ("rm -f accounts.sqlite accounts.sqlite-wal accounts.sqlite-shm && "
           "cp -p accounts.sqlite.last-good accounts.sqlite")


def test_a_damaged_accounts_file_stops_the_start_with_the_command_that_mends_it(lab):
    appliance = lab.appliance().start()
    alice = appliance.add("alice")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    appliance.stop()
    appliance.start()  # a start makes the copy
    appliance.stop()
    folder = appliance.workspace / "etc/mailserver"
    for damage, apply in DAMAGES.items():
        apply(folder / "accounts.sqlite")
        appliance.start(ready=False)
        assert appliance.wait_exit() == 1, damage
        told = appliance.logs()
        assert "accounts.sqlite: the file is " in told, (damage, told)
        assert RESTORE in told, (damage, told)
        run(["sh", "-c", RESTORE], cwd=folder)
    appliance.start()
    assert sent["Subject"] in appliance.subjects(alice)
    # What an older database has left beside it is not taken for changes.
    appliance.stop()
    (folder / "accounts.sqlite-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(100_000))
    appliance.start()
    assert appliance.can_read(alice)


def test_an_accounts_file_damaged_in_operation_puts_mail_off_and_refuses_none(appliance):
    alice = appliance.add("alice")
    folder = appliance.workspace / "etc/mailserver"
    with contextlib.closing(sqlite3.connect(folder / "accounts.sqlite")) as now, \
            contextlib.closing(sqlite3.connect(folder / "accounts.sqlite.last-good")) as copy:
        now.backup(copy)  # as the server does it each minute
    with Ledger(appliance, alice, senders=2) as ledger:
        ledger.wait_taken(5)
        for damage in ("truncated", "something else"):
            DAMAGES[damage](folder / "accounts.sqlite")
            # Who has the file open goes on for a while with what it has read; a new process sees the damage.
            for name in ("smtpd", "proxymap", "auth"):
                appliance.kill_process(name)
            refused = appliance.user("add", "bob@alpha.example", "some-password", check=False)
            assert (refused.returncode, "accounts.sqlite" in refused.stderr) == (1, True), refused.stderr
        appliance.stop()
    print(ledger.replies)
    run(["sh", "-c", RESTORE], cwd=folder)
    appliance.start()
    assert appliance.can_read(alice)
    ledger.check()


def test_an_accounts_file_that_somebody_keeps_locked_holds_up_only_changes(appliance):
    alice = appliance.add("alice")
    with contextlib.closing(sqlite3.connect(appliance.workspace / "etc/mailserver/accounts.sqlite")) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")
        sent = appliance.submit(alice, mail.message(alice.address, alice.address))
        appliance.wait_for(alice, sent["Subject"])
        refused = appliance.user("add", "bob@alpha.example", "some-password", check=False)
        assert (refused.returncode, "try again" in refused.stderr) == (1, True), refused.stderr
        somebody.rollback()
    appliance.user("add", "bob@alpha.example", "some-password")
    assert appliance.can_read(("bob@alpha.example", "some-password"))


def numbers(appliance, account):
    """UIDVALIDITY, and the UID of each subject."""
    with appliance.imap(account) as reader:
        if reader.select("INBOX", readonly=True)[0] != "OK":
            return None  # it has noticed, and mends it for the next one
        validity = reader.untagged_responses["UIDVALIDITY"]
        data = reader.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        found = {part[1].strip(): re.search(rb"UID (\d+)", part[0])[1] for part in data if isinstance(part, tuple)}
        return validity, found


def test_a_damaged_mailbox_heals_itself_and_keeps_its_numbers(appliance):
    alice = appliance.add("alice")
    for _ in range(5):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    before = wait_until("five mails", lambda: len((seen := numbers(appliance, alice))[1]) == 5 and seen)
    box = appliance.workspace / f"mail/inboxes/alpha.example/{alice.address}/Maildir"
    indexes = [file for file in box.iterdir() if file.name.startswith("dovecot.index")]
    assert indexes
    for damage in (half, lambda file: file.write_bytes(b"\0\xff" * 5000), lambda file: os.truncate(file, 0),
                   lambda file: file.unlink()):
        for file in indexes:
            if file.exists():
                damage(file)
        wait_until("the same numbers", lambda: numbers(appliance, alice) == before, deadline=20)
    with appliance.imap(alice) as reader:
        reader.select("INBOX")  # which moves what is in new
    for folder in ("tmp", "new"):
        (box / folder).rmdir()
    wait_until("the same numbers", lambda: numbers(appliance, alice) == before, deadline=20)
    late = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, late["Subject"])
    # Without the list of UIDs there are other numbers, and mail programs are told to forget the old ones.
    known = len(appliance.subjects(alice))
    (box / "dovecot-uidlist").unlink()
    for file in box.glob("dovecot.index*"):
        file.unlink()
    validity, found = wait_until("the mailbox", lambda: numbers(appliance, alice), deadline=20)
    assert len(found) == known and (validity != before[0] or found.items() >= before[1].items())


def test_files_that_a_crash_left_half_written_hold_up_no_start_and_no_key_is_made_anew(lab):
    appliance = lab.appliance().start()
    alice = appliance.add("alice")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    appliance.kill()
    # Each is written under another name, and gets its own when it is on the disk: half of one is no crash's doing, and
    # making it anew would do harm.
    never_half = {"accounts.sqlite", "accounts.sqlite-wal", "workspace.json", "ring.json", "layout"}
    state = [file for folder in ("etc", "var/lib", "monitoring-data") for file in (appliance.workspace / folder).rglob("*")
             if file.is_file() and file.stat().st_size > 0]
    for file in state:
        half_written = file.with_name(f".{file.name}.Ab3dE6")
        half_written.write_bytes(file.read_bytes()[:file.stat().st_size // 2])
        if file.name not in never_half and file.suffix != ".private":
            shutil.copy2(half_written, file)
    log = next((appliance.workspace / "var/lib/valkey/appendonlydir").glob("*.incr.aof"))
    with log.open("ab") as octets:
        octets.write(bytes(4096))  # as a power cut leaves it
    key = appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private"
    before = key.read_bytes()
    appliance.start()
    assert sent["Subject"] in appliance.subjects(alice)
    assert key.read_bytes() == before
    late = appliance.submit(alice, mail.message(alice.address, alice.address))
    assert "d=alpha.example" in appliance.wait_for(alice, late["Subject"])["DKIM-Signature"]
    appliance.stop()
    half(key)
    appliance.start(ready=False)
    assert appliance.wait_exit() == 1
    assert str(key.relative_to(appliance.workspace)) in appliance.logs()
