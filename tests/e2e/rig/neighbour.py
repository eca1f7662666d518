"""Another container on the appliance's network, as an attacker or as somebody's mail server out there."""
import contextlib
import ipaddress
import json
import subprocess

from .podman import podman

# The ioctl that ifconfig uses (netdevice(7)); bind() works once nobody else was found to have the address.
ADD_IPV6 = """
import fcntl, struct, time
address = socket.inet_pton(socket.AF_INET6, arguments["address"])
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as owner:
    fcntl.ioctl(owner, 0x8916, address + struct.pack("=Ii", 64, socket.if_nametoindex("eth0")))
    for _ in range(200):
        try:
            owner.bind((arguments["address"], 0))
            break
        except OSError:
            time.sleep(0.05)
answer(True)
"""


class Background:
    """Python source at work in a neighbour; see Neighbour.background."""

    def __init__(self, process):
        self._process = process

    def line(self):
        """The next line it prints."""
        return self._process.stdout.readline().strip()

    def finish(self):
        """Lets it go on from its `sys.stdin.readline()`; the answer."""
        out, _ = self._process.communicate("\n", timeout=120)
        return json.loads(out.strip().splitlines()[-1])


class Neighbour:
    """Runs Python source in its container; the source's value is what it hands to `answer()`."""

    PRELUDE = """
import base64, json, smtplib, socket, ssl, sys
arguments = json.loads(sys.argv[1])
def answer(value):
    print(json.dumps(value))
"""

    def __init__(self, lab, name="neighbour"):
        self.name = f"{name}.lab.example"
        self.ipv4, self.ipv6 = lab.addresses(name)
        self._container = lab.container(name, ["sleep", "infinity"], address=name)
        lab.publish_host(self.name, self.ipv4, self.ipv6)

    def python(self, source, timeout=120, **arguments):
        result = podman("exec", "--interactive", self._container, "python3", "-c", self.PRELUDE + source,
                        json.dumps(arguments), timeout=timeout)
        return json.loads(result.stdout.strip().splitlines()[-1])

    @contextlib.contextmanager
    def background(self, source, **arguments):
        """The same, without waiting for the end; it is ended with the block."""
        process = subprocess.Popen(["podman", "exec", "--interactive", self._container, "python3", "-c",
                                    self.PRELUDE + source, json.dumps(arguments)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield Background(process)
        finally:
            process.kill()
            process.wait()

    def add_ipv6(self):
        """Another address of the same /64, far from the first; returns it."""
        address = str(ipaddress.ip_address(self.ipv6) + (1 << 60))
        podman("exec", "--privileged", self._container, "python3", "-c", self.PRELUDE + ADD_IPV6,
               json.dumps({"address": address}))
        return address
