"""The disk under the workspace loses power, fills up, fails; mail that was taken does not get lost."""
import concurrent.futures
import contextlib
import imaplib
import random
import time

from rig import mail
from rig.disk import Disk
from rig.ledger import Ledger


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
        assert set(copied) <= set(appliance.subjects(alice, "Sent"))
        assert appliance.can_read(added)
