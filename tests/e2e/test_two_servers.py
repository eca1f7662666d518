"""Two appliances and the DNS between them."""
import gzip
import io
import json
import zipfile

import pytest

from rig import mail
from rig.appliance import Account
from rig.podman import wait_until

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


def test_what_names_the_users_program_address_and_computer_stays_here(lab):
    # Its reverse name is what it calls itself; alpha's own name is another one.
    lab.publish_host("out.alpha.example", *lab.addresses("appliance-alpha.example"))
    alpha = lab.appliance(SENDING_FQDN="out.alpha.example", REWRITE_MESSAGE_ID="true")
    lab.dns.set("host mail.alpha.example", f"mail.alpha.example. A {alpha.ipv4}", f"mail.alpha.example. AAAA {alpha.ipv6}")
    beta = lab.appliance("beta.example")
    for server in (alpha, beta):
        server.start(ready=False)
    for server in (alpha, beta):
        server.wait_ready()
        server.publish(*server.advised_records())
    checked = alpha.dns_check().stdout
    assert "points to 'out.alpha.example'" in checked and "'out.alpha.example', points to" in checked
    alice, bob = alpha.add("alice"), beta.add("bob")
    gateway = alpha.ipv4.rpartition(".")[0] + ".1"

    def from_alice(sender=alice.address, recipient=bob.address):
        sent = mail.message(sender, recipient, User_Agent="Program 7", X_Mailer="Program 7",
                            X_Originating_IP="[10.1.2.3]", x_enigmail_version="2", X_Kept="kept")
        sent.add_attachment("Hello.\n", headers=["User-Agent: of a part"])
        return sent

    for port in (465, 587, 25):
        sent = mail.submit(alpha.ipv4, alice, from_alice(), port=port)
        arrived = beta.wait_for(bob, sent["Subject"])
        assert "dkim=pass" in authentication_results(arrived) and "spf=pass" in authentication_results(arrived)
        fields = {name.lower() for name in arrived.keys()}
        assert not fields & {"user-agent", "x-mailer", "x-originating-ip", "x-enigmail-version"}, fields
        assert arrived["X-Kept"] == "kept"
        assert list(arrived.iter_attachments())[0]["User-Agent"] == "of a part"
        received = arrived.get_all("Received")
        assert received[1].startswith("from out.alpha.example ("), received
        assert gateway not in "".join(received) and "client.lab.example" not in "".join(received), received
        assert arrived["Delivered-To"] == bob.address
        identity = str(arrived["Message-ID"])
        assert identity.split("@")[0] == sent["Message-ID"].split("@")[0]
        assert identity.endswith("@alpha.example>" if port == 25 else "@mail.alpha.example>"), identity

    # What others send keeps all of it.
    foreign = mail.deliver(alpha.ipv4, from_alice("stranger@lab.example", alice.address))
    arrived = alpha.wait_for(alice, foreign["Subject"])
    assert arrived["User-Agent"] == "Program 7" and arrived["Message-ID"] == foreign["Message-ID"]
    assert gateway in arrived.get_all("Received")[-1]
    with alpha.smtp() as server:
        assert server.verify("alice")[0] == 502


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


def dmarc_report(domain, *rows):
    """A report about `domain`; rows of address, count, and whether the mails passed."""
    records = "".join(
        f"<record><row><source_ip>{address}</source_ip><count>{count}</count><policy_evaluated><disposition>none</disposition>"
        f"<dkim>{'pass' if good else 'fail'}</dkim><spf>fail</spf></policy_evaluated></row></record>" for address, count, good in rows)
    return (f'<?xml version="1.0"?><feedback><report_metadata><org_name>Beta</org_name><report_id>{domain}-1</report_id>'
            f"</report_metadata><policy_published><domain>{domain}</domain></policy_published>{records}</feedback>").encode()


def zipped(content):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.xml", content)
    return whole.getvalue()


def test_what_the_other_reports_is_counted_once_and_only_when_signed(pair):
    alpha, beta = pair
    admin, bob = Account(f"postmaster@{alpha.domain}", "first password"), beta.add("bob")
    alpha.user("passwd", "--password-stdin", admin.address, input=admin.password + "\n")
    tls = {"organization-name": "Beta", "report-id": "tls-1", "policies": [{
        "policy": {"policy-type": "sts", "policy-domain": alpha.domain},
        "summary": {"total-successful-session-count": 7, "total-failure-session-count": 2},
        "failure-details": [{"result-type": "certificate-expired", "failed-session-count": 2}]}]}
    attachments = [("big!alpha.zip", zipped(dmarc_report(alpha.domain, ("192.0.2.7", 3, False), (alpha.ipv4, 40, True)))),
                   ("tls.json.gz", gzip.compress(json.dumps(tls).encode())),
                   ("bomb.xml.gz", gzip.compress(b"<feedback>" + b" " * 30_000_000)),
                   ("others.xml", dmarc_report("elsewhere.example", ("192.0.2.8", 9, True))),
                   ("broken.zip", b"PK\x03\x04" + bytes(range(256)))]

    def report_mail(sender):
        made = mail.message(sender, admin.address, body="Reports for you, as every day.\n")
        for name, content in attachments:
            made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return made

    assert alpha.exec("mailserver", "reports", check=False).returncode == 3
    # Nobody has signed this one.
    mail.deliver(alpha.ipv4, report_mail("stranger@lab.example"))
    assert alpha.exec("mailserver", "reports", check=False).returncode == 3
    for _ in range(2):
        sent = beta.submit(bob, report_mail(bob.address))
        arrived = alpha.wait_for(admin, sent["Subject"])
        assert [part.get_filename() for part in arrived.iter_attachments()] == [name for name, _ in attachments]

    told = wait_until("both reports", lambda: (seen := json.loads(alpha.exec("mailserver", "reports", "--json").stdout))
                      and seen["dmarc_reports"] == seen["tls_reports"] == 1 and seen)
    assert told["reporters"] == [beta.domain]
    assert [(row["address"], row["mails"], row["dkim"]) for row in told["mails"]] == [(alpha.ipv4, 40, True), ("192.0.2.7", 3, False)]
    assert [(row["result"], row["sessions"]) for row in told["sessions"]] == [("", 7), ("certificate-expired", 2)]
    text = alpha.exec("mailserver", "reports", "--domain", alpha.domain).stdout
    assert "43 mails, 40 verified, 3 not" in text and "2  certificate-expired" in text and "elsewhere" not in text
    figures = alpha.exec("mailserver", "metrics").stdout
    assert f'mailserver_reported_mails{{domain="{alpha.domain}",verdict="failed"}} 3' in figures
    assert f'mailserver_reported_tls_sessions{{domain="{alpha.domain}",result="ok"}} 7' in figures
    for words in (["--days", "0"], ["--days"], ["--domain", "x y"], ["more"]):
        assert alpha.exec("mailserver", "reports", *words, check=False).returncode == 2
