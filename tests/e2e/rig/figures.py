"""The figures of an appliance, read at their door as the container does that collects them."""
import re
import urllib.error
import urllib.request

from .podman import wait_until

SERIES = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def token(appliance):
    return (appliance.workspace / "monitoring-data/link/token").read_text().strip()


def get(appliance, path="/metrics", authorization=None, method="GET", address=None):
    """(status, text) of the door on port 9464; with the token unless another authorization is given."""
    request = urllib.request.Request(f"http://{address or appliance.ipv4}:9464{path}", method=method)
    authorization = f"Bearer {token(appliance)}" if authorization is None else authorization
    if authorization:
        request.add_header("Authorization", authorization)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def parse(text):
    """{name{label="value",…} with the labels sorted: value}. Every line must be one of the format's."""
    values = {}
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        found = SERIES.match(line)
        assert found, line
        labels = sorted(LABEL.findall(found[2] or ""))
        assert not found[2] or LABEL.sub("", found[2]) == "", line
        key = found[1] + ("{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else "")
        assert key not in values, f"twice: {line}"
        values[key] = float(found[3])
    return values


def read(appliance, path="/metrics"):
    status, text = get(appliance, path)
    assert status == 200, text
    return parse(text)


def series(name, /, **labels):
    """The key of a series of ours in what parse() gives."""
    text = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
    return f"mailserver_{name}" + (f"{{{text}}}" if text else "")


def rises(before, after):
    """By how much each series of `after` is more than before, those that are not left out."""
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}


class Watch:
    """What rose since it was made or last asked, among the series of some names."""

    def __init__(self, appliance, names, path="/metrics"):
        self._appliance, self._names, self._path = appliance, re.compile(names), path
        self._before = self._read()

    def _read(self):
        return {key: value for key, value in read(self._appliance, self._path).items() if self._names.match(key)}

    def wait_for(self, expected):
        """Waits until exactly this has risen, no more and no less."""
        def probe():
            now = self._read()
            seen.update(rises=rises(self._before, now))
            return now if seen["rises"] == expected else None
        seen = {}
        try:
            self._before = wait_until("the figures to rise", probe, deadline=20, interval=0.3)
        except AssertionError as error:
            raise AssertionError(f"expected {expected}, but these rose: {seen['rises']}") from error
