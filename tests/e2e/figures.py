#!/usr/bin/python3
"""Prints figures of the image for the record: how long a start takes, what it weighs. Asserts nothing.
Usage: MAILSERVER_IMAGE=… tests/e2e/figures.py"""
import pathlib
import re
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from rig import mail  # noqa: E402
from rig.appliance import image  # noqa: E402
from rig.lab import Lab  # noqa: E402
from rig.podman import podman  # noqa: E402


def answers(host, port, start):
    """True once the port greets with `start`."""
    with socket.create_connection((host, port), 2) as raw:
        stream = mail.any_certificate().wrap_socket(raw) if port == 993 else raw
        return stream.recv(200).startswith(start)


def seconds_until_open(appliance):
    began = time.monotonic()
    appliance.start(ready=False)
    opened = {}
    while len(opened) < 2:
        for port, start in ((25, b"220"), (993, b"* OK")):
            try:
                if port not in opened and answers(appliance.ipv4, port, start):
                    opened[port] = time.monotonic() - began
            except OSError:
                pass
        time.sleep(0.02)
    appliance.wait_ready()
    return f"{opened[25]:.2f} s until 220 on port 25, {opened[993]:.2f} s until * OK on port 993"


def memory(appliance):
    """Sum of the proportional set sizes of all processes, in MiB, by program."""
    sums = {}
    for pid, name, _ in appliance.processes():
        try:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        sums[name] = sums.get(name, 0) + int(re.search(r"Pss:\s+(\d+) kB", text)[1])
    return {name: size / 1024 for name, size in sorted(sums.items(), key=lambda item: -item[1])}


def main():
    lab = Lab("figures", pathlib.Path("/nonexistent"))
    try:
        appliance = lab.appliance()
        print(f"image size: {int(podman('image', 'inspect', '--format={{.Size}}', image()).stdout) / 1e6:.0f} MB")
        print(f"first start: {seconds_until_open(appliance)}")
        appliance.stop()
        print(f"second start: {seconds_until_open(appliance)}")
        alice = appliance.add("alice")
        sent = appliance.submit(alice, mail.message(alice.address, alice.address))
        appliance.wait_for(alice, sent["Subject"])
        by_program = memory(appliance)
        print(f"memory when idle (PSS): {sum(by_program.values()):.0f} MiB; "
              + ", ".join(f"{name} {size:.1f}" for name, size in list(by_program.items())[:12]))
        began = time.monotonic()
        appliance.stop()
        print(f"orderly stop: {time.monotonic() - began:.2f} s")
    finally:
        lab.close()


if __name__ == "__main__":
    main()
