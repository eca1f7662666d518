"""Authoritative DNS for everything: Knot serves one zone, the root, which holds every name and every reverse name of
the case. Whatever is not in it does not exist, at once and without the real DNS. TTLs are one second."""
from .podman import podman

CONFIGURATION = """\
server:
    listen: [0.0.0.0@53, ::@53]
    rundir: /run/knot
database:
    storage: /run/knot
log:
  - target: stdout
    any: info
zone:
  - domain: .
    file: /dns/root.zone
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
"""


class Dns:
    def __init__(self, lab):
        self.ipv4, self.ipv6 = lab.addresses("dns")
        self._records = {}
        self._serial = 0
        self._folder = lab.folder("dns")
        (self._folder / "knot.conf").write_text(CONFIGURATION)
        self._write()
        self._container = lab.container(
            "dns", ["sh", "-c", "mkdir -p /run/knot && exec knotd -c /dns/knot.conf"], address="dns",
            options=[f"--volume={self._folder}:/dns"])
        self._reload()

    def set(self, owner, *records):
        """The records of a source, as zone file lines with full names: `alpha.example. MX 10 mail.alpha.example.`.
        Replaces what the same source set before."""
        self._records[owner] = [line for record in records for line in record.splitlines() if line.strip()]
        self._write()
        self._reload()

    def _write(self):
        self._serial += 1
        lines = ["$ORIGIN .", "$TTL 1",
                 f". 1 IN SOA ns.root.example. hostmaster.root.example. {self._serial} 1 1 1 1",
                 ". 1 IN NS ns.root.example.", f"ns.root.example. 1 IN A {self.ipv4}"]
        lines += sorted({line for records in self._records.values() for line in records})
        (self._folder / "root.zone").write_text("\n".join(lines) + "\n")

    def _reload(self):
        from .podman import wait_until
        wait_until("the DNS server to load its zone", lambda: podman(
            "exec", self._container, "knotc", "-c", "/dns/knot.conf", "-b", "zone-reload", ".").returncode == 0,
            deadline=20)
        status = podman("exec", self._container, "knotc", "-c", "/dns/knot.conf", "zone-status", ".").stdout
        assert f"serial: {self._serial}" in status, f"the zone was not accepted: {status}\n" \
            + podman("logs", self._container).stdout[-2000:]


def txt(name, text):
    """A TXT record of any length, as strings of at most 255 octets."""
    parts = [text[i:i + 255] for i in range(0, len(text), 255)] or [""]
    return f"{name} TXT " + " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
