"""An ACME server: Debian's Pebble, validating through the case's DNS on the real port 80."""
import json
import ssl

from .podman import podman, wait_until


class Pebble:
    """`refuse` are names it rejects; `bad_nonces` is the share of good nonces it refuses, in percent; `validity` is
    that of the certificates, in seconds. `start()` starts it: settings for an appliance can be had before that."""

    NAME = "acme.lab.example"

    def __init__(self, lab, *, refuse=(), bad_nonces=0, validity=90 * 86400, http_port=80):
        self._lab = lab
        self._environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": str(bad_nonces)}
        self.ipv4, self.ipv6 = lab.addresses("acme")
        self._folder = lab.folder("acme")
        self.directory_url = f"https://{self.NAME}:14000/dir"
        (self._folder / "config.json").write_text(json.dumps({"pebble": {
            "listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000",
            "certificate": "/pebble/server.pem", "privateKey": "/pebble/server.key", "httpPort": http_port,
            "tlsPort": 443, "ocspResponderURL": "", "externalAccountBindingRequired": False,
            "domainBlocklist": list(refuse), "retryAfter": {"authz": 1, "order": 1},
            "certificateValidityPeriod": validity}}))
        lab.dns.set("acme", f"{self.NAME}. A {self.ipv4}", f"{self.NAME}. AAAA {self.ipv6}")
        # Its own HTTPS has a certificate from an authority of the case; ACME_CA_FILE names that authority.
        podman("run", "--rm", "--network=none", f"--volume={self._folder}:/pebble", lab.IMAGE, "sh", "-ec", f"""
            cd /pebble
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
                -days 30 -subj '/CN=lab authority'
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.pem \
                -days 30 -subj '/CN={self.NAME}' -CA ca.pem -CAkey ca.key \
                -addext 'subjectAltName=DNS:{self.NAME}' -addext 'basicConstraints=critical,CA:FALSE'""")
        self.authority = (self._folder / "ca.pem").read_text()
        self.container = None

    def start(self):
        environment = [f"--env={key}={value}" for key, value in self._environment.items()]
        self.container = self._lab.container(
            "acme", ["pebble", "-config", "/pebble/config.json", "-dnsserver", f"{self._lab.dns.ipv4}:53"],
            address="acme", options=[f"--volume={self._folder}:/pebble", *environment])
        wait_until("Pebble to answer", lambda: self._management("/roots/0"), deadline=20)
        return self

    def stop(self):
        podman("rm", "--force", "--time=0", self.container)

    def root(self):
        """The PEM of the root its certificates chain to."""
        return self._management("/roots/0")

    def trust(self):
        """A TLS context that accepts only this Pebble's certificates."""
        return ssl.create_default_context(cadata=self.root())

    def log(self):
        result = podman("logs", self.container)
        return result.stdout + result.stderr

    def _management(self, path):
        import urllib.request
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"https://{self.ipv4}:15000{path}", context=context, timeout=5) as answer:
            return answer.read().decode()
