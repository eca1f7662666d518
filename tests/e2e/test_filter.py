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
MARKING_GTUBE = "YJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"
# A mail says itself what it scores.
SCORES = """rspamd_config.TEST_SCORE = {
  callback = function(task)
    local score = tonumber(task:get_header("X-Test-Score"))
    return score ~= nil, score
  end,
  score = 1.0,
}
"""


def test_the_spam_test_pattern_is_refused(appliance):
    alice = appliance.add("alice")
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, body=GTUBE))
    assert refusal.value.smtp_code == 554
    assert b"Gtube pattern" in refusal.value.smtp_error
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        appliance.submit(alice, mail.message(alice.address, alice.address, body=GTUBE), port=587)
    assert (refusal.value.smtp_code, refusal.value.smtp_error) == (554, b"5.7.1 Gtube pattern")


def test_each_score_has_its_consequence_and_off_has_none(lab):
    """Passed below 4, put off from 4 on and taken at the next try, marked from 6 on, refused from 15 on."""
    appliance = lab.appliance()
    appliance.override({"rspamd/scores.lua": SCORES, "rspamd/override.d/greylist.conf": "timeout = 2s;\n"})
    appliance.start()
    alice = appliance.add("alice")

    def scored(score):
        # From somebody else each time: a sender who came back once is not put off again.
        return mail.message(f"sender{score}@lab.example", alice.address, X_Test_Score=str(score))

    def code(sent):
        try:
            mail.deliver(appliance.ipv4, sent)
            return 250
        except smtplib.SMTPDataError as refusal:
            return refusal.smtp_code

    for score, first, folder in ((3, 250, "INBOX"), (5, 451, "INBOX"), (10, 451, "Junk")):
        sent = scored(score)
        assert code(sent) == first, score
        wait_until("the mail to be taken", lambda: first == 250 or code(sent) == 250, interval=0.5, deadline=30)
        assert appliance.wait_for(alice, sent["Subject"], folder=folder)["X-Spam"] == ("Yes" if score == 10 else None)
    assert code(scored(20)) == 554

    # Off: none of the three.
    appliance.stop()
    appliance.settings |= {f"SPAM_{name}_SCORE": "off" for name in ("GREYLIST", "HEADER", "REJECT")}
    appliance.start()
    for score in (5, 10, 100):
        sent = scored(score)
        assert code(sent) == 250, score
        assert appliance.wait_for(alice, sent["Subject"])["X-Spam"] is None

    # The test pattern for marking marks all the same, and the one for passing does not let anything pass.
    marked = mail.message("stranger@lab.example", alice.address, body=MARKING_GTUBE)
    assert code(marked) == 250
    own = appliance.submit(alice, mail.message(alice.address, alice.address, body=MARKING_GTUBE), port=587)
    for sent in (marked, own):
        assert appliance.wait_for(alice, sent["Subject"], folder="Junk")["X-Spam"] == "Yes"
    passing = mail.message("stranger@lab.example", alice.address, body=GTUBE.replace("XJS", "AJS") + GTUBE)
    assert code(passing) == 554


def test_a_broken_signature_and_a_foreign_address_are_named_in_the_mail(lab):
    """DKIM and SPF that fail, each for a domain that asks for nothing because of it."""
    appliance = lab.appliance(GREYLISTING="false").start()
    alice = appliance.add("alice")
    lab.dns.set("strict", "strict.example. MX 10 client.lab.example.", 'strict.example. TXT "v=spf1 -all"')
    appliance.publish(*(record for record in appliance.advised_records() if "DMARC1" not in record))
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    signed = appliance.wait_for(alice, sent["Subject"])
    assert "DKIM-Signature" in signed
    for verdict in ("dkim=pass", "dkim=fail"):
        if verdict == "dkim=fail":
            signed.set_content("Changed on its way.\n")
        before = len(appliance.subjects(alice))
        mail.deliver(appliance.ipv4, signed, "stranger@lab.example", [alice.address])
        wait_until("it to arrive", lambda: len(appliance.subjects(alice)) > before)
        results = " ".join(mail.messages(appliance.ipv4, alice)[-1]["Authentication-Results"].split())
        assert verdict in results, results
    foreign = mail.message("boss@strict.example", alice.address)
    mail.deliver(appliance.ipv4, foreign)
    results = " ".join(appliance.wait_for(alice, foreign["Subject"])["Authentication-Results"].split())
    assert "spf=fail" in results, results


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
