"""What users do with their junk folder teaches the filter, and the operator decides what its scores mean."""
import json
import random
import smtplib

import pytest

from rig import mail
from rig.podman import wait_until


def spam_command(appliance, *words, **options):
    """`./mailserver.sh spam …`"""
    return appliance.exec("mailserver", "spam", *words, **options)


def learned(appliance):
    """(spam, ham)"""
    counts = json.loads(spam_command(appliance, "stat", "--json").stdout)
    return counts["spam"], counts["ham"]


def wait_learned(appliance, spam, ham):
    wait_until(f"{spam} spam and {ham} ham to be learned", lambda: learned(appliance) == (spam, ham), deadline=20)


def number_of(server, folder, subject):
    """The number of a message in a folder, which is selected then."""
    assert server.select(folder)[0] == "OK"
    numbers = server.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
    assert len(numbers) == 1, (folder, subject, numbers)
    return numbers[0]


def carry(server, verb, subject, source, target):
    """COPY or MOVE of one message."""
    number = number_of(server, source, subject)
    answer = server.copy(number, target) if verb == "COPY" else server._simple_command("MOVE", number, target)
    assert answer[0] == "OK", answer


# Long enough for the filter to learn from.
SPAM = "Cheap pills without prescription, order tonight while the discount lasts, click below and win a golden watch"
HAM = "The minutes of our meeting are attached, please read them until Thursday and tell me what is still missing"


def prose(words, count, seed):
    """A text of some of the words, never the same twice."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(words) for _ in range(count)) + "\n"


SPAM_WORDS = [f"{a}{b}" for a in ("pill", "casino", "lottery", "viagra", "bargain", "credit") for b in
              ("alpha", "bonus", "click", "deal", "extra", "free", "gold", "hot")]
HAM_WORDS = [f"{a}{b}" for a in ("meeting", "report", "garden", "library", "kitchen", "school") for b in
             ("plan", "note", "draft", "table", "window", "story", "answer", "visit")]


def mbox(words, count, seed):
    return "".join(f"From x Thu Jan  1 00:00:00 2026\nFrom: <a{i}@lab.example>\nSubject: {i}\n"
                   f"Message-ID: <{seed}.{i}@lab.example>\n\n{prose(words, 60, f'{seed}{i}')}\n" for i in range(count))


def test_moving_mail_into_and_out_of_junk_teaches_the_filter(appliance):
    alice = appliance.add("alice")
    assert learned(appliance) == (0, 0)
    with appliance.imap(alice) as server:
        for subject, text in (("one", SPAM), ("two", SPAM[::-1]), ("three", HAM), ("four", HAM[::-1])):
            written = mail.message("stranger@lab.example", alice.address, subject, text + "\n").as_bytes()
            assert server.append("INBOX", None, None, written)[0] == "OK"
        carry(server, "MOVE", "one", "INBOX", "Junk")
        wait_learned(appliance, 1, 0)
        carry(server, "COPY", "two", "INBOX", "Junk")
        wait_learned(appliance, 2, 0)
        written = mail.message("stranger@lab.example", alice.address, "five", "golden " + SPAM + "\n").as_bytes()
        assert server.append("Junk", None, None, written)[0] == "OK"
        wait_learned(appliance, 3, 0)
        # Out of it: no longer spam, but ham. Thrown away: as before.
        carry(server, "MOVE", "five", "Junk", "Trash")
        carry(server, "COPY", "one", "Junk", "Junk")
        carry(server, "MOVE", "two", "Junk", "INBOX")
        wait_learned(appliance, 2, 1)
        # From one ordinary folder to another: nothing.
        carry(server, "MOVE", "three", "INBOX", "Sent")
        # The user's own scripts start no program.
        wait_learned(appliance, 2, 1)

        # Without the filter the move is as good as ever.
        appliance.kill_process("rspamd")
        carry(server, "MOVE", "four", "INBOX", "Junk")
        assert number_of(server, "Junk", "four")
    wait_until("the filter to be back", appliance.is_ready)
    assert learned(appliance)[0] <= 3


def test_the_filter_judges_new_mail_by_what_it_learned(lab):
    """Two folders teach it; a mail it never saw then goes to Junk, one of the other sort does not."""
    appliance = lab.appliance(SPAM_GREYLIST_SCORE="off", SPAM_HEADER_SCORE="4.9", SPAM_LEARNING="false").start()
    alice = appliance.add("alice")
    out = spam_command(appliance, "train", "spam", "-", input=mbox(SPAM_WORDS, 205, "s")).stdout
    assert out == "Learned 205 mails as spam; 0 were known, 0 are too short or too long to learn from.\n"
    (appliance.workspace / "ham.mbox").write_text(mbox(HAM_WORDS, 205, "h"))
    again = [json.loads(spam_command(appliance, "train", "ham", "--json", "ham.mbox").stdout) for _ in range(2)]
    assert [(one["learned"], one["known"]) for one in again] == [(205, 0), (0, 205)]
    wait_learned(appliance, 205, 205)
    assert "The filter judges mail by it." in spam_command(appliance, "stat").stdout

    for words, folder in ((SPAM_WORDS, "Junk"), (HAM_WORDS, "INBOX")):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address,
                                                         body=prose(words, 60, folder)))
        arrived = appliance.wait_for(alice, sent["Subject"], folder=folder)
        assert "X-Spam-Status" in arrived

    # SPAM_LEARNING=false: a user's move teaches nothing. A user's folder can still be taught.
    with appliance.imap(alice) as server:
        assert server.append("INBOX", None, None, mail.message("stranger@lab.example", alice.address, "one",
                                                               HAM + "\n").as_bytes())[0] == "OK"
        carry(server, "MOVE", "one", "INBOX", "Junk")
    report = json.loads(spam_command(appliance, "train", "--json", "spam", f"{alice.address}/Junk").stdout)
    assert report["learned"] == 2 and report["unusable"] == 0

    for words, code in ((["spam", "nobody@alpha.example"], 3), (["spam", f"{alice.address}/Nowhere"], 3),
                        (["spam", "no/such/folder"], 3), (["spam", "etc"], 1), (["eggs", "-"], 2), (["spam"], 2),
                        (["spam", f"{alice.address}/../../x"], 3)):
        assert spam_command(appliance, "train", *words, check=False).returncode == code, words
    assert spam_command(appliance, "fry", check=False).returncode == 2


def test_blocklists_count_unless_they_refuse_to_answer_us(lab):
    """A fake Spamhaus: one client is listed, and for another the list only says that it does not answer us."""
    listed, unlucky = lab.neighbour("listed"), lab.neighbour("unlucky")

    def entry(host, answer, zone="zen.spamhaus.org"):
        return f"{'.'.join(reversed(host.ipv4.split('.')))}.{zone}. A {answer}"

    lab.dns.set("spamhaus", entry(listed, "127.0.0.2"), entry(unlucky, "127.255.255.254"),
                entry(unlucky, "127.255.255.252", "dnsbl.lab.example"), "2.0.0.127.dnsbl.lab.example. A 127.0.0.2",
                "2.0.0.127.zen.spamhaus.org. A 127.255.255.254")
    appliance = lab.appliance(SPAM_GREYLIST_SCORE="off", SPAM_HEADER_SCORE="off", SPAM_REJECT_SCORE="3.5",
                              BLOCKLISTS="dnsbl.lab.example").start()
    alice = appliance.add("alice")

    def code(host):
        text = mail.message("stranger@lab.example", alice.address).as_string()
        return host.python("""
            server = smtplib.SMTP(arguments['host'], 25, 'client.lab.example')
            server.ehlo()
            server.docmd('MAIL', 'FROM:<stranger@lab.example>')
            server.docmd('RCPT', f"TO:<{arguments['to']}>")
            code, text = server.data(arguments['mail'])
            answer([code, text.decode()])
            """.replace("\n            ", "\n"), host=appliance.ipv4, to=alice.address, mail=text)

    refused = code(listed)
    assert refused[0] == 554, refused
    assert code(unlucky)[0] == 250
    warnings = wait_until("the warning", lambda: appliance.status()["warnings"])
    assert len(warnings) == 1 and "zen.spamhaus.org" in warnings[0] and "127.255.255.254" in warnings[0]
    shown = appliance.exec("mailserver", "status")
    assert "Warning: blocklist zen.spamhaus.org does not answer us" in shown.stdout
    # The operator's own list counts as well.
    lab.dns.set("spamhaus", entry(unlucky, "127.0.0.4", "dnsbl.lab.example"))
    wait_until("the unlucky to be listed", lambda: code(unlucky)[0] == 554)


def test_nobody_can_bring_a_verdict_along(appliance):
    """Neither a stranger nor a user: what the filter did not say is not in the mail."""
    alice = appliance.add("alice")
    claims = {name: "no, score=-100" for name in ("X-Spam-Flag", "X-Spam-Status", "X-Spam-Level", "X-Spam-Score",
                                                  "X-Spamd-Result", "X-Spamd-Bar", "X-Rspamd-Action")}
    claims |= {"X-Spam": "no", "Authentication-Results": f"{appliance.hostname}; dmarc=pass"}
    foreign = mail.message("stranger@lab.example", alice.address, **claims)
    own = mail.message(alice.address, alice.address, **claims)
    mail.deliver(appliance.ipv4, foreign)
    appliance.submit(alice, own)
    for sent in (foreign, own):
        arrived = appliance.wait_for(alice, sent["Subject"])
        for name, value in claims.items():
            assert value not in (arrived.get_all(name) or []), (name, arrived.get_all(name))


def test_a_forger_is_told_why(lab):
    """What the DMARC policy of the forged domain asks for, with the reason."""
    appliance = lab.appliance().start()
    alice = appliance.add("alice")
    lab.dns.set("bank", "bank.example. MX 10 client.lab.example.", '_dmarc.bank.example. TXT "v=DMARC1; p=reject"',
                'bank.example. TXT "v=spf1 -all"')
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        mail.deliver(appliance.ipv4, mail.message("boss@bank.example", alice.address))
    assert refusal.value.smtp_code == 554
    assert b"bank.example" in refusal.value.smtp_error and b"DMARC policy" in refusal.value.smtp_error
