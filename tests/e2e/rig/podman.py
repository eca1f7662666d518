"""The container engine. All that is made here carries a label with the test run's process id, so that the next run
removes what a killed one left behind, and runs side by side leave each other alone."""
import json
import os
import re
import subprocess
import time

LABEL = "mailserver-e2e"


class CommandFailed(AssertionError):
    """A command ended with another exit code than expected; says which, with both of its outputs."""


def run_id() -> str:
    """The same in pytest's main process and in its workers (conftest.py sets it)."""
    return os.environ.get("MAILSERVER_E2E_RUN", str(os.getpid()))


def run(argv, *, input=None, check=True, timeout=180, env=None, cwd=None):
    """A command with its output as text. `check` fails on any exit code but 0."""
    result = subprocess.run([str(part) for part in argv], input=input, text=True, capture_output=True,
                            timeout=timeout, env=env, cwd=cwd, errors="replace",
                            stdin=subprocess.DEVNULL if input is None else None)
    if check and result.returncode != 0:
        raise CommandFailed(f"`{' '.join(map(str, argv))}` ended with exit code {result.returncode}\n"
                            f"stdout: {result.stdout}\nstderr: {result.stderr}")
    return result


def podman(*arguments, **options):
    return run(["podman", *arguments], **options)


def label():
    return f"--label={LABEL}={run_id()}"


def wait_until(what, probe, *, deadline=60, interval=0.1):
    """The first true value of probe(); on the deadline fails with `what` and the last thing seen. Connections that are
    refused or broken count as "not yet"."""
    end = time.monotonic() + deadline
    seen = None
    while True:
        try:
            value = probe()
            if value:
                return value
            seen = value
        except (OSError, EOFError, CommandFailed) as error:
            seen = error
        except Exception as error:  # imaplib.abort, smtplib.SMTPException: a server that is not there yet
            if type(error).__module__ not in ("imaplib", "smtplib"):
                raise
            seen = error
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline} s for {what}; last seen: {seen!r}")
        time.sleep(interval)


def remove_leftovers():
    """What runs that are no longer alive have left."""
    def is_left(labels, name=""):
        # The host's commands give no label of ours; there the name tells.
        named = re.match(LABEL + r"-(\d+)-", name)
        owner = (labels or {}).get(LABEL) or (named and named[1])
        return bool(owner) and not os.path.exists(f"/proc/{owner}")

    for container in json.loads(podman("ps", "--all", "--format=json").stdout or "[]"):
        if is_left(container.get("Labels"), container["Names"][0]):
            podman("rm", "--force", "--time=0", container["Id"], check=False)
    for line in run(["findmnt", "--list", "--noheadings", "--output=TARGET"], check=False).stdout.splitlines():
        if (name := re.search(LABEL + r"-\d+-", line)) and is_left(None, name[0]):
            run(["umount", "--lazy", line.strip()], check=False)
    for network in json.loads(podman("network", "ls", "--format=json").stdout or "[]"):
        name = network.get("name") or network.get("Name")
        if is_left(network.get("labels") or network.get("Labels"), name):
            podman("network", "rm", "--force", name, check=False)
