"""A ManageSieve client (RFC 5804), as far as the cases need one."""
import base64
import contextlib
import re
import socket

from .mail import any_certificate


class Refused(AssertionError):
    """NO or BYE, with what the server said."""


class ManageSieve:
    def __init__(self, host, port=4190, timeout=30):
        self._socket = socket.create_connection((host, port), timeout)
        self._file = self._socket.makefile("rb")
        self.capabilities = self.answer()

    def answer(self):
        """Everything up to the line that begins with OK."""
        said = b""
        while True:
            line = self._file.readline()
            assert line, f"the connection ended after {said!r}"
            said += line
            literal = re.search(rb"\{(\d+)\}\r\n$", line)
            if literal:
                said += self._file.read(int(literal[1]))
            elif line.startswith(b"OK"):
                return said.decode()
            if line.startswith((b"NO", b"BYE")):
                raise Refused(said.decode() + (self._file.readline().decode() if literal else ""))

    def say(self, command, literal=None):
        octets = command.encode()
        if literal is not None:
            octets += b" {%d+}\r\n%s" % (len(literal.encode()), literal.encode())
        self._socket.sendall(octets + b"\r\n")
        return self.answer()

    def starttls(self):
        self.say("STARTTLS")
        self._socket = any_certificate().wrap_socket(self._socket)
        self._file = self._socket.makefile("rb")
        self.capabilities = self.answer()

    def login(self, account):
        plain = base64.b64encode(f"\0{account[0]}\0{account[1]}".encode()).decode()
        return self.say(f'AUTHENTICATE "PLAIN" "{plain}"')

    def close(self):
        self._socket.close()


@contextlib.contextmanager
def managesieve(host, account):
    """A session after STARTTLS and login."""
    client = ManageSieve(host)
    try:
        client.starttls()
        client.login(account)
        yield client
    finally:
        client.close()


def activate(host, account, script, name="rules"):
    """Uploads a script and makes it the active one."""
    with managesieve(host, account) as client:
        client.say(f'PUTSCRIPT "{name}"', script)
        client.say(f'SETACTIVE "{name}"')
