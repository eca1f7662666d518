"""Mail that leaves again: by an alias, by an account with an alias beside it, by a user's filter."""
import base64
import hashlib
import hmac
import re
import time

import pytest

from rig import mail
from rig.podman import wait_until

DOMAINS = ("alpha.example", "beta.example", "gamma.example")
BOUNCE = "Undelivered Mail Returned to Sender"


@pytest.fixture
def three(lab):
    """alpha, beta and gamma publish what their dns-check advises, but gamma wants what fails DMARC refused."""
    servers = [lab.appliance(domain) for domain in DOMAINS]
    for server in servers:
        server.start(ready=False)
    for server in servers:
        server.wait_ready()
        server.publish(*(record.replace("p=quarantine", "p=reject") if server.domain == "gamma.example" else record
                         for record in server.advised_records()))
    return servers


def folded(message, name):
    return [" ".join(value.split()) for value in message.get_all(name, [])]


def seals(message):
    """The chain validation status of each ARC set, the oldest first."""
    found = {}
    for seal in folded(message, "ARC-Seal"):
        tags = dict(part.strip().split("=", 1) for part in seal.split(";") if "=" in part)
        found[int(tags["i"])] = (tags["d"], tags["cv"])
    return [found[number] for number in sorted(found)]


def returns_to(message):
    return message["Return-Path"].strip("<>")


def test_a_strict_domains_mail_survives_forwarding(three):
    alpha, beta, gamma = three
    alice, bob, carol = alpha.add("alice"), beta.add("bob"), gamma.add("carol")
    alpha.set_aliases("bob bob@beta.example\n"  # away
                      "both alice@alpha.example, bob@beta.example\n"  # here and away
                      "alice bob@beta.example\n"  # an account with a forward
                      "far round@beta.example\n"  # over two servers
                      "gone nobody@beta.example\n"
                      "lost lost@beta.example\n")
    beta.set_aliases("round carol@gamma.example\nlost nobody@gamma.example\n")

    sent = {name: gamma.submit(carol, mail.message(carol.address, f"{name}@alpha.example"))
            for name in ("bob", "both", "alice", "far", "gone", "lost")}

    for name in ("bob", "both", "alice"):
        arrived = beta.wait_for(bob, sent[name]["Subject"])
        results = " ".join(folded(arrived, "Authentication-Results"))
        for verdict in ("spf=pass", "dkim=pass", "dmarc=pass", "arc=pass"):
            assert verdict in results, f"{verdict} is missing in: {results}"
        assert re.fullmatch(r"SRS0=\S+=gamma\.example=carol@alpha\.example", returns_to(arrived))
        assert seals(arrived) == [("alpha.example", "none"), ("beta.example", "pass")]
        first = next(value for value in folded(arrived, "ARC-Authentication-Results") if value.startswith("i=1;"))
        assert "mail.alpha.example" in first and "spf=pass" in first and "dmarc=pass" in first
        assert len(arrived.get_all("From")) == 1 and carol.address in arrived["From"]
        assert len(folded(arrived, "Authentication-Results")) == 1
    for name in ("both", "alice"):
        copy = alpha.wait_for(alice, sent[name]["Subject"])
        assert returns_to(copy) == carol.address
        assert seals(copy) == [("alpha.example", "none")]

    back = gamma.wait_for(carol, sent["far"]["Subject"])
    assert re.fullmatch(r"SRS1=\S+=alpha\.example==\S+=gamma\.example=carol@beta\.example", returns_to(back))
    assert seals(back) == [("alpha.example", "none"), ("beta.example", "pass"), ("gamma.example", "pass")]

    def bounced():
        texts = [found.as_string() for found in mail.messages(gamma.ipv4, carol) if found["Subject"] == BOUNCE]
        return all(any(sent[name]["Message-ID"] in text for text in texts) for name in ("gone", "lost"))
    wait_until("both bounces to find back to the sender", bounced, deadline=20)
    for server in three:
        wait_until(f"{server.domain}'s queue to be empty", server.queue_is_empty)


def srs0(secret, host, user, domain, days_ago=0):
    """A return address as PostSRSd makes it; the hash is over lower-case letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    day = (int(time.time()) // 86400 - days_ago) % 1024
    stamp = letters[day >> 5] + letters[day & 31]
    digest = hmac.new(secret.encode(), f"{stamp}{host}{user}".lower().encode(), hashlib.sha1).digest()
    return f"SRS0={base64.b64encode(digest).decode()[:6]}={stamp}={host}={user}@{domain}"


def test_return_addresses_cannot_be_forged_and_without_postsrsd_only_forwards_wait(lab):
    # What is marked as spam here would be put off for five minutes first.
    alpha, beta = lab.appliance("alpha.example"), lab.appliance("beta.example", GREYLISTING="false")
    for server in (alpha, beta):
        server.start(ready=False)
    for server in (alpha, beta):
        server.wait_ready()
        server.publish(*server.advised_records())
    alice, bob = alpha.add("alice"), beta.add("bob")
    alpha.set_aliases("@alpha.example alice@alpha.example\nboth bob@beta.example, alice@alpha.example\n")
    secret_file = alpha.workspace / "etc/postsrsd/secret"
    assert secret_file.stat().st_mode & 0o777 == 0o600
    secret = secret_file.read_text().strip()

    def answer(recipient):
        with alpha.smtp(25) as server:
            server.mail("")
            return server.rcpt(recipient)[0]

    good = srs0(secret, "beta.example", "bob", "alpha.example")
    assert answer(good) == 250
    assert answer(good.lower()) == 250
    for bad in (good.replace(f"={good.split('=')[1]}=", "=AAAAAA="), good.replace("=bob@", "=rob@"),
                good.replace("beta.example", "lab.example"), srs0(secret, "beta.example", "bob", "alpha.example", 40),
                srs0("guess", "beta.example", "bob", "alpha.example"), "SRS0=@alpha.example", "SRS1=x@alpha.example",
                "SRS0=" + "x" * 2000 + "@alpha.example"):
        assert answer(bad) == 550, bad
    assert answer(srs0(secret, "beta.example", "bob", "mail.alpha.example")) == 550
    # Our own users' mail, and bounces, keep their senders.
    for sender, sent in ((alice.address, alpha.submit(alice, mail.message(alice.address, "both@alpha.example"))),
                         ("", mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", "both@alpha.example"),
                                           sender="<>"))):
        assert returns_to(beta.wait_for(bob, sent["Subject"])) == sender
        assert returns_to(alpha.wait_for(alice, sent["Subject"])) == sender

    # A chain that somebody has broken is continued as broken.
    sent = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", "both@alpha.example"))
    changed = beta.wait_for(bob, sent["Subject"])
    changed.set_content("Changed on its way.\n")
    changed.replace_header("Subject", "changed")
    mail.deliver(alpha.ipv4, changed, "stranger@lab.example", [alice.address])
    assert seals(alpha.wait_for(alice, "changed"))[-1] == ("alpha.example", "fail")

    # What the filter calls spam is not vouched for: it leaves with its own sender.
    sent = mail.deliver(alpha.ipv4, mail.message(alice.address, "both@alpha.example"), "stranger@lab.example")
    arrived = alpha.wait_for(alice, sent["Subject"], folder="Junk")
    assert returns_to(arrived) == "stranger@lab.example"
    arrived = beta.wait_for(bob, sent["Subject"], folder="Junk")
    assert returns_to(arrived) == "stranger@lab.example"
    assert "dmarc=pass" not in " ".join(folded(arrived, "Authentication-Results"))

    # A filter of a user sends on in the user's name, with the seal from when it came in.
    script = 'require "copy"; redirect :copy "bob@beta.example";'
    alpha.exec("sh", "-ec", f"""cd /host/mail/inboxes/alpha.example/{alice.address}
        printf %s '{script}' > .dovecot.sieve && chown mailuser:mailuser .dovecot.sieve""")
    sent = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", alice.address))
    alpha.wait_for(alice, sent["Subject"])
    arrived = beta.wait_for(bob, sent["Subject"])
    assert returns_to(arrived) == alice.address
    assert seals(arrived) == [("alpha.example", "none"), ("beta.example", "pass")]
    alpha.exec("rm", f"/host/mail/inboxes/alpha.example/{alice.address}/.dovecot.sieve")

    # While PostSRSd is down a forward waits, and outlives a kill; what is for here comes at once.
    secret_file.rename(secret_file.with_suffix(".away"))
    alpha.kill_process("postsrsd")
    line = "1234567 " * 8 + "\n"
    sent = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", "both@alpha.example", body=line * 1000))
    alpha.wait_for(alice, sent["Subject"])
    assert not alpha.queue_is_empty()
    alpha.kill()
    secret_file.with_suffix(".away").rename(secret_file)
    alpha.start()

    def arrived_over_there():
        alpha.exec("postqueue", "-f")
        return sent["Subject"] in beta.subjects(bob)
    wait_until("the forward once PostSRSd is back", arrived_over_there, interval=1, deadline=120)
    assert beta.wait_for(bob, sent["Subject"]).get_content().replace("\r\n", "\n") == line * 1000
