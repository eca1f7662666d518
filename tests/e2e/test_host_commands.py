"""What the README tells the operator to type, in a fresh copy of the repository."""
import os
import pathlib
import random
import re
import shutil
import time

import pytest

from rig import mail
from rig.monitoring import value
from rig.podman import podman, run, run_id, wait_until
from rig.web import Browser

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Copy:
    """A fresh copy on an address of its own (of 127/8), so that it gets the real ports."""

    def __init__(self, folder):
        self.folder = folder
        number = random.randrange(1, 0xFFFF)
        self.address = f"127.77.{number >> 8}.{number & 0xFF}"
        self._name = f"mailserver-e2e-{run_id()}-{number}"
        self.monitoring = f"{self._name}-monitoring"
        self.ipv4 = self.address
        self.environment = {**os.environ, "MAILSERVER_BIND": self.address, "MAILSERVER_NAME": self._name}

    def door(self, script, *words, check=True, input=None):
        """A command as cron would run it: no terminal."""
        return run([self.folder / script, *words], cwd=self.folder, check=check, input=input, timeout=900,
                   env=self.environment)

    def close(self):
        podman("rm", "--force", "--time=0", self._name, self.monitoring, check=False)
        podman("network", "rm", "--force", f"{self.monitoring}-internal", check=False)


@pytest.fixture
def copy(tmp_path):
    """The repository as a fresh clone has it, with what is not committed yet."""
    files = run(["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
                cwd=REPOSITORY).stdout.split("\0")
    for name in filter(None, files):
        source, target = REPOSITORY / name, tmp_path / "copy" / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    made = Copy(tmp_path / "copy")
    yield made
    made.close()


def test_the_demo_shows_a_mail_read_back(copy):
    out = copy.door("start_mailserver.sh", "--demo").stdout
    assert "demo@example.test" in out
    assert "postfix" in copy.door("mailserver.sh", "status").stdout
    listed = copy.door("user.sh", "list").stdout
    assert re.search(r"demo@example\.test \| +[\d.]+ [KM]iB \| +1 \| +- \| +(never|[\d-]{10}) \| OK", listed)
    assert not (copy.folder / "settings.env").exists()
    copy.door("stop_mailserver.sh", "--demo")
    assert copy.door("user.sh", "list", check=False).returncode == 5
    assert copy.door("mailserver.sh", "status", check=False).returncode == 5


def write_settings(copy, **more):
    """As the README tells: the template with its first settings filled in."""
    settings = (copy.folder / "settings.env.empty").read_text()
    for key, value in {"DOMAIN": "example.test", "HOSTNAME": "mail.example.test", "ADMIN_EMAIL": "a@example.test",
                       "TLS_MODE": "selfsigned", **more}.items():
        settings = re.sub(rf"(?m)^{key}=.*$", f"{key}={value}", settings)
    (copy.folder / "settings.env").write_text(settings)


def test_the_life_of_a_server_by_the_readme(copy):
    write_settings(copy)
    out = copy.door("start_mailserver.sh").stdout
    first = re.search(r"postmaster@example\.test.*?'(\S+)'|assword[^\n]*?:? *'?(\S+?)'?\n", out)
    assert "READY" in out and first, out
    made = re.fullmatch(r"Created user 'jens@example\.test', generated password is:'(.+)'\.\n",
                        copy.door("user.sh", "add", "jens@example.test").stdout)
    jens = ("jens@example.test", made[1])
    sent = mail.submit(copy.address, jens, mail.message(jens[0], jens[0]))
    mail.wait_for(copy.address, jens, sent["Subject"])

    copy.door("user.sh", "passwd", "--password-stdin", "jens@example.test", input="another password\n")
    jens = ("jens@example.test", "another password")
    assert mail.subjects(copy.address, jens) == [sent["Subject"]]
    assert "running already" in copy.door("start_mailserver.sh").stdout
    with_ports = copy.door("start_mailserver.sh", "8080", "8443").stdout
    assert "restarting" in with_ports
    assert mail.subjects(copy.address, jens) == [sent["Subject"]]

    copy.door("stop_mailserver.sh")
    assert copy.door("user.sh", "list", check=False).returncode == 5
    assert "Mailserver container is stopped." in copy.door("user.sh", "help").stdout
    assert "not running" in copy.door("stop_mailserver.sh").stdout
    copy.door("start_mailserver.sh")
    assert mail.subjects(copy.address, jens) == [sent["Subject"]]
    copy.door("user.sh", "del", "jens@example.test", "--purge-inbox")
    copy.door("stop_mailserver.sh")


def test_the_monitoring_starts_beside_the_server_and_sees_nothing_else(copy):
    write_settings(copy, GF_SECURITY_ADMIN_PASSWORD="correct horse battery")
    assert "waits for the mail server" in copy.door("start_monitoring.sh").stdout
    copy.door("start_mailserver.sh")
    out = copy.door("start_monitoring.sh").stdout
    assert "running already" in out and "https://mail.example.test/monitoring/" in out
    routes = podman("exec", copy.monitoring, "cat", "/proc/net/route").stdout
    assert not re.search(r"(?m)^\S+\s+00000000", routes), routes
    operator = Browser(copy)
    operator.post("/monitoring/api/login", user="mail", password="correct horse battery")
    wait_until("the figures of the server", lambda: value(operator, 'up{job="mailserver"}') == 1)

    copy.door("stop_mailserver.sh")
    copy.door("start_mailserver.sh")
    operator.post("/monitoring/api/login", user="mail", password="correct horse battery")
    back = time.time()
    wait_until("the server to be seen again", lambda: value(operator, 'up{job="mailserver"}') == 1 and
               value(operator, 'timestamp(up{job="mailserver"})') > back)
    assert "is stopped" in copy.door("stop_monitoring.sh").stdout
    assert "not running" in copy.door("stop_monitoring.sh").stdout
    operator.get("/monitoring/api/prom/api/v1/query?query=1")
    assert operator.status == 502
    copy.door("stop_mailserver.sh")


def test_bad_settings_stop_the_start_before_anything_is_made(copy):
    write_settings(copy)
    with (copy.folder / "settings.env").open("a") as settings:
        settings.write("ADITIONAL_DOMAINS=x.example\nMETRICS=\"true\"\n")
    result = copy.door("start_mailserver.sh", check=False)
    assert result.returncode == 2
    assert "ADITIONAL_DOMAINS" in result.stderr and "METRICS" in result.stderr
    assert not (copy.folder / "_server_workspace_").exists()


def test_starting_without_settings_says_what_to_do(copy):
    result = copy.door("start_mailserver.sh", check=False)
    assert result.returncode == 2
    assert "settings.env" in result.stderr and "error: " in result.stderr


def test_commands_without_a_server_say_so(copy):
    for words in (["add", "jens@example.test"], ["list"], ["del", "jens@example.test"]):
        result = copy.door("user.sh", *words, check=False)
        assert result.returncode == 5, result
        assert result.stderr.startswith("error: ")
        assert "start_mailserver.sh" in result.stderr
