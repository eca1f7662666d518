"""Somebody else's mail server, for any number of domains: with the certificates, MTA-STS policies and TLSA records a case
gives it. What it gets it keeps."""
import email
import email.policy
import hashlib
import json
import pathlib
import shutil
import subprocess

from .podman import run, wait_until


class Authority:
    """A certificate authority of the case; `appliance.trust(authority)` makes it the only one an appliance knows."""

    def __init__(self, lab, name="authority"):
        self._folder = lab.folder(name)
        self.file = self._folder / "ca.pem"
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", "/CN=lab authority", "-keyout", str(self._folder / "ca.key"), "-out", str(self.file)])

    def issue(self, name, file):
        """Key and certificate for a name."""
        make_certificate(name, file, ["-CA", str(self.file), "-CAkey", str(self._folder / "ca.key")])


def make_certificate(name, file, signer=()):
    """Key and certificate in one file; self-signed without a signer."""
    key, certificate = file.with_suffix(".key"), file.with_suffix(".crt")
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", str(key), "-out", str(certificate), *signer])
    file.with_suffix(".new").write_text(key.read_text() + certificate.read_text())
    file.with_suffix(".new").rename(file)


class Peer:
    def __init__(self, lab, authority=None):
        self._lab = lab
        self._authority = authority
        self.ipv4, self.ipv6 = lab.addresses("peer")
        self._folder = lab.folder("peer")
        for folder in ("certificates", "policies", "received"):
            (self._folder / folder).mkdir()
        shutil.copy(pathlib.Path(__file__).with_name("peer_server.py"), self._folder)
        make_certificate("peer.lab.example", self._folder / "certificates/default.pem")
        lab.container("peer", ["python3", "/peer/peer_server.py"], address="peer",
                      options=[f"--volume={self._folder}:/peer"])

    def domain(self, name, *records, trusted=None, policy=None, certificate=None, tls_reports=None):
        """A domain whose mail server is mx.<name>. `trusted`: its certificate is from the authority, for the name
        `certificate` or its own. `policy`: mode and mx of an MTA-STS policy. `tls_reports`: the rua of RFC 8460.
        `records` are added to those of the domain."""
        host = f"mx.{name}"
        lines = [f"{name}. MX 10 {host}.", f"{host}. A {self.ipv4}", *records]
        self.certify(host, certificate or host, trusted=trusted)
        if policy:
            mode, mx = policy
            lines += [f'_mta-sts.{name}. TXT "v=STSv1; id=1"', f"mta-sts.{name}. A {self.ipv4}"]
            (self._folder / "policies" / name).write_text(
                f"version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 604800\n")
            self.certify(f"mta-sts.{name}", f"mta-sts.{name}", trusted=True)
        if tls_reports:
            lines.append(f'_smtp._tls.{name}. TXT "v=TLSRPTv1; rua={tls_reports}"')
        self._lab.dns.set(f"peer {name}", *lines)

    def certify(self, host, name=None, *, trusted=True):
        """From now on `host` shows a certificate for `name`."""
        file = self._folder / "certificates" / f"{host}.pem"
        if trusted:
            self._authority.issue(name or host, file)
        else:
            make_certificate(name or host, file)

    def withdraw_policy(self, domain):
        (self._folder / "policies" / domain).unlink()

    def tlsa(self, host):
        """The data of a TLSA record for the key of a host: 3 1 1."""
        certificate = self._folder / "certificates" / f"{host}.pem"
        key = subprocess.run(["openssl", "x509", "-in", str(certificate), "-noout", "-pubkey"], check=True,
                             capture_output=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True,
                             capture_output=True).stdout
        return f"3 1 1 {hashlib.sha256(der).hexdigest()}"

    def received(self, kind="mail"):
        """What it got: dictionaries of sender, recipients, tls and text; or, of kind `post`, of path, type and text."""
        return [json.loads(file.read_text()) for file in (self._folder / "received").glob(f"{kind}-*.json")]

    def mail_for(self, recipient):
        return next((mail for mail in self.received() if recipient in mail["recipients"]), None)

    def wait_for(self, recipient, deadline=30):
        """The parsed mail for a recipient, once it has arrived."""
        found = wait_until(f"mail for {recipient} at the peer", lambda: self.mail_for(recipient), deadline=deadline,
                           interval=0.1)
        return email.message_from_bytes(found["text"].encode("latin-1"), policy=email.policy.default)
