"""What mail programs and other mail servers do, from the host (which is on every network as its gateway)."""
import contextlib
import email
import email.message
import email.policy
import email.utils
import imaplib
import smtplib
import socket
import ssl
import uuid

from .podman import wait_until


def any_certificate():
    """For cases that are not about certificates."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def message(sender, recipient, subject=None, body="Hello.\n", **headers):
    """A plain message with a subject of its own, by which it is found again."""
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = subject or f"test {uuid.uuid4().hex}"
    made["Date"] = email.utils.formatdate()
    made["Message-ID"] = f"<{uuid.uuid4().hex}@{sender.rpartition('@')[2]}>"
    for key, value in headers.items():
        made[key.replace("_", "-")] = value
    made.set_content(body)
    return made


@contextlib.contextmanager
def smtp(host, port, login=None, *, context=None, name="mail.example.com", helo="client.lab.example", timeout=30):
    """A connection to port 25, 465 or 587: TLS as that port wants it (25: STARTTLS only with a login or a context),
    then the login (address, password)."""
    context = context or (None if port == 25 and login is None else any_certificate())
    if port == 465:
        server = smtplib.SMTP_SSL(local_hostname=helo, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(local_hostname=helo, timeout=timeout)
    server._host = name  # the name the certificate must have
    try:
        server.connect(host, port)
        server._host = name
        if port != 465 and context is not None:
            server.starttls(context=context)
        server.ehlo()
        if login is not None:
            server.login(*login)
        yield server
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def submit(host, login, mail, *, port=465, sender=None, recipients=None):
    with smtp(host, port, login) as server:
        server.send_message(mail, sender or login[0], recipients)
    return mail


def deliver(host, mail, sender=None, recipients=None, **options):
    """As another mail server does it: port 25, no login."""
    with smtp(host, 25, **options) as server:
        server.send_message(mail, sender, recipients)
    return mail


@contextlib.contextmanager
def imap(host, login, *, port=993, context=None, timeout=30):
    context = context or any_certificate()
    if port == 993:
        server = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=timeout)
    else:
        server = imaplib.IMAP4(host, port, timeout=timeout)
        server.starttls(context)
    try:
        # Not LOGIN: its arguments are ASCII, and imaplib does not quote the name.
        server.authenticate("PLAIN", lambda _: f"\0{login[0]}\0{login[1]}".encode())
        yield server
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def messages(host, login, folder="INBOX"):
    """Every message of a folder."""
    with imap(host, login) as server:
        if server.select(folder, readonly=True)[0] != "OK":
            return []
        numbers = server.search(None, "ALL")[1][0].split()
        found = []
        for number in numbers:
            data = server.fetch(number, "(BODY.PEEK[])")[1]
            found.append(email.message_from_bytes(data[0][1], policy=email.policy.default))
        return found


def subjects(host, login, folder="INBOX"):
    """The subjects of a folder, in one FETCH."""
    with imap(host, login) as server:
        answer, count = server.select(folder, readonly=True)
        if answer != "OK" or count == [b"0"]:  # FETCH knows no empty set
            return []
        data = server.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        return [email.message_from_bytes(part[1])["Subject"] for part in data if isinstance(part, tuple)]


def wait_for(host, login, subject, *, folder="INBOX", deadline=60):
    """The message with this subject, once it has arrived."""
    def probe():
        return next((m for m in messages(host, login, folder) if m["Subject"] == subject), None)
    return wait_until(f"'{subject}' in {login[0]}'s {folder}", probe, deadline=deadline, interval=0.3)


class Dialogue:
    """SMTP by hand, octet by octet."""

    def __init__(self, host, port=25, *, tls=None, timeout=30):
        self._socket = socket.create_connection((host, port), timeout)
        if tls is not None:
            self._socket = tls.wrap_socket(self._socket)
        self._file = self._socket.makefile("rb")
        self.greeting = self.reply()

    def reply(self):
        """One reply, all its lines; empty when the server has hung up."""
        lines = []
        while True:
            line = self._file.readline().decode(errors="replace")
            lines.append(line)
            if line[3:4] != "-":
                return "".join(lines)

    def say(self, line):
        """Sends a line and returns the reply."""
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def send(self, octets):
        self._socket.sendall(octets)

    def starttls(self, context=None):
        assert self.say("STARTTLS").startswith("220")
        self._socket = (context or any_certificate()).wrap_socket(self._socket)
        self._file = self._socket.makefile("rb")

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def served_certificate(host, port, context, name):
    """The certificate a port shows, as Python's dictionary; checked by `context` against `name`. Mail ports with
    STARTTLS are asked for it."""
    raw = socket.create_connection((host, port), 10)
    file = raw.makefile("rb")
    if port in (25, 587):
        file.readline()
        raw.sendall(b"EHLO client.lab.example\r\n")
        while file.readline()[3:4] == b"-":
            pass
        raw.sendall(b"STARTTLS\r\n")
        assert file.readline().startswith(b"220")
    elif port == 143:
        file.readline()
        raw.sendall(b"a STARTTLS\r\n")
        assert b"a OK" in file.readline()
    elif port == 4190:
        for command in (b"", b"STARTTLS\r\n"):
            raw.sendall(command)
            while not file.readline().startswith(b"OK"):
                pass
    with context.wrap_socket(raw, server_hostname=name) as wrapped:
        return {"der": wrapped.getpeercert(binary_form=True), **wrapped.getpeercert()}
