"""Things die; mail does not."""
import concurrent.futures
import os
import pathlib
import re
import signal
import smtplib
import time

import pytest

from rig import mail
from rig.clock import Clock
from rig.ledger import Ledger
from rig.podman import podman, wait_until

DAY = 86400
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"

# Who is killed, and the service whose restarts count it (a child of Postfix's master is Postfix's own affair).
VICTIMS = {"master": "postfix", "qmgr": None, "dovecot": "dovecot", "rspamd": "rspamd", "valkey-server": "valkey",
           "unbound": "unbound"}
CHILDREN = ["smtpd", "cleanup", "proxymap", "trivial-rewrite", "lmtp", "auth", "anvil", "imap-login", "config", "stats"]


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


def test_what_works_for_an_engine_is_killed_in_a_row_and_no_mail_is_lost(appliance):
    alice = appliance.add("alice")
    with Ledger(appliance, alice, senders=3) as ledger:
        for victim in CHILDREN:
            ledger.wait_taken(3)
            wait_until(f"a {victim}", lambda: appliance.can_read(alice) and appliance.kill_process(victim), interval=0.02)
            killed = time.monotonic()
            ledger.wait_taken(3, deadline=90)
            taken = time.monotonic()
            wait_until("a login", lambda: appliance.can_read(alice))
            print(f"{victim}: mail is taken again after {taken - killed:.1f} s, read after {time.monotonic() - killed:.1f} s")
    print(ledger.replies)
    ledger.check()


def test_a_memory_of_the_filter_that_hangs_lets_nothing_bad_pass_and_heals(appliance):
    alice = appliance.add("alice")
    with Ledger(appliance, alice, senders=2) as ledger:
        ledger.wait_taken(5)
        before = appliance.service("valkey")["restarts"]
        appliance.kill_process("valkey-server", signal.SIGSTOP)
        hung = time.monotonic()
        while appliance.service("valkey")["restarts"] == before:
            with pytest.raises((OSError, smtplib.SMTPException)):
                mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, "bad", GTUBE))
            assert time.monotonic() - hung < 120
        ledger.wait_taken(5, deadline=60)
        print(f"the filter has its memory again {time.monotonic() - hung:.1f} s later; {ledger.replies}")
        appliance.wait_ready()
    ledger.check()
    assert all("Authentication-Results" in found for found in mail.messages(appliance.ipv4, alice))


def test_little_memory_is_enough_and_who_takes_too_much_is_the_one_that_dies(lab):
    appliance = lab.appliance(options=["--memory=512m", "--memory-swap=512m"]).start()
    alice = appliance.add("alice")
    large = mail.message("stranger@lab.example", alice.address, "large", "See below.\n")
    large.add_attachment(os.urandom(35 << 20), maintype="application", subtype="octet-stream", filename="large.bin")
    with Ledger(appliance, alice, senders=20) as ledger:
        ledger.wait_taken(20)
        with appliance.smtp(25, timeout=300) as sender:
            sender.send_message(large)
        ledger.wait_taken(20)
        peak = appliance.memory_peak()
        assert appliance.exec("tail", "/dev/zero", check=False).returncode == 137
        ledger.wait_taken(20, deadline=120)
        appliance.wait_ready()
    print(f"at most {peak >> 20} MiB; restarts: "
          f"{ {service['name']: service['restarts'] for service in appliance.status()['services']} }; {ledger.replies}")
    wait_until("the large mail", lambda: "large" in appliance.subjects(alice), deadline=120)
    ledger.check()


def test_a_clock_that_jumps_by_days_stops_mail_for_seconds(lab):
    clock = Clock(lab)
    # The dates of the mails of that moment are not those of the server, for which the filter would put them off.
    appliance = lab.appliance(options=clock.options, GREYLISTING="false").start()
    alice = appliance.add("alice")
    with Ledger(appliance, alice, senders=2) as ledger:
        ledger.wait_taken(5)
        # Forward, and back; the same, but back in two steps, before what the first has stopped is up again. Not by more
        # than a day: times of files stay as they are here, so for longer jumps Dovecot and Postfix would find them old.
        for jumps in ((DAY,), (0,), (DAY,), (DAY // 2, 0)):
            for ahead in jumps:
                time.sleep(2 if ahead != jumps[0] else 0)
                clock.set(ahead)
                ledger.ahead = ahead
            jumped = time.monotonic()
            ledger.wait_taken(5, deadline=60)
            taken = time.monotonic() - jumped
            sent = mail.message(alice.address, alice.address)
            wait_until("a login", lambda: appliance.submit(alice, sent), deadline=60)
            appliance.wait_for(alice, sent["Subject"], deadline=90)
            print(f"{jumps} s ahead: taken {taken:.1f} s, read {time.monotonic() - jumped:.1f} s after the jump")
    ledger.check()
    restarts = {service["name"]: service["restarts"] for service in appliance.status()["services"]}
    assert all(count <= 5 for count in restarts.values()), restarts


def test_a_flood_of_log_lines_holds_up_nobody(appliance):
    alice = appliance.add("alice")
    flood = "seq -f 'connect from unknown[192.0.2.1] %.0f \033[31m \"' 100000 | postlog -t postfix/smtpd"
    with concurrent.futures.ThreadPoolExecutor(1) as pool, Ledger(appliance, alice, senders=2) as ledger:
        began = time.monotonic()
        flooding = pool.submit(appliance.exec, "sh", "-c", flood, timeout=300)
        ledger.wait_taken(10)
        flooding.result()
        print(f"100000 lines in {time.monotonic() - began:.1f} s, {len(ledger.taken)} mails meanwhile")
        ledger.wait_taken(1)
    ledger.check()
    assert appliance.exec("mailserver", "health", check=False).returncode == 0
    for pid, comm, _ in appliance.processes():
        if comm == "mailserver":
            peak = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
            print(f"supervisor: at most {peak >> 10} MiB")
            assert peak < 200 << 10
    state = sum(file.stat().st_size for file in (appliance.workspace / "var/lib/mailserver").rglob("*"))
    assert state < 50 << 20, state


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
