"""The filter sees every mail, or there is no mail."""
import os
import signal
import smtplib
import threading
import time

import pytest

from rig import mail
from rig.podman import wait_until

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"


def test_the_spam_test_pattern_is_refused(appliance):
    alice = appliance.add("alice")
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, body=GTUBE))
    assert refusal.value.smtp_code == 554
    assert b"Gtube pattern" in refusal.value.smtp_error
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        appliance.submit(alice, mail.message(alice.address, alice.address, body=GTUBE), port=587)
    assert (refusal.value.smtp_code, refusal.value.smtp_error) == (554, b"5.7.1 Gtube pattern")


def test_what_the_filter_marks_goes_to_junk(appliance):
    """A stranger writes as one of our users, and our records ask to quarantine that."""
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.publish(*appliance.advised_records())
    sent = mail.deliver(appliance.ipv4, mail.message(bob.address, alice.address))
    arrived = appliance.wait_for(alice, sent["Subject"], folder="Junk")
    assert arrived["X-Spam"] == "Yes"
    assert sent["Subject"] not in appliance.subjects(alice)


def test_from_the_first_moment_no_mail_passes_unfiltered(lab):
    """A sender knocks from before the start: whatever the server takes must have been looked at."""
    appliance = lab.appliance()
    appliance.start()
    alice = appliance.add("alice")
    appliance.kill()
    verdicts = []
    done = threading.Event()

    def knock():
        while not done.is_set():
            try:
                mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, body=GTUBE), timeout=10)
                verdicts.append(250)
            except smtplib.SMTPResponseException as refusal:
                verdicts.append(refusal.smtp_code)
            except smtplib.SMTPRecipientsRefused as refusal:
                verdicts.append(next(iter(refusal.recipients.values()))[0])
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)

    knocker = threading.Thread(target=knock)
    knocker.start()
    try:
        appliance.start()
        wait_until("a verdict", lambda: 554 in verdicts, deadline=60)
    finally:
        done.set()
        knocker.join()
    assert 250 not in verdicts
    assert appliance.subjects(alice) == [] and appliance.subjects(alice, "Junk") == []


def test_without_the_filter_mail_is_put_off_and_comes_once_it_is_back(appliance):
    alice = appliance.add("alice")
    stopped = [pid for pid, comm, _ in appliance.processes() if comm == "rspamd"]
    assert stopped
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)
    codes = []
    sent = mail.message("stranger@lab.example", alice.address)

    def accepted():
        try:
            mail.deliver(appliance.ipv4, sent)
            return True
        except smtplib.SMTPResponseException as refusal:
            codes.append(refusal.smtp_code)
        return False

    wait_until("mail to be taken again", accepted, deadline=60)
    assert all(400 <= code < 500 for code in codes), codes
    assert "Authentication-Results" in appliance.wait_for(alice, sent["Subject"])


def test_a_filter_that_hangs_puts_mail_off_and_heals(appliance):
    alice = appliance.add("alice")
    hung = [pid for pid, comm, _ in appliance.processes() if comm == "rspamd"]
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(smtplib.SMTPResponseException) as refusal:
            mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address), timeout=90)
        assert refusal.value.smtp_code == 451
    finally:
        for pid in hung:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass  # the supervisor was quicker
    sent = mail.message("stranger@lab.example", alice.address)
    wait_until("mail to be taken again", lambda: mail.deliver(appliance.ipv4, sent), deadline=60)
    appliance.wait_for(alice, sent["Subject"])
