"""How long a start takes, and what lies idle afterwards."""
import socket
import statistics
import time

from rig import mail
from rig.podman import podman

from .processor import Cgroup


def open_ports(host):
    """Which of 25 and 993 greet."""
    found = []
    for port, start in ((25, b"220"), (993, b"* OK")):
        try:
            with socket.create_connection((host, port), 2) as raw:
                stream = mail.any_certificate().wrap_socket(raw) if port == 993 else raw
                if stream.recv(200).startswith(start):
                    found.append(port)
        except OSError:
            pass
    return found


def seconds_until_open(server, begin):
    while len(open_ports(server.ipv4)) < 2:
        time.sleep(0.01)
    return time.monotonic() - begin


def measure(servers, times):
    """Of servers that run; they run afterwards. Seconds, MiB."""
    figures = {server.domain: {"start_s": [], "restart_s": [], "stop_s": []} for server in servers}
    for _ in range(times):
        for server in servers:
            row = figures[server.domain]
            begin = time.monotonic()
            server.stop()
            row["stop_s"].append(time.monotonic() - begin)
            begin = time.monotonic()
            server.start(ready=False)
            row["start_s"].append(seconds_until_open(server, begin))
            server.wait_ready()
            begin = time.monotonic()
            podman("restart", "--time=60", server.container)
            row["restart_s"].append(seconds_until_open(server, begin))
            server.wait_ready()
    for server in servers:
        row = figures[server.domain]
        for name, values in row.items():
            row[name] = round(statistics.median(values), 2)
        memory = memory_alone(server, [other for other in servers if other is not server])
        row["pss_mib"] = round(sum(memory.values()), 1)
        row["pss_mib_by_process"] = {name: round(size, 1) for name, size in memory.items() if size >= 0.5}
    return figures


def memory_alone(server, others):
    """Idle, while the others are stopped: pages they share count for each in part."""
    for other in others:
        other.stop()
    time.sleep(5)  # what a start does in the background
    memory = Cgroup(server.container).memory()
    for other in others:
        other.start()
    return memory
