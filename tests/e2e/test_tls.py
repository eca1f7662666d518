"""What TLS every port speaks, asked by openssl with all its own limits taken off."""
import re
import smtplib
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from rig import mail

PORTS = {25: "smtp", 465: None, 587: "smtp", 143: "imap", 993: None, 110: "pop3", 995: None, 4190: "sieve", 443: None}
ANYTHING = "ALL:COMPLEMENTOFALL"
AEAD = re.compile(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$")
# To be had only with an RSA key, and last of all: RFC 7919's group, whose parameters nobody has made.
AEAD_DHE = re.compile(r"DHE-RSA-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$")
OLD_BUT_SECRET = re.compile(r"ECDHE-(ECDSA|RSA)-AES(128|256)-SHA(256|384)?$")


def shake(appliance, port, *options, input=""):
    """What openssl says of a handshake with a port."""
    starttls = ["-starttls", PORTS[port]] if PORTS[port] else []
    done = subprocess.run(["openssl", "s_client", "-connect", f"{appliance.ipv4}:{port}", "-servername",
                           appliance.hostname, *starttls, *options], input=input.encode(), capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode(errors="replace")


def suite(said):
    """The suite agreed on, nothing without an agreement."""
    found = re.search(r"Cipher is (\S+)", said)
    return found[1] if found and found[1] != "(NONE)" else None


def suites_of_1_2(appliance, port):
    """Every suite a port takes with TLS 1.2, the best first."""
    taken = []
    while True:
        excluded = "".join(f":!{name}" for name in taken)
        found = suite(shake(appliance, port, "-tls1_2", "-cipher", f"{ANYTHING}{excluded}:@SECLEVEL=0"))
        if found is None:
            return taken
        assert found not in taken, "openssl's list did not count"
        taken.append(found)


def check(appliance, port):
    """All that is the same for every port; returns its suites."""
    for old in ("-tls1", "-tls1_1"):
        assert suite(shake(appliance, port, old, "-cipher", f"{ANYTHING}:@SECLEVEL=0")) is None, (port, old)
    newest = shake(appliance, port, "-tls1_3")
    assert suite(newest) in ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"), port
    assert not re.search(r"Max Early Data: [1-9]", newest), port
    older = shake(appliance, port, "-tls1_2", input="R\n")
    assert "Extended master secret: yes" in older and "Compression: NONE" in older, port
    assert "Secure Renegotiation IS supported" in older, port
    assert "RENEGOTIATING" in older and re.search(r"no renegotiation|unexpected record|closed", older), port
    # Signatures with SHA-1, which openssl's clients offer only when told so.
    sha1 = shake(appliance, port, "-tls1_2", "-sigalgs", "ECDSA+SHA1:RSA+SHA1", "-cipher", f"{ANYTHING}:@SECLEVEL=0")
    assert suite(sha1) is None, (port, sha1)
    # Groups that are too small, or that hardly anybody has looked at.
    weak = shake(appliance, port, "-tls1_2", "-groups", "P-192:P-224", "-cipher", "ECDHE:@SECLEVEL=0")
    assert suite(weak) is None, (port, weak)
    return suites_of_1_2(appliance, port)


def with_rsa_key(lab):
    """An appliance with somebody's own certificate: with an RSA key there are more suites to go wrong."""
    appliance = lab.appliance("beta.example", TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.pem",
                              TLS_KEY_FILE="etc/tls/own.key", POP3="true")
    folder = appliance.workspace / "etc/tls"
    folder.mkdir(parents=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "90", "-keyout",
                    folder / "own.key", "-out", folder / "own.pem", "-subj", f"/CN={appliance.hostname}", "-addext",
                    f"subjectAltName=DNS:{appliance.hostname}"], check=True, capture_output=True)
    return appliance.start()


@pytest.mark.parametrize("key", ["own", "rsa"])
def test_every_port_speaks_new_tls_with_forward_secrecy_and_nothing_else(lab, key):
    appliance = with_rsa_key(lab) if key == "rsa" else lab.appliance(POP3="true").start()
    with ThreadPoolExecutor(2) as pool:
        suites = dict(zip(PORTS, pool.map(lambda port: check(appliance, port), PORTS)))
    for port, taken in suites.items():
        allowed = [AEAD]
        if port == 25:
            allowed.append(OLD_BUT_SECRET)
        elif key == "rsa" and port in (143, 993, 110, 995, 4190):
            allowed.append(AEAD_DHE)
        strange = [name for name in taken if not any(pattern.match(name) for pattern in allowed)]
        assert taken and strange == [], (port, strange)
        assert AEAD.match(taken[0]), port
    # Old servers get what they can have: without it they would send in the clear.
    assert any(OLD_BUT_SECRET.match(name) for name in suites[25])

    certificate = ssl.get_server_certificate((appliance.ipv4, 465))
    text = subprocess.run(["openssl", "x509", "-noout", "-text"], input=certificate.encode(), capture_output=True,
                          check=True).stdout.decode()
    assert re.search(r"Signature Algorithm: (ecdsa-with-SHA256|sha256WithRSAEncryption)", text)
    assert "NIST CURVE: P-256" in text or "(3072 bit)" in text

    # Mail between servers needs no TLS; a password does, everywhere.
    if key == "own":
        alice = appliance.add("alice")
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
        appliance.wait_for(alice, sent["Subject"])
        with smtplib.SMTP(appliance.ipv4, 587, timeout=30) as server:
            server.ehlo("client.lab.example")
            assert "auth" not in server.esmtp_features
            assert server.docmd("MAIL", f"FROM:<{alice.address}>")[0] == 530
