"""Figures of one run, and of several runs together."""
import collections
import statistics
import time

from .processor import Meter


def percentile(values, share):
    """The value below which that share of all lies."""
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else None


class Run:
    """One run of a load: how often, how long, and what it cost. Times are in seconds."""

    def __init__(self, server):
        self._meter = Meter(server)
        self._begin = time.time()
        self.count = 0
        self.times = collections.defaultdict(list)  # by what was timed

    def end(self, count, moment=None):
        """`moment`: when the last of `count` was done, if that is not now."""
        self.count = count
        self.seconds = (moment or time.time()) - self._begin
        self.processor, self.by_process = self._meter.read()
        return self


def together(runs):
    """What is reported of the runs of one load on one server."""
    count = sum(run.count for run in runs)
    figures = {"per_second": round(count / sum(run.seconds for run in runs), 1),
               "cpu_ms": round(1000 * sum(run.processor for run in runs) / count, 2)}
    times = collections.defaultdict(list)
    by_process = collections.Counter()
    for run in runs:
        for name, values in run.times.items():
            times[name] += values
        by_process.update(run.by_process)
    for name, values in times.items():
        figures[name] = {"p50_ms": round(1000 * statistics.median(values), 1),
                         "p99_ms": round(1000 * percentile(values, 0.99), 1), "count": len(values)}
    figures["cpu_ms_by_process"] = {name: round(1000 * seconds / count, 2)
                                    for name, seconds in by_process.most_common() if 1000 * seconds / count >= 0.05}
    return figures


def ratios(one, other):
    """`one` as multiples of `other`, for what both have."""
    found = {}
    for name, value in one.items():
        if isinstance(value, (int, float)) and other.get(name):
            found[name] = round(value / other[name], 2)
        elif isinstance(value, dict) and isinstance(other.get(name), dict) and other[name].get("p50_ms"):
            found[name] = round(value["p50_ms"] / other[name]["p50_ms"], 2)
    return found


def alternate(servers, work, rounds=2):
    """A, B, A, B: {name: figures} and, last, how the first compares with the second."""
    runs = collections.defaultdict(list)
    for _ in range(rounds):
        for server in servers:
            runs[server.domain].append(work(server))
    figures = {name: together(runs[name]) for name in runs}
    if len(servers) == 2:
        figures["ratio"] = ratios(*figures.values())
    return figures
