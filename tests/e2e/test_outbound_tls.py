"""Mail to others: DANE, then MTA-STS, then whatever TLS there is."""
import gzip
import json

from rig import mail
from rig.peer import Authority, Peer
from rig.podman import wait_until


def send(appliance, sender, recipient):
    return appliance.submit(sender, mail.message(sender.address, recipient))


def wait_deferred(appliance, recipient, deadline=30):
    return wait_until(f"mail to {recipient} to be deferred", lambda: appliance.why_deferred(recipient),
                      deadline=deadline, interval=0.2)


def test_a_policy_in_force_lets_mail_go_only_to_servers_that_prove_their_name(lab):
    authority = Authority(lab)
    peer = Peer(lab, authority)
    peer.domain("good.example", trusted=True, policy=("enforce", "mx.good.example"))
    peer.domain("wild.example", trusted=True, policy=("enforce", "*.wild.example"))
    peer.domain("othername.example", trusted=True, certificate="mx.elsewhere.example",
                policy=("enforce", "mx.othername.example"))
    peer.domain("selfsigned.example", policy=("enforce", "mx.selfsigned.example"))
    peer.domain("othermx.example", trusted=True, policy=("enforce", "mx.elsewhere.example"))
    peer.domain("testing.example", policy=("testing", "mx.elsewhere.example"))
    peer.domain("nopolicy.example")
    peer.domain("badhost.example", policy=("enforce", "mx.elsewhere.example"))
    peer.certify("mta-sts.badhost.example", trusted=False)
    alpha = lab.appliance().trust(authority).start()
    alice = alpha.add("alice")

    delivered = ["good", "wild", "testing", "nopolicy", "badhost"]
    refused = ["othername", "selfsigned", "othermx"]
    for name in delivered + refused:
        send(alpha, alice, f"bob@{name}.example")
    for name in delivered:
        peer.wait_for(f"bob@{name}.example")
    reasons = {name: wait_deferred(alpha, f"bob@{name}.example") for name in refused}
    assert "Server certificate not verified" in reasons["othername"] and "not verified" in reasons["selfsigned"], reasons
    assert not any(peer.mail_for(f"bob@{name}.example") for name in refused)
    log = alpha.logs()
    for name in ("good", "wild"):
        assert f"Verified TLS connection established to mx.{name}.example" in log
    assert "cannot fetch the MTA-STS policy of badhost.example: the certificate of" in log

    # Who takes the policy away, and the certificate with it, gains nothing, not even by a restart of ours.
    peer.withdraw_policy("good.example")
    peer.certify("mx.good.example", trusted=False)
    alpha.stop()
    alpha.start()
    send(alpha, alice, "carol@good.example")
    assert "not verified" in wait_deferred(alpha, "carol@good.example")
    assert not peer.mail_for("carol@good.example")
    # With the right certificate the mail goes on its way.
    peer.certify("mx.good.example")
    alpha.exec("postqueue", "-f")
    peer.wait_for("carol@good.example")


def test_dane_comes_first_and_holds(lab):
    lab.sign_dns(unsigned=["insecure.example"])
    authority = Authority(lab)
    peer = Peer(lab, authority)

    def with_tlsa(name, other=None, **options):
        """`other`: the host whose key the record is for."""
        peer.domain(name, **options)
        record = f"_25._tcp.mx.{name}. TLSA {peer.tlsa(other or f'mx.{name}')}"
        lab.dns.set(f"tlsa {name}", record)

    with_tlsa("right.example")
    with_tlsa("wrong.example", other="mx.right.example")
    # Its certificate would do for MTA-STS: that is not asked where there is DANE.
    with_tlsa("both.example", other="mx.right.example", trusted=True, policy=("enforce", "mx.both.example"))
    with_tlsa("insecure.example", other="mx.right.example")
    peer.domain("none.example")
    peer.domain("sts.example", trusted=True, policy=("enforce", "mx.sts.example"))
    alpha = lab.appliance(DNS_VALIDATION="true").trust(authority).start()
    alice = alpha.add("alice")

    delivered, refused = ["right", "insecure", "none", "sts"], ["wrong", "both"]
    for name in delivered + refused:
        send(alpha, alice, f"bob@{name}.example")
    for name in delivered:
        peer.wait_for(f"bob@{name}.example")
    for name in refused:
        assert "not verified" in wait_deferred(alpha, f"bob@{name}.example"), name
    assert not any(peer.mail_for(f"bob@{name}.example") for name in refused)
    log = alpha.logs()
    for name in ("right", "sts"):
        assert f"Verified TLS connection established to mx.{name}.example" in log
    for name in ("insecure", "none"):
        assert f"Verified TLS connection established to mx.{name}.example" not in log


def test_domains_that_ask_for_it_get_a_report_on_tls(lab):
    authority = Authority(lab)
    peer = Peer(lab, authority)
    peer.domain("reports.example", "collect.reports.example. A " + peer.ipv4, trusted=True,
                policy=("enforce", "mx.reports.example"),
                tls_reports="mailto:tls@reports.example,https://collect.reports.example/v1")
    peer.certify("collect.reports.example")
    peer.domain("silent.example", trusted=True, policy=("enforce", "mx.silent.example"))
    alpha = lab.appliance().trust(authority).start()
    alice = alpha.add("alice")

    def counted():
        lines = json.loads(alpha.exec("mailserver", "tls-report", "show", "--json").stdout)
        return {line["domain"]: line for line in lines}

    send(alpha, alice, "bob@reports.example")
    send(alpha, alice, "bob@silent.example")
    peer.wait_for("bob@reports.example")
    peer.wait_for("bob@silent.example")
    peer.certify("mx.reports.example", trusted=False)
    send(alpha, alice, "carol@reports.example")
    wait_deferred(alpha, "carol@reports.example")
    line = wait_until("a failure to be counted", lambda: (counted().get("reports.example") or {}).get("failures") and
                      counted()["reports.example"], deadline=10)
    assert line["successes"] == 1 and "self-signed" in line["details"][0]["failure-reason-code"], line
    assert "silent.example" not in counted()

    alpha.exec("mailserver", "tls-report", "now")
    # Its trouble with TLS does not hold up the report about it.
    mail_of_it = peer.wait_for("tls@reports.example")
    assert mail_of_it["TLS-Report-Domain"] == "reports.example" and mail_of_it["TLS-Report-Submitter"] == "alpha.example"
    assert mail_of_it["Subject"].startswith("Report Domain: reports.example Submitter: alpha.example Report-ID: <")
    assert "d=alpha.example" in mail_of_it["DKIM-Signature"] and mail_of_it.get_content_type() == "multipart/report"
    attached = next(part for part in mail_of_it.iter_parts() if part.get_content_type() == "application/tlsrpt+gzip")
    report = json.loads(gzip.decompress(attached.get_content()))
    assert report["organization-name"] == "alpha.example"
    [policy] = report["policies"]
    assert policy["policy"] == {"policy-type": "sts", "policy-domain": "reports.example",
                                "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.reports.example",
                                                  "max_age: 604800"], "mx-host": ["mx.reports.example"]}
    assert policy["summary"]["total-successful-session-count"] == 1
    assert policy["summary"]["total-failure-session-count"] == sum(
        detail["failed-session-count"] for detail in policy["failure-details"]) >= 1
    assert policy["failure-details"][0]["receiving-ip"] == peer.ipv4

    posted = wait_until("the report over HTTPS", lambda: peer.received("post"), deadline=10)
    assert posted[0]["path"] == "/v1" and posted[0]["type"] == "application/tlsrpt+gzip"
    assert json.loads(gzip.decompress(posted[0]["text"].encode("latin-1"))) == report
    # Reports are not reported.
    assert counted() == {}
