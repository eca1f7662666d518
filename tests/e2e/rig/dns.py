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
"""

ZONE = """\
  - domain: {name}
    file: /dns/{file}
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
    dnssec-signing: {signed}
    dnssec-policy: lab
"""


def soa_question(zone):
    """RFC 1035 §4.1: the question for the SOA record of a zone."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in zone.split(".") if label)
    return bytes.fromhex("1234 0000 0001 0000 0000 0000") + labels + bytes.fromhex("00 0006 0001")


class Nameserver:
    """One Knot with some zones, each a name without final dot ("" is the root) with its records as zone file lines. Their
    TTLs are one second."""

    def __init__(self, lab, role, zones=(), signed=()):
        self.ipv4, self.ipv6 = lab.addresses(role)
        self.zones = dict(zones)
        self._signed = set(signed)
        self._serial = 0
        self._folder = lab.folder(role)
        self._write()
        self._container = lab.container(role, ["sh", "-c", "mkdir -p /run/knot && exec knotd -c /dns/knot.conf"],
                                        address=role, options=[f"--volume={self._folder}:/dns"])
        self._pid = int(podman("inspect", "--format={{.State.Pid}}", self._container).stdout)
        self._wait_served()

    def reload(self):
        """Serves `zones` as they are now; zones that are no longer there are refused."""
        self._write()
        os.kill(self._pid, signal.SIGHUP)  # Knot reads its configuration and its zones again
        self._wait_served()

    def sign(self, zone):
        """Signs a zone from now on; returns its DS records."""
        self._signed.add(zone)
        self.reload()
        return self.ds(zone)

    def key_file(self, zone):
        """A file with the key of a signed zone, as a resolver reads it."""
        printed = podman("exec", self._container, "keymgr", "-c", "/dns/knot.conf", zone + ".", "dnskey").stdout.split()
        file = self._folder / f"{zone or 'root'}.key"
        file.write_text(f"{zone}. 1 IN {' '.join(printed[1:])}\n")
        return file

    def stop(self):
        podman("stop", "--time=0", self._container)

    def ds(self, zone):
        printed = podman("exec", self._container, "keymgr", "-c", "/dns/knot.conf", zone + ".", "ds").stdout
        return [line.replace(" DS ", " 1 IN DS ") for line in printed.splitlines()]

    def _write(self):
        self._serial += 10  # signing counts on by itself
        configuration = CONFIGURATION + ("zone:\n" if self.zones else "")
        for zone, records in self.zones.items():
            file = f"{zone or 'root'}.zone"
            configuration += ZONE.format(name=zone + ".", file=file, signed="on" if zone in self._signed else "off")
            lines = ["$ORIGIN .", "$TTL 1", f"{zone}. 1 IN SOA ns.root.example. hostmaster.root.example. {self._serial} 1 1 1 1"]
            (self._folder / "new").write_text("\n".join(lines + sorted(set(records))) + "\n")
            (self._folder / "new").rename(self._folder / file)
        (self._folder / "knot.conf").write_text(configuration)

    def _served_serial(self, zone):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.settimeout(0.2)
            asked.connect((self.ipv4, 53))
            question = soa_question(zone)
            asked.send(question)
            answer = asked.recv(512)
        if not int.from_bytes(answer[6:8], "big"):
            return 0
        record = len(question) + 2 if answer[len(question)] >= 0xC0 else len(question) + 1
        length = int.from_bytes(answer[record + 8:record + 10], "big")
        end = record + 10 + length
        return int.from_bytes(answer[end - 20:end - 16], "big")

    def _wait_served(self):
        for zone in self.zones:
            wait_until(f"the zone '{zone}.' with serial {self._serial} (a record it does not understand?)",
                       lambda zone=zone: self._served_serial(zone) >= self._serial, deadline=30, interval=0.02)


class Dns(Nameserver):
    """The root and, but for what is delegated, everything below it."""

    def __init__(self, lab, records=(), *, signed=False, unsigned=()):
        """`signed`: with DNSSEC, but for the domains `unsigned`."""
        self._records = {"lab": list(records)}
        self._unsigned = unsigned
        ipv4, _ = lab.addresses("dns")
        self._apex = [". 1 IN NS ns.root.example.", f"ns.root.example. 1 IN A {ipv4}"]
        super().__init__(lab, "dns", self._all(), signed=[""] if signed else [])
        self.root_key = self.key_file("") if signed else None

    def _all(self):
        """The records of each zone: the root's, and those of the domains that are left unsigned."""
        rest = [line for records in self._records.values() for line in records]
        zones = {"": self._apex + [f"{name}. NS ns.root.example." for name in self._unsigned]}
        for name in self._unsigned:
            own = [line for line in rest if f".{line.split()[0]}".endswith(f".{name}.")]
            rest = [line for line in rest if line not in own]
            zones[name] = [f"{name}. NS ns.root.example.", *own]
        zones[""] += rest
        return zones

    def set(self, owner, *records):
        """The records of a source, as zone file lines with full names: `alpha.example. MX 10 mail.alpha.example.`.
        Replaces what the same source set before."""
        self._records[owner] = [line for record in records for line in record.splitlines() if line.strip()]
        self.zones.update(self._all())
        self.reload()


def txt(name, text):
    """A TXT record of any length, as strings of at most 255 octets."""
    parts = [text[i:i + 255] for i in range(0, len(text), 255)] or [""]
    return f"{name} TXT " + " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
