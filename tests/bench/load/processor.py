"""What a container costs: processor time, in all and by process, and memory."""
import collections
import os
import pathlib
import re

from rig.podman import podman

# Postfix and Dovecot have processes of the same names.
FAMILIES = {"master": "postfix/", "dovecot": "dovecot/"}
TICKS = os.sysconf("SC_CLK_TCK")


class Cgroup:
    """Of a container; cgroups 1 and 2."""

    def __init__(self, container):
        main = podman("inspect", "--format={{.State.Pid}}", container).stdout.strip()
        paths = {}
        for line in pathlib.Path(f"/proc/{main}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            paths |= {name: path.lstrip("/") for name in controllers.split(",")}
        root = pathlib.Path("/sys/fs/cgroup")
        old = "cpuacct" in paths
        self._folder = root / "cpuacct" / paths["cpuacct"] if old else root / paths[""]
        self._old = old

    def seconds(self):
        """All that was ever used, by living and dead."""
        if self._old:
            return int((self._folder / "cpuacct.usage").read_text()) / 1e9
        return int(re.search(r"usage_usec (\d+)", (self._folder / "cpu.stat").read_text())[1]) / 1e6

    def processes(self):
        """{pid: (parent, name, seconds of its own, seconds of its children that have ended)}"""
        found = {}
        for file in {self._folder, *(path.parent for path in self._folder.rglob("cgroup.procs"))}:
            for pid in (file / "cgroup.procs").read_text().split():
                try:
                    name, _, rest = pathlib.Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(") ")
                except OSError:
                    continue  # ended meanwhile
                fields = rest.split()
                used = [int(field) / TICKS for field in fields[11:15]]
                found[int(pid)] = (int(fields[1]), name, used[0] + used[1], used[2] + used[3])
        return {pid: (parent, FAMILIES.get(found.get(parent, (0, ""))[1], "") + name, own, ended)
                for pid, (parent, name, own, ended) in found.items()}

    def memory(self):
        """Proportional set sizes in MiB, by name of the process."""
        sums = collections.Counter()
        for pid, (_, name, _, _) in self.processes().items():
            try:
                text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
                sums[name] += int(re.search(r"Pss:\s+(\d+) kB", text)[1]) / 1024
            except (OSError, TypeError):
                pass  # ended meanwhile
        return dict(sums.most_common())


class Meter:
    """Between its making and `read()`: seconds of processor time, and who used them. A process that began and ended
    between counts for its parent, as `ended of <parent>`: the kernel keeps no more of it."""

    def __init__(self, server):
        self._cgroup = Cgroup(server.container)
        self._before = self._cgroup.processes()
        self._total = self._cgroup.seconds()

    def read(self):
        total = self._cgroup.seconds() - self._total
        after = self._cgroup.processes()
        spent = collections.Counter()
        for pid, (_, name, own, ended) in after.items():
            _, _, own_before, ended_before = self._before.get(pid, (0, "", 0, 0))
            spent[name] += own - own_before
            spent[f"ended of {name}"] += ended - ended_before
        for pid, (parent, _, own, ended) in self._before.items():
            if pid not in after and parent in after:  # what it had used before is in its parent's account now
                spent[f"ended of {after[parent][1]}"] -= own + ended
        return total, {name: seconds for name, seconds in spent.most_common() if seconds >= 0.005}
