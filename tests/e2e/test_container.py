"""The container as a guest on the operator's machine."""
import json
import pathlib
import shutil
import signal
import tempfile

import pytest

from rig.appliance import image
from rig.podman import podman, run, wait_until

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ALLOWED = {"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE",
           "CAP_KILL", "CAP_SYS_CHROOT"}


def test_it_has_only_the_capabilities_it_needs(appliance):
    seen = json.loads(podman("inspect", "--format={{json .EffectiveCaps}}", appliance.container).stdout)
    assert set(seen) <= ALLOWED


def health_command():
    """What the image tells Docker to run; run here as Docker would (podman's own timer needs systemd)."""
    check = json.loads(podman("image", "inspect", "--format={{json .HealthCheck}}", image()).stdout)
    assert check["Test"][0] == "CMD"
    return check["Test"][1:]


def test_its_health_check_is_green_and_turns_red_when_the_filter_hangs(appliance):
    command = health_command()
    assert appliance.exec(*command, check=False).returncode == 0
    appliance.kill_process("rspamd", signal.SIGSTOP)
    try:
        wait_until("a red verdict", lambda: appliance.exec(*command, check=False).returncode == 1, deadline=60)
    finally:
        appliance.kill_process("rspamd", signal.SIGCONT)
    wait_until("a green verdict", lambda: appliance.exec(*command, check=False).returncode == 0, deadline=60)


def test_it_listens_where_it_should_and_nowhere_else(appliance):
    """From outside, only the documented ports answer."""
    import socket
    open_ports = set()
    for port in [*range(1, 1200), 4190, 5432, 6379, *range(8000, 8100), 8953, 9090, 9091, 9154, 9900, 11211,
                 *range(11330, 11340), 12345, 24, 3000]:
        probe = socket.socket()
        probe.settimeout(1)
        if probe.connect_ex((appliance.ipv4, port)) == 0:
            open_ports.add(port)
        probe.close()
    assert open_ports == {25, 80, 143, 443, 465, 587, 993, 4190}


def test_the_web_ports_answer(appliance):
    import http.client
    plain = http.client.HTTPConnection(appliance.ipv4, 80, timeout=10)
    plain.request("GET", "/", headers={"Host": appliance.hostname})
    answer = plain.getresponse()
    assert answer.status in (301, 302, 307, 308)
    assert answer.getheader("Location").startswith(f"https://{appliance.hostname}")
    from rig.mail import any_certificate
    secure = http.client.HTTPSConnection(appliance.ipv4, 443, timeout=10, context=any_certificate())
    secure.request("GET", "/", headers={"Host": appliance.hostname})
    page = secure.getresponse()
    assert page.status == 200 and appliance.hostname in page.read().decode()
    assert page.getheader("Strict-Transport-Security")  # browsers stay with HTTPS


def test_an_orderly_stop_ends_with_exit_code_0_and_in_time(appliance):
    podman("stop", "--time=60", appliance.container)
    assert appliance.exit_code() == 0


# Valkey's advice on the kernel of this host, where many hosts have the other value; no container can change that.
ABOUT_THE_HOST = "Memory overcommit must be enabled"


def test_the_log_is_quiet_after_a_good_start(appliance):
    loud = [line for line in appliance.logs().splitlines() if ABOUT_THE_HOST not in line and
            any(word in line.lower() for word in ("error", "fatal", "panic", "warning"))]
    assert loud == []


def test_the_systemd_units_are_good():
    if shutil.which("systemd-analyze") is None:
        pytest.fail("systemd-analyze is missing; run_tests.sh installs it")
    with tempfile.TemporaryDirectory() as folder:
        for unit in (REPOSITORY / "systemd").glob("*.service"):
            # Verified in place of an installation: the programs it names are those of this copy.
            copy = pathlib.Path(folder) / unit.name
            copy.write_text(unit.read_text().replace("/opt/mailserver", str(REPOSITORY)))
            result = run(["systemd-analyze", "verify", "--man=no", copy], check=False)
            assert (result.returncode, result.stderr.strip()) == (0, ""), unit.name
