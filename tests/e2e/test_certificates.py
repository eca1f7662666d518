"""Certificates: from an ACME authority, from files, self-signed while there is nothing better."""
import hashlib
import imaplib
import json
import smtplib
import ssl
import subprocess

import pytest

from rig import mail
from rig.podman import wait_until

TLS_PORTS = (25, 465, 587, 143, 993, 443)


def with_acme(lab, pebble, **settings):
    """An appliance that trusts this Pebble's HTTPS."""
    appliance = lab.appliance(TLS_MODE="acme", ACME_DIRECTORY_URL=pebble.directory_url,
                              ACME_CA_FILE="etc/tls/acme-ca.pem", **settings)
    folder = appliance.workspace / "etc/tls"
    folder.mkdir(parents=True)
    (folder / "acme-ca.pem").write_text(pebble.authority)
    return appliance


def issued_on_every_port(appliance, context):
    """True when all TLS ports show a certificate that `context` accepts for the server's name."""
    try:
        shown = {appliance.certificate(port, context)["der"] for port in TLS_PORTS}
    except ssl.SSLCertVerificationError:
        return False
    return len(shown) == 1


def make_pair(folder, name, common_name):
    """A self-made certificate and key as two files; returns the certificate's DER."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", folder / f"{name}.key.new", "-out", folder / f"{name}.pem.new", "-days", "30", "-subj",
                    f"/CN={common_name}", "-addext", f"subjectAltName=DNS:{common_name}"],
                   check=True, capture_output=True)
    (folder / f"{name}.key.new").rename(folder / f"{name}.key")
    (folder / f"{name}.pem.new").rename(folder / f"{name}.pem")
    return ssl.PEM_cert_to_DER_cert((folder / f"{name}.pem").read_text())


def test_first_start_gets_a_certificate_for_every_port(lab):
    pebble = lab.acme().start()
    appliance = with_acme(lab, pebble).start()
    wait_until("the certificate on every port", lambda: issued_on_every_port(appliance, pebble.trust()), deadline=60)
    shown = appliance.certificate(993, pebble.trust())
    assert ("DNS", appliance.hostname) in shown["subjectAltName"]


def test_half_of_all_nonces_refused_does_not_matter(lab):
    pebble = lab.acme(bad_nonces=50).start()
    appliance = with_acme(lab, pebble).start()
    wait_until("the certificate on every port", lambda: issued_on_every_port(appliance, pebble.trust()), deadline=90)


def test_a_failed_challenge_is_explained_and_mail_is_served_with_a_self_signed_certificate(lab):
    pebble = lab.acme(http_port=81).start()  # it asks where nobody answers
    appliance = with_acme(lab, pebble).start()
    wait_until("the error in the log", lambda: appliance.hostname in appliance.logs() and
               "port 80" in appliance.logs().lower(), deadline=60)
    assert not issued_on_every_port(appliance, pebble.trust())
    alice = appliance.add("alice")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])


def test_a_name_the_authority_refuses_is_explained(lab):
    pebble = lab.acme(refuse=["mail.alpha.example"]).start()
    appliance = with_acme(lab, pebble).start()
    wait_until("the authority's answer in the log", lambda: "rejectedIdentifier" in appliance.logs(), deadline=60)
    assert appliance.is_ready()


def test_after_the_dns_was_corrected_a_restart_gets_the_certificate_at_once(lab):
    pebble = lab.acme().start()
    appliance = with_acme(lab, pebble)
    lab.dns.set(f"host {appliance.hostname}")  # no address yet
    appliance.start()
    wait_until("the cause in the log", lambda: f"{appliance.hostname} has no address in the DNS" in appliance.logs())
    lab.publish_host(appliance.hostname, appliance.ipv4, appliance.ipv6)
    appliance.stop()
    appliance.start()
    wait_until("the certificate on every port", lambda: issued_on_every_port(appliance, pebble.trust()), deadline=30)


def test_an_authority_that_is_down_does_not_stop_mail_and_is_asked_again(lab):
    pebble = lab.acme()
    appliance = with_acme(lab, pebble).start()
    alice = appliance.add("alice")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])
    wait_until("the failure in the log", lambda: pebble.NAME in appliance.logs(), deadline=60)
    pebble.start()
    wait_until("the certificate on every port", lambda: issued_on_every_port(appliance, pebble.trust()), deadline=180,
               interval=1)


def test_a_renewal_reaches_every_port_and_ends_no_session(lab):
    # Certificates of a minute's life are due for renewal while the sessions below are open.
    pebble = lab.acme(validity=60).start()
    appliance = with_acme(lab, pebble).start()
    alice = appliance.add("alice")
    wait_until("the first certificate", lambda: issued_on_every_port(appliance, pebble.trust()), deadline=60)
    first = appliance.certificate(993)["der"]
    with appliance.imap(alice) as reader, appliance.smtp(587, alice) as writer:
        reader.select("INBOX")
        reader.send(b"i IDLE\r\n")
        assert reader.readline().startswith(b"+")
        writer.mail(alice.address)

        def renewed():
            shown = {appliance.certificate(port)["der"] for port in TLS_PORTS}
            return len(shown) == 1 and first not in shown

        wait_until("another certificate on every port", renewed, deadline=180, interval=1)
        assert writer.rcpt(alice.address)[0] == 250
        sent = mail.message(alice.address, alice.address)
        assert writer.data(sent.as_bytes())[0] == 250
        while b"EXISTS" not in (line := reader.readline()):
            assert line.startswith(b"*"), f"the IDLE session ended: {line!r}"
        reader.send(b"DONE\r\n")


def tlsa_of_port_25(appliance):
    """What a TLSA record says about the key of the certificate there."""
    pem = ssl.DER_cert_to_PEM_cert(appliance.certificate(25)["der"])
    public = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=pem, text=True, check=True,
                            capture_output=True).stdout
    return "3 1 1 " + hashlib.sha256(ssl.PEM_cert_to_DER_cert(public.replace("PUBLIC KEY", "CERTIFICATE"))).hexdigest()


def test_a_certificate_gets_the_next_key_once_its_tlsa_record_is_there_and_keeps_its_key_till_then(lab):
    lab.sign_dns()
    pebble = lab.acme(validity=60).start()
    appliance = with_acme(lab, pebble, DNS_VALIDATION="true")

    def publish(*values):
        lab.dns.set("tlsa", *(f"_25._tcp.{appliance.hostname}. TLSA {value}" for value in values))

    def keys():
        return [key["value"] for key in json.loads(appliance.exec("mailserver", "tlsa", "list", "--json").stdout)]

    publish("3 1 1 " + "00" * 32)
    appliance.start()
    first, second = wait_until("both keys", lambda: len(known := keys()) == 2 and known, deadline=60)
    wait_until("its certificate on port 25", lambda: tlsa_of_port_25(appliance) == first)
    before = appliance.certificate(25)["der"]
    wait_until("a renewal", lambda: appliance.certificate(25)["der"] != before, deadline=180, interval=1)
    assert tlsa_of_port_25(appliance) == first and keys() == [first, second]
    publish(first, second)
    appliance.stop()
    appliance.start()
    wait_until("a certificate with the next key", lambda: tlsa_of_port_25(appliance) == second, deadline=180, interval=1)
    used, following = wait_until("a key after it", lambda: (known := keys())[0] == second and len(known) == 2 and known)
    assert following not in (first, second)
    for words, code in ((["nosuch"], 2), (["use", "x"], 2), (["help"], 0), (["use"], 0)):
        assert appliance.exec("mailserver", "tlsa", *words, check=False).returncode == code, words
    assert following in keys()


def test_own_files_are_served_and_a_swap_is_noticed(lab):
    appliance = lab.appliance(TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.pem", TLS_KEY_FILE="etc/tls/own.key")
    folder = appliance.workspace / "etc/tls"
    folder.mkdir(parents=True)
    first = make_pair(folder, "own", appliance.hostname)
    appliance.start()
    assert all(appliance.certificate(port)["der"] == first for port in TLS_PORTS)
    second = make_pair(folder, "own", appliance.hostname)
    wait_until("the new certificate on every port",
               lambda: all(appliance.certificate(port)["der"] == second for port in TLS_PORTS), deadline=120, interval=1)


@pytest.mark.parametrize("fault", ["missing", "no match", "garbage"])
def test_own_files_that_cannot_be_used_are_named_and_mail_is_served_all_the_same(lab, fault):
    appliance = lab.appliance(TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.pem", TLS_KEY_FILE="etc/tls/own.key")
    folder = appliance.workspace / "etc/tls"
    folder.mkdir(parents=True)
    if fault != "missing":
        make_pair(folder, "own", appliance.hostname)
    if fault == "no match":
        make_pair(folder, "other", appliance.hostname)
        (folder / "other.key").rename(folder / "own.key")
    if fault == "garbage":
        (folder / "own.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n")
    appliance.start()
    assert "etc/tls/own." in appliance.logs()
    alice = appliance.add("alice")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")  # old on purpose
def test_old_tls_is_refused_on_every_port(lab):
    appliance = lab.appliance().start()
    context = mail.any_certificate()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    for port in TLS_PORTS:
        with pytest.raises((ssl.SSLError, OSError, imaplib.IMAP4.error, smtplib.SMTPException)):
            appliance.certificate(port, context)
