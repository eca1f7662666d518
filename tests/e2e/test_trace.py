"""What happened to a mail, as the operator is told."""
import json
import smtplib

import pytest

from rig import mail
from rig.podman import wait_until
from rig.sink import Sink

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"
MARKING_GTUBE = "Y" + GTUBE[1:]
REFUSAL = ("554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for "
           "reset. (NOWL)")


def trace(appliance, *words):
    """The mails `./mailserver.sh trace … --json` shows; none when it knows none."""
    answer = appliance.exec("mailserver", "trace", "--json", *words, check=False)
    assert answer.returncode in (0, 3), answer.stderr
    return json.loads(answer.stdout)["mails"] if answer.returncode == 0 else []


def when_told(appliance, what, *events):
    """The newest mail about it, once all these events are there, and for each delivery here the folder too: Dovecot's
    line about it may come after Postfix's."""
    def probe():
        found = trace(appliance, what)
        if not found or not set(events) <= {event["event"] for event in found[0]["events"]}:
            return None
        here = [end["to"] for end in found[0]["recipients"] if end["end"] == "delivered here"]
        return found[0] if len(here) <= len(stored_in(found[0])) else None
    return wait_until(f"{', '.join(events)} of {what}", probe, deadline=20)


def stored_in(told):
    """What Dovecot said of the folders: at the delivery when it said so first, by itself when it came later."""
    return [what for event in told["events"]
            for what in ([event["what"]] if event["event"] == "stored" else event.get("stored", []))]


def event(told, kind, **members):
    return next(event for event in told["events"]
                if event["event"] == kind and all(event.get(name) == value for name, value in members.items()))


def test_a_mails_way_is_told_and_survives_a_kill(lab):
    alpha = lab.appliance().start()
    gateway = alpha.ipv4.rpartition(".")[0] + ".1"
    lab.dns.set("big", "big.example. MX 10 mx01.t-online.de.", f"mx01.t-online.de. A {gateway}")
    alice, bob = alpha.add("alice"), alpha.add("bob")
    odd = '"x>, relay=none, dsn=2.0.0, status=sent (y"@big.example'

    with Sink(gateway, refuse={"carl@big.example": REFUSAL, odd: REFUSAL}):
        sent = alpha.submit(alice, mail.message(alice.address, bob.address),
                            recipients=[bob.address, "carl@big.example", "dora@big.example"])
        told = when_told(alpha, sent["Message-ID"], "removed", "notified")
        # In the text of an address is nothing to be believed.
        tricky = alpha.submit(alice, mail.message(alice.address, bob.address), recipients=[odd])
        assert when_told(alpha, tricky["Message-ID"], "removed")["recipients"] == [{"to": odd, "end": "refused"}]
    accepted = event(told, "accepted")
    assert accepted["login"] == alice.address and accepted["port"] == "465" and accepted["tls"].startswith("TLSv1.")
    assert event(told, "judged")["action"] == "no action"
    assert event(told, "delivery", to=bob.address)["outcome"] == "sent" and ["INBOX" in what for what in stored_in(told)] == [True]
    refused = event(told, "delivery", to="carl@big.example")
    assert "None/bad reputation" in refused["text"] and refused["reason"] == "listed" and "T-Online" in refused["cause"]
    assert {end["to"]: end["end"] for end in told["recipients"]} == {
        bob.address: "delivered here", "carl@big.example": "refused", "dora@big.example": "delivered"}
    notice = when_told(alpha, event(told, "notified")["queue_id"], "removed")
    assert notice["recipients"] == [{"to": alice.address, "end": "delivered here"}]

    for_people = alpha.exec("mailserver", "trace", told["queue_id"]).stdout
    assert REFUSAL in for_people and "To do: Put an imprint" in for_people and "=> carl@big.example: refused" in for_people

    spam = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", bob.address, body=MARKING_GTUBE))
    told = when_told(alpha, spam["Message-ID"], "removed")
    assert event(told, "judged")["action"] == "add header" and ["Junk" in what for what in stored_in(told)] == [True]
    worse = mail.message("stranger@lab.example", bob.address, body=GTUBE)
    with pytest.raises(smtplib.SMTPDataError):
        mail.deliver(alpha.ipv4, worse)
    told = when_told(alpha, worse["Message-ID"], "refused")
    assert told["end"] == "refused" and event(told, "judged")["action"] == "reject"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", "nobody@alpha.example"))
    told = when_told(alpha, "nobody@alpha.example", "refused")
    assert told["queue_id"] is None and "User unknown" in event(told, "refused")["text"]
    assert [found["queue_id"] for found in trace(alpha, "stranger@lab.example", "--limit", "1")] == [None]
    assert len(trace(alpha, "Stranger@lab.example", "--since", "1h")) == 3

    nothing = alpha.exec("mailserver", "trace", "nobody@elsewhere.example", check=False)
    assert nothing.returncode == 3 and "there is nothing about 'nobody@elsewhere.example'" in nothing.stderr

    before = trace(alpha, bob.address)
    alpha.kill()
    alpha.start()
    assert trace(alpha, bob.address) == before
    later = alpha.submit(alice, mail.message(alice.address, bob.address))
    when_told(alpha, later["Message-ID"], "removed")

    alpha.stop()
    alpha.settings["TRACE_DAYS"] = "0"
    alpha.start()
    alpha.submit(alice, mail.message(alice.address, bob.address))
    assert trace(alpha, bob.address) == []
