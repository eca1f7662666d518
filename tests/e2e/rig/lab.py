"""One case's world: its network, the addresses on it, everything started in it; logs on failure, removal always."""
import contextlib
import ipaddress
import pathlib
import random
import re
import shutil
import tempfile
import uuid

from .acme import Pebble
from .appliance import Appliance
from .dns import Dns, Nameserver
from .neighbour import Neighbour
from .podman import label, podman, run_id

# Networks for benchmarks (RFC 2544, RFC 5180): to the filter they are the internet, as private networks are not.
# A host part for each role; names given by a case come after these.
ROLES = {"gateway": 1, "dns": 2, "acme": 3, "neighbour": 20}


def host_records(name, ipv4, ipv6):
    """A, AAAA and both PTR records."""
    return [f"{name}. A {ipv4}", f"{name}. AAAA {ipv6}", f"{ipaddress.ip_address(ipv4).reverse_pointer}. PTR {name}.",
            f"{ipaddress.ip_address(ipv6).reverse_pointer}. PTR {name}."]


class Lab:
    IMAGE = "localhost/mailserver-e2e"

    def __init__(self, case, results):
        self._case = re.sub(r"[^A-Za-z0-9]+", "-", case).strip("-")[:60]
        self._results = results
        self._id = f"e2e-{run_id()}-{uuid.uuid4().hex[:6]}"
        self._containers = []
        self._roles = dict(ROLES)
        self._root = pathlib.Path(tempfile.mkdtemp(prefix=f"mailserver-e2e-{run_id()}-"))
        self._dns = None
        self.closing = contextlib.ExitStack()  # what is to be done after its containers have ended
        self.network = self._id
        self._make_network()

    def _make_network(self):
        for _ in range(50):
            number = random.randrange(1, 0x1FF)
            self._v4 = f"198.{18 + (number >> 8)}.{number & 0xFF}."
            self._v6 = f"2001:2:0:{number:x}::"
            made = podman("network", "create", label(), "--disable-dns", "--ipv6", f"--subnet={self._v4}0/24",
                          f"--subnet={self._v6}/64", self.network, check=False)
            if made.returncode == 0:
                return
        raise AssertionError(f"no network could be made: {made.stderr}")

    # The parts

    @property
    def dns(self) -> Dns:
        if self._dns is None:
            self._start_dns()
        return self._dns

    def sign_dns(self, unsigned=()):
        """To be called first: the DNS is signed, but for the domains `unsigned`. Appliances get its root key."""
        self._start_dns(signed=True, unsigned=unsigned)

    def _start_dns(self, **options):
        # The host itself, as seen from the containers, is somebody with an ordinary name and an SPF record.
        self._dns = Dns(self, [
            *host_records("client.lab.example", *self.addresses("gateway")),
            "lab.example. MX 10 client.lab.example.",
            f'lab.example. TXT "v=spf1 ip4:{self._v4}0/24 ip6:{self._v6}/64 -all"',
            'client.lab.example. TXT "v=spf1 a -all"'], **options)

    def acme(self, **options) -> Pebble:
        return Pebble(self, **options)

    def nameserver(self, role, zones) -> Nameserver:
        """One more name server, for zones that lab.dns delegates to it."""
        return Nameserver(self, role, zones)

    def appliance(self, domain="alpha.example", *, workspace=None, options=(), **settings) -> Appliance:
        """An appliance for `domain` at mail.<domain>, not started yet; its names are in DNS. `options` are for the
        container engine."""
        return Appliance(self, domain, workspace, settings, options)

    def neighbour(self, name="neighbour") -> Neighbour:
        return Neighbour(self, name)

    # What the parts need

    def folder(self, name) -> pathlib.Path:
        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self._root.chmod(0o755)
        return folder

    def addresses(self, role):
        """The IPv4 and IPv6 address of a role; a new role gets the next ones."""
        number = self._roles.setdefault(role, max(self._roles.values()) + 1)
        return f"{self._v4}{number}", f"{self._v6}{number}"

    def publish_host(self, name, ipv4, ipv6):
        self.dns.set(f"host {name}", *host_records(name, ipv4, ipv6))

    def container(self, role, command, *, address, options=(), image=None):
        """Starts a container in the background; returns its name. A second one of a role gets a name of its own."""
        name = f"{self._id}-{role}-{len(self._containers)}"
        ipv4, ipv6 = self.addresses(address)
        self._containers.append((role, name))
        podman("run", "--detach", label(), f"--name={name}", f"--hostname={role}",
               f"--network={self.network}:ip={ipv4},ip={ipv6}", *options, image or self.IMAGE, *command)
        return name

    # The end

    def keep_logs(self):
        """All logs and, of every appliance, its status, in tests/results/<case>/."""
        folder = self._results / self._case
        folder.mkdir(parents=True, exist_ok=True)
        for role, name in self._containers:
            logs = podman("logs", "--timestamps", name, check=False)
            (folder / f"{name.removeprefix(self._id + '-')}.log").write_text(logs.stdout + logs.stderr)
        for source in self._root.glob("*/*.zone"):
            shutil.copy(source, folder)

    def close(self):
        names = [name for _, name in self._containers]
        if names:
            podman("rm", "--force", "--time=0", *names, check=False)
        podman("network", "rm", "--force", self.network, check=False)
        self.closing.close()
        shutil.rmtree(self._root, ignore_errors=True)
