"""The product: its real image, run the way ./start_mailserver.sh runs it, seen the way its users and its operator see
it. Nothing here looks into how it works; state is read through its commands and its ports."""
import contextlib
import imaplib
import json
import os
import pathlib
import secrets
import smtplib
from typing import NamedTuple

from . import mail
from .podman import label, podman, run, wait_until

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]


def image() -> str:
    """The image ./start_mailserver.sh runs; run_tests.sh names it."""
    return os.environ["MAILSERVER_IMAGE"]


def run_options(more=""):
    """The options ./start_mailserver.sh gives to every container of the image (capabilities, limits); `more`: the name
    of another list of scripts/host/lib.sh."""
    lists = " ".join(f'"${{{name}[@]}}"' for name in ("container_options", more) if name)
    result = run(["bash", "-c", f". scripts/host/lib.sh && need_engine && printf '%s\\n' {lists}"], cwd=REPOSITORY,
                 env={**os.environ, "CONTAINER_ENGINE": "podman"})
    return result.stdout.splitlines()


class Account(NamedTuple):
    """What a mail program needs; usable wherever a (name, password) pair is."""
    address: str
    password: str


class Appliance:
    RUN_OPTIONS = "server_options"  # those its start command gives beside those of every container

    def __init__(self, lab, domain, workspace, settings, options=()):
        self._lab = lab
        self._options = list(options)
        self.domain = domain
        self.hostname = settings.get("HOSTNAME", f"mail.{domain}")
        self._role = f"appliance-{domain}"
        self.ipv4, self.ipv6 = lab.addresses(self._role)
        self.workspace = workspace or lab.folder(f"workspace-{domain}")
        self.settings = {
            "DOMAIN": domain, "HOSTNAME": self.hostname, "ADMIN_EMAIL": f"admin@{domain}", "TLS_MODE": "selfsigned",
            "DNS_FORWARDERS": lab.dns.ipv4, "DNS_VALIDATION": "false", "PUBLIC_IPV4": self.ipv4, "BLOCKLISTS": "off",
            "PUBLIC_IPV6": self.ipv6, "OUTBOUND_TEST_HOSTS": "off", "PROBE_INTERVAL": "off", **{key: value for key, value in settings.items() if value is not None}}
        lab.publish_host(self.hostname, self.ipv4, self.ipv6)
        self.publish(f"{domain}. MX 10 {self.hostname}.")
        self.container = None
        self._mounts = []
        if lab.dns.root_key:
            self._mounts.append(f"--volume={lab.dns.root_key}:/usr/share/dns/root.key:ro")

    def publish(self, *records):
        """The records of its domain; replaces those published before."""
        self._lab.dns.set(f"domain {self.domain}", *records)

    def trust(self, authority):
        """To be called before its start: certificates from this authority, and from no other, are good to it."""
        self._mounts.append(f"--volume={authority.file}:/etc/ssl/certs/ca-certificates.crt:ro")
        return self

    # Life

    def start(self, *, ready=True, address=None, options=()):
        """A new container on the workspace; `options` are the container engine's."""
        self.container = self._lab.container(
            self._role, [], address=address or self._role, image=image(),
            options=[*run_options(self.RUN_OPTIONS), *self._options, *self.environment(), *self._mounts,
                     f"--volume={self.workspace}:/host", *options])
        return self.wait_ready() if ready else self

    def environment(self):
        """The container engine's options for its settings."""
        file = self._lab.folder("settings") / f"{self.domain}.env"
        file.write_text("".join(f"{key}={value}\n" for key, value in self.settings.items()))
        return [f"--volume={file}:/settings.env:ro"]

    def override(self, files):
        """The operator's own configuration of the engines, {name: text}; in force at the next start."""
        for name, text in files.items():
            file = self.workspace / "etc/mailserver/override" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def wait_ready(self, deadline=90):
        wait_until(f"{self.hostname} to be ready", self.is_ready, deadline=deadline)
        return self

    def is_ready(self):
        if self.exit_code() is not None:
            raise AssertionError(f"{self.hostname} ended with exit code {self.exit_code()}:\n{self.logs()[-3000:]}")
        return self.exec("mailserver", "health", check=False).returncode == 0

    def stop(self):
        """Orderly, as ./stop_mailserver.sh does it; the container is gone afterwards, its log is kept."""
        podman("stop", "--time=60", self.container)
        self._release()

    def kill(self):
        """SIGKILL to everything in it, as when the machine loses power (but for its disk)."""
        podman("kill", "--signal=KILL", self.container)
        wait_until("the container to be dead", lambda: self.exit_code() is not None, deadline=20, interval=0.05)
        self._release()

    def _release(self):
        """Frees the address while the log stays."""
        podman("network", "disconnect", "--force", self._lab.network, self.container, check=False)

    def exit_code(self):
        """None while it runs, and until the engine has tidied up after it."""
        state = json.loads(podman("inspect", "--format={{json .State}}", self.container).stdout)
        return state["ExitCode"] if state["Status"] == "exited" else None

    def wait_exit(self, deadline=30):
        wait_until("the container to end", lambda: self.exit_code() is not None, deadline=deadline)
        return self.exit_code()

    # The operator's side

    def exec(self, *command, input=None, check=True, timeout=120):
        options = ["--interactive"] if input is not None else []
        return podman("exec", *options, self.container, *command, input=input, check=check, timeout=timeout)

    def user(self, *words, input=None, check=True):
        """`./user.sh …`"""
        return self.exec("mailserver", "user", *words, input=input, check=check)

    def add(self, name, password=None) -> Account:
        """A new account; the name may leave out the domain."""
        address = name if "@" in name else f"{name}@{self.domain}"
        password = password or secrets.token_urlsafe(12)
        self.user("add", "--password-stdin", address, input=password + "\n")
        return Account(address, password)

    def backup(self, *words, check=True):
        """`./mailserver.sh backup …`"""
        return self.exec("mailserver", "backup", *words, check=check)

    def set_aliases(self, text, check=True):
        (self.workspace / "etc/postfix/valias").write_text(text)
        return self.user("update-aliases", check=check)

    def status(self):
        return json.loads(self.exec("mailserver", "status", "--json", check=False).stdout)

    def service(self, name):
        """A service's row of `mailserver status --json`."""
        return next(service for service in self.status()["services"] if service["name"] == name)

    def dns_check(self, *words, check=False):
        return self.exec("mailserver", "dns-check", *words, check=check, timeout=300)

    def advised_records(self):
        """The records of its domains that it says should be there, as zone file lines; those of the host are set
        already."""
        records = json.loads(self.dns_check("--json").stdout)["records"]
        return [record["zone_line"] for record in records if record["id"].startswith("domain.")]

    def one_off(self, *words, options=(), writable=False):
        """`mailserver …` in a container of its own on the workspace, as the host's commands run it."""
        return podman("run", "--rm", label(), f"--network={self._lab.network}", *run_options(), *self.environment(),
                      f"--volume={self.workspace}:/host{'' if writable else ':ro'}", *self._options, *options, image(), *words, check=False)

    def bring(self, *words, check=True, killed_after=None):
        """`./mailserver.sh import …` with paths of this machine, as scripts/host/import.sh runs it; `killed_after`
        some seconds if it is not done by then."""
        mounts = [f"--volume={word}:/import{word}:ro" for word in words if isinstance(word, pathlib.Path)]
        words = [f"/import{word}" if isinstance(word, pathlib.Path) else word for word in words]
        program = [image()] if killed_after is None else \
            ["--entrypoint=timeout", image(), "--signal=KILL", str(killed_after), "mailserver"]
        done = podman("run", "--rm", label(), "--network=none", *run_options(), *self.environment(), *mounts,
                      f"--volume={self.workspace}:/host", *program, "import", *words, check=check)
        if self.container and self.exit_code() is None:
            self.exec("mailserver", "import", "take-effect")
        return done

    def logs(self):
        result = podman("logs", self.container)
        return result.stdout + result.stderr

    def processes(self):
        """(process id, command name, command line) of everything in the container, by the host's ids."""
        main = int(podman("inspect", "--format={{.State.Pid}}", self.container).stdout)
        space = os.readlink(f"/proc/{main}/ns/pid")
        found = []
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.readlink(f"/proc/{entry}/ns/pid") == space:
                    comm = pathlib.Path(f"/proc/{entry}/comm").read_text().strip()
                    line = pathlib.Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found.append((int(entry), comm, line))
            except OSError:
                pass  # ended meanwhile
        return found

    def memory_peak(self):
        """The most memory all of it together ever took, in octets."""
        return int(self.exec("sh", "-c", "cat /sys/fs/cgroup/memory.peak 2>/dev/null || "
                             "cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes").stdout)

    def kill_process(self, name, signal=9):
        """A signal to every process of this name; returns how many there were."""
        hit = [pid for pid, comm, _ in self.processes() if comm == name]
        for pid in hit:
            with contextlib.suppress(ProcessLookupError):  # its keeper was quicker
                os.kill(pid, signal)
        return len(hit)

    # The users' side

    def submit(self, account, mail_message, **options):
        return mail.submit(self.ipv4, account, mail_message, **options)

    def imap(self, account, **options):
        return mail.imap(self.ipv4, account, **options)

    def smtp(self, port=25, login=None, **options):
        return mail.smtp(self.ipv4, port, login, name=self.hostname, **options)

    def can_read(self, login):
        """Whether IMAP lets this login in."""
        try:
            with self.imap(login):
                return True
        except imaplib.IMAP4.error:
            return False

    def can_send(self, login, port=587):
        """Whether the port for sending lets this login in."""
        try:
            with self.smtp(port, login):
                return True
        except smtplib.SMTPAuthenticationError:
            return False

    def wait_for(self, account, subject, **options):
        return mail.wait_for(self.ipv4, account, subject, **options)

    def subjects(self, account, folder="INBOX"):
        return mail.subjects(self.ipv4, account, folder)

    def certificate(self, port, context=None, name=None):
        """What the port shows to who asks for `name`, HOSTNAME without one."""
        return mail.served_certificate(self.ipv4, port, context or mail.any_certificate(), name or self.hostname)

    def why_deferred(self, recipient):
        """What the queue says about mail to a recipient; nothing when none waits."""
        for line in self.exec("postqueue", "-j", check=False).stdout.splitlines():
            for waiting in json.loads(line)["recipients"]:
                if waiting["address"] == recipient and "delay_reason" in waiting:
                    return waiting["delay_reason"]
        return None

    def queue_is_empty(self):
        return self.exec("postqueue", "-j", check=False).stdout.strip() == ""
