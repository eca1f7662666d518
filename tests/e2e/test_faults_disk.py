"""The disk under the workspace loses power, fills up, fails; mail that was taken does not get lost."""
import concurrent.futures
import contextlib
import imaplib
import json
import random
import time

from rig import mail
from rig.disk import Disk
from rig.ledger import Ledger
from rig.podman import wait_until


def copy_until_it_fails(appliance, account, copied):
    """Puts mail into the folder Sent, as mail programs do; `copied` gets the subjects that were answered OK."""
    with contextlib.suppress(OSError, imaplib.IMAP4.error), appliance.imap(account) as program:
        program.create("Sent")
        for number in range(100000):
            made = mail.message(account.address, "friend@lab.example", f"copy {len(copied)}")
            if program.append("Sent", "", None, made.as_bytes())[0] != "OK":
                return
            copied.append(made["Subject"])


def test_nothing_that_was_acknowledged_is_lost_by_a_power_cut(lab):
    disk = Disk(lab)
    appliance = lab.appliance(workspace=disk.folder).start()
    alice = appliance.add("alice")
    copied = []
    for cut in range(3):
        with Ledger(appliance, alice, senders=3) as ledger, concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(copy_until_it_fails, appliance, alice, copied)
            ledger.wait_taken(20)
            added = appliance.add(f"user{cut}")
            time.sleep(random.random())  # the instant is what varies
            disk.cut_power()
            appliance.kill()
        disk.unmount()
        disk.mount()
        began = time.monotonic()
        appliance.start()
        print(f"cut {cut}: {len(ledger.taken)} mails and {len(copied)} copies taken before it; "
              f"{time.monotonic() - began:.1f} s until ready again")
        ledger.check()
        # A damaged index answers with an error once, and is mended for the next session.
        wait_until("the copies", lambda: set(copied) <= set(appliance.subjects(alice, "Sent")))
        assert appliance.can_read(added)


def can_be_read_but_takes_nothing(appliance, account, ledger, known):
    """While the disk is of no use: what a user, a sender and the operator see."""
    wait_until("a warning", lambda: any("takes no new mail" in warning for warning in appliance.status()["warnings"]))
    assert appliance.exec("mailserver", "health", check=False).returncode == 1
    taken = len(ledger.taken)
    assert known in appliance.subjects(account)
    with appliance.imap(account) as reader:
        reader.select("INBOX")
        assert reader.fetch("1", "(BODY.PEEK[])")[0] == "OK"
    added = appliance.user("add", "bob@alpha.example", "some-password", check=False)
    listed = [user["user"] for user in json.loads(appliance.user("list", "--json").stdout)["users"]]
    assert ("bob@alpha.example" in listed) == (added.returncode == 0)
    assert len(ledger.taken) == taken
    return added


def answer_to_a_recipient(appliance, account):
    with mail.Dialogue(appliance.ipv4) as wire:
        wire.say("EHLO client.lab.example")
        answer = wire.say("MAIL FROM:<stranger@lab.example>")
        return wire.say(f"RCPT TO:<{account.address}>") if answer.startswith("250") else answer


def with_mail(lab):
    """A disk, the appliance on it, and who has a mail with this subject there. Carl is for what is sent meanwhile: a lock
    in the mailbox that is written to when a disk fails stays, and who reads there waits for it."""
    disk = Disk(lab)
    appliance = lab.appliance(workspace=disk.folder).start()
    alice, carl = appliance.add("alice"), appliance.add("carl")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    return disk, appliance, alice, carl, sent["Subject"]


def test_a_full_disk_puts_mail_off_lets_it_be_read_and_needs_nobody_when_there_is_room_again(lab):
    disk, appliance, alice, carl, subject = with_mail(lab)
    for what, fill in (("octets", disk.fill), ("files", disk.fill_inodes)):
        with Ledger(appliance, carl, senders=2) as ledger:
            ledger.wait_taken(5)
            fill()
            added = can_be_read_but_takes_nothing(appliance, alice, ledger, subject)
            # Who comes now is told so, and does not have to wait.
            wait_until("a client to be put off", lambda: answer_to_a_recipient(appliance, alice).startswith("452"))
            if what == "octets":
                assert (added.returncode, "Make room" in added.stderr) == (1, True), added.stderr
            disk.free()
            began = time.monotonic()
            ledger.wait_taken(1, deadline=60)
            print(f"no {what}: mail is taken again {time.monotonic() - began:.1f} s after there are some; {ledger.replies}")
        wait_until("health", lambda: appliance.exec("mailserver", "health", check=False).returncode == 0)
        appliance.user("del", "--purge-inbox", "bob@alpha.example", check=False)
        ledger.check()
    assert appliance.can_read(appliance.add("bob"))


def test_a_disk_that_becomes_read_only_takes_no_mail_and_loses_none(lab):
    disk, appliance, alice, carl, subject = with_mail(lab)
    with Ledger(appliance, carl, senders=2) as ledger:
        ledger.wait_taken(10)
        disk.fail()
        added = can_be_read_but_takes_nothing(appliance, alice, ledger, subject)
        assert (added.returncode, "cannot be written" in added.stderr) == (1, True), added.stderr
        appliance.stop()
    # What an operator does: the file system is checked, and mounted again.
    disk.unmount()
    disk.check()
    disk.mount()
    appliance.start()
    ledger.check()
