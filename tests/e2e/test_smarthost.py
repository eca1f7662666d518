"""Mail that leaves through somebody else's server (RELAY_HOST, `relay`), and what happens when that one does not want it."""
import json

from rig import mail
from rig.peer import Authority, Peer
from rig.podman import wait_until

CUSTOMER = ("customer@provider.example", "a password: with 'marks'")


def relay(appliance, *words, code=0, **options):
    """`./mailserver.sh relay …`"""
    done = appliance.exec("mailserver", "relay", *words, check=False, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def provider_of(lab, authority, client):
    """An appliance with a certificate of the authority, which relays for its customer and for the addresses of the
    appliance `client`."""
    provider = lab.appliance("provider.example", ADDITIONAL_DOMAINS="alpha.example", TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.crt",
                             TLS_KEY_FILE="etc/tls/own.key", TRUSTED_NETWORKS=f"{client.ipv4},{client.ipv6}", GREYLISTING="false")
    folder = provider.workspace / "etc/tls"
    folder.mkdir(parents=True)
    authority.issue("mail.provider.example", folder / "own.pem")
    return provider


def test_mail_leaves_through_the_relay_of_its_sender_and_waits_for_a_password_that_is_right(lab):
    authority, peer = Authority(lab), Peer(lab)
    peer.domain("far.example")
    alpha = lab.appliance(RELAY_HOST="mail.provider.example", RELAY_USER=CUSTOMER[0], RELAY_PASSWORD=CUSTOMER[1])
    provider = provider_of(lab, authority, alpha)
    alpha.trust(authority)
    for server in (alpha, provider):
        server.start(ready=False)
    for server in (alpha, provider):
        server.wait_ready()
    provider.user("add", CUSTOMER[0], "--password-stdin", input=CUSTOMER[1] + "\n")
    provider.user("send-as", "add", CUSTOMER[0], "@alpha.example")
    alice, bob = alpha.add("alice"), alpha.add("bob")

    def send(sender, recipient):
        return alpha.submit(sender, mail.message(sender.address, recipient))["Subject"]

    # Through the settings' relay, with its login; signed here.
    send(alice, "first@far.example")
    arrived = peer.wait_for("first@far.example")
    assert "by mail.provider.example" in arrived["Received"] and "d=alpha.example" in arrived["DKIM-Signature"]
    assert f"sasl_username={CUSTOMER[0]}" in provider.logs()
    # Bob's mail goes there without a login: it takes mail from this address.
    relay(alpha, "add", bob.address, "--host", "mail.provider.example", "--port", "25", "--tls", "may")
    assert "mail.provider.example:25" in relay(alpha, "list")
    logins = provider.logs().count("sasl_username")
    send(bob, "second@far.example")
    assert "by mail.provider.example" in peer.wait_for("second@far.example")["Received"]
    assert provider.logs().count("sasl_username") == logins
    # A server that cannot prove its name gets neither mail nor password, unless the operator wants it so.
    peer.certify("mx.far.example", trusted=False)
    relay(alpha, "del", bob.address)
    relay(alpha, "add", "@alpha.example", "--host", "mx.far.example", "--port", "25", "--tls", "verify")
    send(bob, "third@far.example")
    reason = wait_until("bob's mail to be deferred", lambda: alpha.why_deferred("third@far.example"))
    assert "not verified" in reason or "not trusted" in reason, reason
    relay(alpha, "del", "@alpha.example")
    relay(alpha, "add", "@alpha.example", "--host", "mx.far.example", "--port", "25", "--tls", "encrypt")
    # Another recipient: Postfix remembers for 30 s where the last one's mail goes.
    send(bob, "other@far.example")
    assert "by mail.provider.example" not in str(peer.wait_for("other@far.example").get_all("Received"))
    relay(alpha, "del", "@alpha.example")

    # A password that is wrong now: the mail waits, and nobody gets a bounce.
    provider.user("passwd", "--password-stdin", CUSTOMER[0], input="another password\n")
    send(alice, "fourth@far.example")
    reason = wait_until("alice's mail to be deferred", lambda: alpha.why_deferred("fourth@far.example"))
    assert "authentication failed" in reason, reason
    assert alpha.subjects(alice) == []
    assert any("refuses the login" in warning for warning in alpha.status()["warnings"])
    provider.user("passwd", "--password-stdin", CUSTOMER[0], input=CUSTOMER[1] + "\n")
    alpha.exec("mailserver", "queue", "flush")
    peer.wait_for("fourth@far.example")
    wait_until("the warning to go", lambda: not any("refuses the login" in one for one in alpha.status()["warnings"]))

    for words in (["add", "x@elsewhere.example", "--host", "a.example"], ["add", bob.address], ["add", bob.address, "--host", "[::1]:25 x"]):
        relay(alpha, *words, code=2)
    relay(alpha, "del", bob.address, code=3)
    assert json.loads(relay(alpha, "list", "--json")) == {"relays": []}
