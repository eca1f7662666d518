"""Authoritative DNS for everything: Knot serves one zone, the root, which holds every name and every reverse name of
the case. Whatever is not in it does not exist, at once and without the real DNS. TTLs are one second. Signed, it has a
root key of its own, and domains that are left out of the signatures are zones of their own."""
import os
import signal
import socket

from .podman import podman, wait_until

CONFIGURATION = """\
server:
    listen: [0.0.0.0@53, ::@53]
    rundir: /run/knot
database:
    storage: /run/knot
log:
  - target: stdout
    any: info
policy:
  - id: lab
    single-type-signing: on
    algorithm: ecdsap256sha256
zone:
"""

ZONE = """\
  - domain: {name}
    file: /dns/{file}
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
"""

SIGNED = """\
    dnssec-signing: on
    dnssec-policy: lab
"""


# RFC 1035 §4.1: the question for the SOA record of the root.
SOA_QUESTION = bytes.fromhex("1234 0000 0001 0000 0000 0000  00 0006 0001")


class Dns:
    def __init__(self, lab, records=(), *, signed=False, unsigned=()):
        """`signed`: with DNSSEC, but for the domains `unsigned`."""
        self.ipv4, self.ipv6 = lab.addresses("dns")
        self._records = {"lab": list(records)}
        self._serial = 0
        self._folder = lab.folder("dns")
        self._unsigned = unsigned
        zones = [ZONE.format(name=".", file="root.zone") + (SIGNED if signed else "")]
        zones += [ZONE.format(name=name, file=f"{name}.zone") for name in unsigned]
        (self._folder / "knot.conf").write_text(CONFIGURATION + "".join(zones))
        self._write()
        container = lab.container("dns", ["sh", "-c", "mkdir -p /run/knot && exec knotd -c /dns/knot.conf"],
                                  address="dns", options=[f"--volume={self._folder}:/dns"])
        self._pid = int(podman("inspect", "--format={{.State.Pid}}", container).stdout)
        self._wait_served()
        self.root_key = None  # the file with the key of the root
        if signed:
            self.root_key = self._folder / "root.key"
            key = podman("exec", container, "keymgr", "--config", "/dns/knot.conf", ".", "dnskey").stdout.split()
            self.root_key.write_text(f". 1 IN {' '.join(key[1:])}\n")

    def set(self, owner, *records):
        """The records of a source, as zone file lines with full names: `alpha.example. MX 10 mail.alpha.example.`.
        Replaces what the same source set before."""
        self._records[owner] = [line for record in records for line in record.splitlines() if line.strip()]
        self._write()
        os.kill(self._pid, signal.SIGHUP)  # Knot reads its zones again
        self._wait_served()

    def _write(self):
        self._serial += 1
        lines = ["$ORIGIN .", "$TTL 1",
                 f". 1 IN SOA ns.root.example. hostmaster.root.example. {self._serial} 1 1 1 1",
                 ". 1 IN NS ns.root.example.", f"ns.root.example. 1 IN A {self.ipv4}"]
        records = sorted({line for records in self._records.values() for line in records})
        for name in self._unsigned:
            own = [line for line in records if f".{line.split()[0]}".endswith(f".{name}.")]
            records = [line for line in records if line not in own]
            lines.append(f"{name}. NS ns.root.example.")
            soa = f"{name}. SOA ns.root.example. hostmaster.root.example. {self._serial} 1 1 1 1"
            self._replace(f"{name}.zone", ["$TTL 1", soa, f"{name}. NS ns.root.example.", *own])
        self._replace("root.zone", lines + records)

    def _replace(self, file, lines):
        (self._folder / f"{file}.new").write_text("\n".join(lines) + "\n")
        (self._folder / f"{file}.new").rename(self._folder / file)

    def _served_serial(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.settimeout(0.2)
            asked.connect((self.ipv4, 53))
            asked.send(SOA_QUESTION)
            answer = asked.recv(512)
        length = int.from_bytes(answer[26:28], "big")
        return int.from_bytes(answer[28 + length - 20:28 + length - 16], "big")

    def _wait_served(self):
        wait_until(f"the DNS zone with serial {self._serial} (a record it does not understand?)",
                   lambda: self._served_serial() == self._serial, deadline=30, interval=0.02)


def txt(name, text):
    """A TXT record of any length, as strings of at most 255 octets."""
    parts = [text[i:i + 255] for i in range(0, len(text), 255)] or [""]
    return f"{name} TXT " + " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
