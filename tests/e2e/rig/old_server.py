"""Other mail servers as their files are, to move in from."""
import base64
import hashlib
import os
import pathlib
import subprocess

from .podman import run


def ssha256(password):
    """As `doveadm pw -s SSHA256` prints it."""
    salt = os.urandom(4)
    return "{SSHA256}" + base64.b64encode(hashlib.sha256(password.encode() + salt).digest() + salt).decode()


def sha512_crypt(password):
    made = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password, text=True, capture_output=True, check=True)
    return "{SHA512-CRYPT}" + made.stdout.strip()


def rsa_key(file):
    file.parent.mkdir(parents=True, exist_ok=True)
    run(["openssl", "genrsa", "-traditional", "-out", file, "2048"])


def mail_text(subject, body="Hello."):
    return f"From: old@lab.example\nTo: me@alpha.example\nSubject: {subject}\nMessage-ID: <{subject}@lab.example>\n\n{body}\n"


class Maildir:
    """A Maildir as Dovecot 2.3 leaves it: mails with flags, UIDs, keywords, subscriptions."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self._numbered = {}
        self._made = 0

    def add(self, subject, flags="", folder="", uid=None, part="cur", body="Hello."):
        inside = self.path / (f".{folder}" if folder else "")
        for name in ("cur", "new", "tmp"):
            (inside / name).mkdir(parents=True, exist_ok=True)
        text = mail_text(subject, body).encode()
        self._made += 1
        base = f"1700000000.M{self._made}P7.old,S={len(text)},W={len(text) + text.count(10)}"
        file = inside / part / (base if part == "new" else f"{base}:2,{flags}")
        file.write_bytes(text)
        os.utime(file, (1_600_000_000, 1_600_000_000))
        if uid:
            self._numbered.setdefault(inside, []).append((uid, base))
            lines = [f"3 V1234567890 N{uid + 1} G{'0' * 31}1"]
            lines += [f"{number} :{name}" for number, name in sorted(self._numbered[inside])]
            (inside / "dovecot-uidlist").write_text("\n".join(lines) + "\n")
        return file

    def keywords(self, *names, folder=""):
        file = self.path / (f".{folder}" if folder else "") / "dovecot-keywords"
        file.write_text("".join(f"{number} {name}\n" for number, name in enumerate(names)))

    def subscribe(self, *folders):
        (self.path / "subscriptions").write_text(
            "V\t2\n\n" + "".join(folder.replace(".", "\t") + "\n" for folder in folders))


class Tlo:
    """A workspace of t-lo's mailserver; `state` "S" or the newer "H"."""

    def __init__(self, folder, domain, hostname, state="H"):
        self.folder, self.domain = pathlib.Path(folder), domain
        self.state = state
        self.write("etc/postfix/main.cf", f"myhostname = {hostname}\nmyorigin = {domain}\n")
        self.write("etc/dovecot/passwd", "")
        self.write("etc/postfix/vuser", "")
        self.write("etc/postfix/valias", "# aliases\n")
        self.write(f"var/log/{'syslog' if state == 'S' else 'syslog.log'}", "started\n")
        self.key = self.folder / "etc/opendkim/keys/mailserver.private"
        rsa_key(self.key)
        self.hostname = hostname

    def write(self, name, text, mode="w"):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, mode) as out:
            out.write(text)

    def user(self, address, password) -> Maildir:
        home = f"/host/mail/inboxes/{address}"
        self.write("etc/dovecot/passwd", f"{address}:{ssha256(password)}:2001:2001:{home}::\n", "a")
        self.write("etc/postfix/vuser", f"{address} {self.hostname}/user/Maildir/\n", "a")
        return Maildir(self.home(address) / "Maildir")

    def home(self, address):
        return self.folder / "mail/inboxes" / address.partition("@")[2] / address

    def certificate(self, authority):
        """As certbot keeps it: links into its archive."""
        archive, live = (self.folder / "etc/letsencrypt" / name / self.hostname for name in ("archive", "live"))
        archive.mkdir(parents=True)
        live.mkdir(parents=True)
        authority.issue(self.hostname, archive / "both.pem")
        (archive / "both.key").rename(archive / "privkey1.pem")
        (archive / "both.crt").rename(archive / "fullchain1.pem")
        for name in ("privkey", "fullchain", "cert", "chain"):
            source = archive / f"{name}1.pem"
            if not source.exists():
                source.write_text((archive / "fullchain1.pem").read_text())
            (live / f"{name}.pem").symlink_to(f"../../archive/{self.hostname}/{name}1.pem")


class DockerMailserver:
    """docker-mailserver's folders config and mail-data."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.write("postfix-accounts.cf", "")

    def write(self, name, text, mode="w"):
        Tlo.write(self, f"config/{name}", text, mode)

    def user(self, address, password) -> Maildir:
        self.write("postfix-accounts.cf", f"{address}|{sha512_crypt(password)}\n", "a")
        name, _, domain = address.partition("@")
        return Maildir(self.folder / "mail-data" / domain / name)


def snapshot(folder):
    """What is in a folder, to see that nothing was changed: names, sizes, times, owners."""
    return sorted((str(path.relative_to(folder)), status.st_size, status.st_mtime_ns, status.st_mode, status.st_uid)
                  for path in pathlib.Path(folder).rglob("*") for status in [path.lstat()])
