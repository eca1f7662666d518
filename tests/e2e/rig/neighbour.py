"""Another container on the appliance's network, as an attacker or as somebody's mail server out there."""
import json

from .podman import podman


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
