"""Things die; mail does not."""
import os
import signal
import time

import pytest

from rig import mail
from rig.ledger import Ledger
from rig.podman import podman, wait_until

# Who is killed, and the service whose restarts count it (a child of Postfix's master is Postfix's own affair).
VICTIMS = {"master": "postfix", "qmgr": None, "dovecot": "dovecot", "rspamd": "rspamd", "valkey-server": "valkey",
           "unbound": "unbound"}


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_killed_engine_comes_back_and_no_mail_is_lost(appliance, victim):
    alice = appliance.add("alice")
    service = VICTIMS[victim]
    before = appliance.service(service)["restarts"] if service else None
    with Ledger(appliance, alice, senders=2) as ledger:
        ledger.wait_taken(10)
        killed = time.monotonic()
        assert appliance.kill_process(victim) > 0
        ledger.wait_taken(10, deadline=90)
        print(f"{victim}: mail is taken again {time.monotonic() - killed:.1f} s after the kill")
        appliance.wait_ready()
    ledger.check()
    if service:
        assert appliance.service(service)["restarts"] > before
    for port in (25, 465, 587, 143, 993):
        appliance.certificate(port)


def test_a_service_that_keeps_dying_is_shown_and_does_not_take_the_others_with_it(appliance):
    alice = appliance.add("alice")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        appliance.kill_process("valkey-server")
        with appliance.imap(alice) as reader:
            reader.noop()
    assert 2 <= appliance.service("valkey")["restarts"] <= 30
    appliance.wait_ready()


def test_when_the_supervisor_dies_the_container_ends(appliance):
    main = int(podman("inspect", "--format={{.State.Pid}}", appliance.container).stdout)
    os.kill(main, signal.SIGKILL)
    assert appliance.wait_exit(deadline=10) != 0


def test_nothing_is_lost_when_everything_is_killed_in_mid_delivery(appliance):
    alice = appliance.add("alice")
    for _ in range(2):
        with Ledger(appliance, alice) as ledger:
            ledger.wait_taken(60)
            appliance.kill()
        appliance.start()
        ledger.check()
        with appliance.imap(alice) as reader:
            reader.select("INBOX")
            reader.store("1:*", "+FLAGS.SILENT", "\\Deleted")
            reader.expunge()


def test_a_lock_that_a_crash_has_left_holds_nobody_up(appliance):
    alice = appliance.add("alice")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])
    appliance.kill()
    # As Dovecot writes it; this process number is alive in every container.
    lock = appliance.workspace / f"mail/inboxes/alpha.example/{alice.address}/Maildir/dovecot-uidlist.lock"
    lock.write_text("1:mail.alpha.example")
    os.chown(lock, 2001, 2001)
    os.utime(lock, (time.time() - 3, time.time() - 3))
    appliance.start()
    late = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, late["Subject"], deadline=20)


def test_nothing_is_lost_by_an_orderly_stop_in_mid_delivery(appliance):
    alice = appliance.add("alice")
    with Ledger(appliance, alice) as ledger:
        ledger.wait_taken(60)
        began = time.monotonic()
        appliance.stop()
        assert time.monotonic() - began < 30
    appliance.start()
    ledger.check()


def test_dead_dns_leaves_local_mail_alone_and_puts_strangers_off(lab, appliance):
    alice = appliance.add("alice")
    appliance.kill_process("unbound", signal.SIGSTOP)
    try:
        sent = appliance.submit(alice, mail.message(alice.address, alice.address))
        appliance.wait_for(alice, sent["Subject"], deadline=90)
    finally:
        appliance.kill_process("unbound", signal.SIGCONT)
    wait_until("mail from outside", lambda: mail.deliver(
        appliance.ipv4, mail.message("stranger@lab.example", alice.address)), deadline=60)
