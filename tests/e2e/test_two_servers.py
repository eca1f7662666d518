"""Two appliances and the DNS between them."""
import pytest

from rig import mail

# Enough of it that the filter sees a language, and no disguise, in the letters beyond ASCII.
GERMAN = "Schöne Grüße aus der Werkstatt: die neuen Räder sind da und können morgen früh abgeholt werden.\n"


@pytest.fixture
def pair(lab):
    """alpha.example and beta.example, each publishing what its own dns-check advises."""
    servers = [lab.appliance("alpha.example"), lab.appliance("beta.example")]
    for server in servers:
        server.start(ready=False)
    for server in servers:
        server.wait_ready()
        server.publish(*server.advised_records())
    return servers


def authentication_results(message):
    return " ".join(" ".join(value.split()) for value in message.get_all("Authentication-Results", []))


def test_mail_between_them_passes_spf_dkim_and_dmarc(pair):
    alpha, beta = pair
    alice, bob = alpha.add("alice"), beta.add("bob")
    for here, sender, there, recipient in ((alpha, alice, beta, bob), (beta, bob, alpha, alice)):
        sent = here.submit(sender, mail.message(sender.address, recipient.address, body=GERMAN))
        arrived = there.wait_for(recipient, sent["Subject"])
        results = authentication_results(arrived)
        for verdict in ("spf=pass", "dkim=pass", "dmarc=pass"):
            assert verdict in results, f"{verdict} is missing in: {results}"
        assert arrived.get_content().replace("\r\n", "\n") == GERMAN


def test_an_unknown_recipient_over_there_comes_back_as_a_bounce(pair):
    alpha, beta = pair
    alice = alpha.add("alice")
    sent = alpha.submit(alice, mail.message(alice.address, f"nobody@{beta.domain}"))
    bounce = alpha.wait_for(alice, "Undelivered Mail Returned to Sender")
    assert f"nobody@{beta.domain}" in bounce.as_string() and sent["Message-ID"] in bounce.as_string()


def test_the_clients_address_is_not_told_to_the_world(pair):
    alpha, beta = pair
    alice, bob = alpha.add("alice"), beta.add("bob")
    sent = alpha.submit(alice, mail.message(alice.address, bob.address))
    arrived = beta.wait_for(bob, sent["Subject"])
    gateway = alpha.ipv4.rpartition(".")[0] + ".1"
    assert gateway not in " ".join(f"[{word.strip('[]()')}]" for value in arrived.get_all("Received")
                                   for word in value.split())


def test_mail_waits_in_the_queue_while_the_other_server_is_down(pair):
    alpha, beta = pair
    alice, bob = alpha.add("alice"), beta.add("bob")
    beta.stop()
    sent = alpha.submit(alice, mail.message(alice.address, bob.address))
    alpha.stop()
    beta.start()
    alpha.start()
    alpha.exec("postqueue", "-f")
    beta.wait_for(bob, sent["Subject"], deadline=120)


def test_forged_mail_fails_dmarc(lab, pair):
    alpha, beta = pair
    bob = beta.add("bob")
    beta_only = [record for record in alpha.advised_records() if "DMARC1" not in record]
    alpha.publish(*beta_only, '_dmarc.alpha.example. TXT "v=DMARC1; p=reject"')
    neighbour = lab.neighbour()
    code = neighbour.python("""
server = smtplib.SMTP(arguments["host"], 25, local_hostname="neighbour.lab.example")
server.ehlo()
server.mail("alice@alpha.example")
server.rcpt(arguments["recipient"])
code, text = server.data(b"From: alice@alpha.example\\r\\nTo: bob@beta.example\\r\\nSubject: forged\\r\\n"
                         b"Date: Fri, 20 Nov 2026 10:00:00 +0000\\r\\nMessage-ID: <x@alpha.example>\\r\\n\\r\\nHi\\r\\n")
answer(code)
""", host=beta.ipv4, recipient=bob.address)
    assert code >= 500
