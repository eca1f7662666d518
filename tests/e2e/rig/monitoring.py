"""The monitoring container of an appliance, run the way ./start_monitoring.sh runs it."""
import json
import urllib.parse
import urllib.request

from .appliance import image, run_options
from .podman import podman, wait_until


class Monitoring:
    def __init__(self, lab, appliance):
        self._lab = lab
        self._appliance = appliance
        self._role = f"monitoring-{appliance.domain}"
        self.ipv4, _ = lab.addresses(self._role)
        self._data = appliance.workspace / "monitoring-data"
        self.container = None

    def start(self, rules=None):
        """`rules`: a file of alert rules besides the product's, as text."""
        self._data.mkdir(exist_ok=True)
        options = [*run_options(), *self._appliance.environment(), f"--volume={self._data}:/host/monitoring-data"]
        if rules:
            file = self._lab.folder("rules") / "test.yml"
            file.write_text(rules)
            options.append(f"--volume={file}:/usr/share/mailserver/monitoring/rules/test.yml:ro")
        self.container = self._lab.container(self._role, ["monitoring"], address=self._role, image=image(),
                                             options=options)
        return self

    def kill(self):
        """As when the machine loses power."""
        podman("kill", "--signal=KILL", self.container)
        wait_until("the monitoring to be dead", lambda: podman(
            "inspect", "--format={{.State.Status}}", self.container).stdout.strip() == "exited", deadline=20)
        podman("network", "disconnect", "--force", self._lab.network, self.container, check=False)

    def wait_ready(self):
        wait_until("the monitoring to be ready", lambda: podman(
            "exec", self.container, "mailserver", "status", check=False).returncode == 0)
        return self

    def set(self, name, value):
        """A figure of the case's own in the store."""
        self._ask("/api/v1/import/prometheus", f"{name} {value}\n".encode())

    def _ask(self, path, body=None):
        store = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        store.add_password(None, f"http://{self.ipv4}:8428/", "mailserver", (self._data / "link/token").read_text().strip())
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(store))
        with opener.open(f"http://{self.ipv4}:8428{path}", body, timeout=10) as answer:
            return answer.read()


def value(browser, query):
    """What a browser that is logged in gets for a PromQL expression; nothing when there is no such figure."""
    page = browser.get("/monitoring/api/prom/api/v1/query?" + urllib.parse.urlencode({"query": query}))
    if browser.status != 200:
        return None
    result = json.loads(page)["data"]["result"]
    return float(result[0]["value"][1]) if result else None
