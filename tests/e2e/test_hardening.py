"""The container from inside and from its engine's side: what can be written, listens, is read by whom, is in it."""
import contextlib
import json
import pathlib
import re

import pytest

from rig.appliance import image
from rig.monitoring import Monitoring
from rig.podman import label, podman, wait_until

# Every way a secret comes into the server; each value stands for what it protects.
SECRETS = {
    "ADMIN_USER_INITIAL_PASSWORD": "secret-admin-4711", "GF_SECURITY_ADMIN_PASSWORD": "secret-grafana-4711",
    "LDAP_BIND_PASSWORD": "secret-ldap-4711", "RELAY_PASSWORD": "secret-relay-4711",
    "BACKUP_PASSWORD": "secret-backup-4711", "BACKUP_ENVIRONMENT": "AWS_SECRET_ACCESS_KEY=secret-storage-4711",
    "ALERT_WEBHOOK": "https://hook.example/secret-hook-4711"}
EVERYTHING = {
    "POP3": "true", "VIRUS_SCAN": "true", "FULL_TEXT_SEARCH": "true", "PROXY_PROTOCOL_NETWORKS": "198.51.100.7",
    "LDAP_URI": "ldap://127.0.0.1", "LDAP_BASE_DN": "dc=x", "LDAP_BIND_DN": "cn=mail,dc=x", "RELAY_HOST": "relay.lab.example",
    "RELAY_USER": "u", "BACKUP_REPOSITORY": "/host/backups", "PROBE_INTERVAL": None, **SECRETS}

# The documented ports, with all of this; 9464 is for the monitoring, with a token, and published nowhere.
OUTSIDE = {25, 80, 110, 143, 443, 465, 587, 993, 995, 4190, 9464,
           10025, 10110, 10143, 10465, 10587, 10993, 10995, 14190}
# The inner door; Unbound; PostSRSd's two; forwarded mail's second pass; mail of Sieve scripts; Dovecot's figures.
LOOPBACK = {8024, 53, 10001, 10002, 10003, 10004, 9900}

# Who an engine is to the others, and the folders it may read where others may not, with the reason.
ENGINES = {
    "mailuser": ["/host/mail/", "/host/var/cache/dovecot/"],  # the mail; Dovecot's sessions
    "postfix": ["/host/var/spool/postfix/", "/run/mailserver/postfix/"],  # the queue
    "dovecot": [], "dovenull": [],  # dovecot/auth; logins that are not done yet
    "_rspamd": ["/host/etc/opendkim/", "/host/var/lib/rspamd/", "/host/var/cache/rspamd/"],  # it signs; what it has learned
    "valkey": ["/host/var/lib/valkey/"],
    "unbound": ["/host/var/lib/unbound/"],
    "postsrsd": [],
    "clamav": ["/host/var/lib/clamav/"],
    "monitoring": []}
# Of no use to a stranger: configuration without passwords, warnings, names of aliases.
OPEN = ["/host/etc/postfix/valias", "/host/etc/postfix/pattern-", "/host/etc/dovecot/dh", "/host/mail/layout",
        "/host/var/spool/postfix/etc/", "/host/var/lib/clamav/", "/run/mailserver/etc/", "/run/mailserver/warnings/",
        "/run/mailserver/certificate.json", "/run/mailserver/status.json", "/run/mailserver/virus-scanner-waits",
        "/run/mailserver/overrides.json", "/run/mailserver/dovecot/instances", "/run/mailserver/arc-sealing.conf",
        "/run/mailserver/dkim-signing.conf", "/run/mailserver/client-address"]


@pytest.fixture
def everything(lab):
    appliance = lab.appliance(**EVERYTHING)
    signatures = appliance.workspace / "var/lib/clamav"
    signatures.mkdir(parents=True)
    (signatures / "own.ndb").write_text("Made-Up:0:*:6d6164652d7570\n")
    appliance.start()
    appliance.add("alice")
    return appliance


def listeners(appliance):
    """(address is loopback, port) of every socket that waits for somebody."""
    found = set()
    for kind, state in (("tcp", "0A"), ("udp", "07")):
        for version in ("", "6"):
            for line in appliance.exec("cat", f"/proc/net/{kind}{version}").stdout.splitlines()[1:]:
                words = line.split()
                address, port = words[1].split(":")
                if words[3] == state:
                    loopback = address.endswith("7F") or address == "00000000000000000000000001000000"
                    found.add((loopback, int(port, 16)))
    return found


def readable_by(appliance, user):
    """The files of workspace and /run that a process of this user could read."""
    listed = appliance.exec(
        "setpriv", "--reuid", user, "--regid", user, "--init-groups", "--inh-caps=-all", "--no-new-privs", "find",
        "/host", "/run", "/tmp", "-type", "f", "-readable", check=False)
    return set(listed.stdout.splitlines())


def test_nothing_is_open_readable_or_told_that_need_not_be(everything):
    appliance = everything
    seen = listeners(appliance)
    # What asks the DNS has a port of its own while it waits for the answer.
    udp_questions = {(False, port) for loopback, port in seen if not loopback and port > 20000}
    assert {port for loopback, port in seen - udp_questions if not loopback} == OUTSIDE
    assert {port for loopback, port in seen if loopback} == LOOPBACK

    for user, own in ENGINES.items():
        files = readable_by(appliance, user)
        strange = sorted(name for name in files if not any(name.startswith(start) for start in own + OPEN))
        assert strange == [], user
    # The files others may read have no secret in them either.
    everybody = "\n".join(sorted(readable_by(appliance, "monitoring")))
    inside = appliance.exec("xargs", "-d", "\n", "cat", "--", input=everybody).stdout
    keys = (appliance.workspace / "etc/postsrsd/secret").read_text().strip(), "PRIVATE KEY", "-4711", "$argon2"
    assert [key for key in keys if key in inside] == []
    private = [path for path in appliance.workspace.rglob("*") if path.suffix in (".private", ".key", ".sqlite")]
    assert len(private) > 3 and [path for path in private if path.stat().st_mode & 0o007] == []

    # What the container engine, the list of processes and the log tell.
    told = podman("inspect", appliance.container).stdout + appliance.logs()
    told += "\n".join(line for _, _, line in appliance.processes())
    for pid, _, _ in appliance.processes():
        process = pathlib.Path(f"/proc/{pid}")
        with contextlib.suppress(OSError):  # ended meanwhile
            if process.stat().st_uid != 0:  # what an engine's other processes may see
                told += (process / "environ").read_text(errors="replace")
    secrets = {value.rpartition("=")[2].rpartition("/")[2] for value in SECRETS.values()}
    secrets.add((appliance.workspace / "etc/postsrsd/secret").read_text().strip())
    assert len(secrets) == 8 and [secret for secret in secrets if secret in told] == []


def test_nothing_can_be_written_but_the_workspace_and_scratch_files(lab, everything):
    appliance = everything
    monitoring = Monitoring(lab, appliance).start()
    for container in (appliance.container, monitoring.container):
        facts = json.loads(podman("inspect", container).stdout)[0]
        host = facts["HostConfig"]
        assert host["ReadonlyRootfs"] and host["PidsLimit"] == 2000 and not host["Privileged"]
        assert "no-new-privileges" in host["SecurityOpt"] and set(host["Tmpfs"]) == {"/run", "/tmp"}
        assert {host["PidMode"], host["IpcMode"], host["UTSMode"]} <= {"", "private", "shareable"}
        mounts = [line.split() for line in podman("exec", container, "cat", "/proc/self/mounts").stdout.splitlines()]
        writable = {point: options.split(",") for _, point, _, options, *_ in mounts if "rw" in options.split(",") and
                    not re.match(r"/(proc|sys|dev)(/|$)", point)}
        workspace = "/host" if container == appliance.container else "/host/monitoring-data"
        # The engine's own, about the container.
        assert set(writable) - {"/run/.containerenv"} <= {"/run", "/tmp", workspace, "/run/secrets"}, writable
        for point in ("/run", "/tmp"):
            assert {"nosuid", "nodev", "noexec"} <= set(writable[point]), point
        assert podman("exec", container, "touch", "/etc/x", check=False).returncode != 0
        # All that runs has no way to more rights; who is not root has none at all.
        status = podman("exec", container, "sh", "-c", "cat /proc/[0-9]*/status").stdout
        assert set(re.findall(r"NoNewPrivs:\s+(\d)", status)) == {"1"}
        for uid, capabilities in re.findall(r"Uid:\s+(\d+)[\s\S]*?CapEff:\s+([0-9a-f]+)", status):
            assert uid == "0" or int(capabilities, 16) == 0
    assert podman("exec", appliance.container, "find", "/", "-xdev", "-perm", "/6000", "-type", "f").stdout == ""
    compilers = "gcc", "cc", "g++", "make", "python3", "perl-base", "gdb", "curl", "wget"
    there = appliance.exec("sh", "-c", f"for p in {' '.join(compilers)}; do command -v $p; done", check=False).stdout
    assert there == ""

    # And so nothing changes in the container's own layer, whatever it does.
    changed = podman("diff", appliance.container).stdout.splitlines()
    assert [line for line in changed if not re.match(r"[AC] /(host|run|tmp|etc)?$", line) and
            not re.match(r"[AC] /(run|tmp|host|proc|sys|dev|settings\.env)(/|$)", line)] == []

    # The settings can be changed outside; that counts for no command before the next start.
    appliance.settings["ADDITIONAL_DOMAINS"] = "beta.example"
    appliance.environment()
    assert "beta.example" in appliance.exec("cat", "/settings.env").stdout
    assert appliance.user("add", "bob@beta.example", check=False).returncode == 2


def test_the_bill_of_materials_is_what_is_installed(lab):
    def ask(*command):
        return podman("run", "--rm", label(), "--network=none", f"--entrypoint={command[0]}", image(), *command[1:]).stdout

    kept = json.loads(ask("cat", "/usr/share/mailserver/sbom.cdx.json"))
    assert json.loads(ask("mailserver", "sbom"))["components"] == kept["components"]
    assert kept["bomFormat"] == "CycloneDX"
    assert kept["metadata"]["component"]["version"] == ask("mailserver", "version").strip()
    installed = dict(line.split("\t") for line in ask(
        "dpkg-query", "--show", "--showformat=${Package}\t${Version}\n").splitlines())
    listed = {part["name"]: part["version"] for part in kept["components"]}
    assert listed == installed
    assert {"postfix", "dovecot-core", "rspamd", "valkey-server", "unbound", "postsrsd", "clamav-daemon",
            "victoria-metrics", "restic", "libssl3t64"} <= set(listed)
    # No key, password or secret came into a layer of the image.
    found = ask("sh", "-c", "grep -rlE -e '-----BEGIN [A-Z ]*PRIVATE KEY' /etc /usr/share /usr/local /var /root /host 2>/dev/null;"
                " ls /etc/postsrsd.secret /etc/ssl/private/* 2>/dev/null; true")
    assert found == ""


def test_out_of_memory_takes_the_greedy_process_and_not_the_server(lab):
    appliance = lab.appliance(METRICS="false").start(options=["--memory=700m", "--memory-swap=700m"])
    alice = appliance.add("alice")
    before = {row["name"]: row["restarts"] for row in appliance.status()["services"]}
    # As somebody's mailbox process that went wild would.
    greedy = appliance.exec("choom", "-n", "500", "--", "setpriv", "--reuid", "mailuser", "--clear-groups", "sh", "-c",
                            "tail /dev/zero", check=False)
    assert greedy.returncode in (1, 137, 143)
    wait_until("the server to be well", appliance.is_ready)
    assert appliance.can_read(alice)
    assert {row["name"]: row["restarts"] for row in appliance.status()["services"]} == before
