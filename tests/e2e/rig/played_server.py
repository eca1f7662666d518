"""Plays the HTTPS server of an appliance to the dashboards: their files with the real policy, in front of a store.
It can be told to end the session, to lose the store, or what the alerts are."""
import contextlib
import http.server
import json
import pathlib
import threading
import urllib.error
import urllib.parse
import urllib.request

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
BASE = "/monitoring/"


def _rule(name, severity, *alerts):
    return {
        "name": name,
        "type": "alerting",
        "state": "firing" if alerts else "inactive",
        "query": "…",
        "duration": 60,
        "labels": {"severity": severity},
        "annotations": {},
        "alerts": [
            {
                "state": "firing",
                "activeAt": "2026-01-01T00:00:00Z",
                "labels": {"severity": severity},
                "annotations": {"summary": summary, "description": "Ask the list to take the address off."},
            }
            for summary in alerts
        ],
    }


# As vmalert answers.
RULES = {
    "groups": [
        {
            "rules": [
                _rule("DiskAlmostFull", "critical"),
                _rule("ServiceDown", "critical"),
                _rule("OnBlockList", "warning", "This server is on the block list bl.spamcop.net"),
            ]
        }
    ]
}


class PlayedServer:
    """`files` has viewer/ and dashboards/, as they are in the image; `store` is the address of a victoria-metrics."""

    def __init__(self, files, store, port=0):
        self.files, self.store = pathlib.Path(files), store
        self.restore()
        outer = self

        class Handler(_Handler):
            server_of = outer

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{BASE}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def restore(self):
        """Logged in, the store there, nothing asked yet."""
        self.session = self.reachable = True
        self.checks = 0
        self.asked = []
        self.rules = RULES

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def alerts(self):
        return [alert for group in self.rules["groups"] for rule in group["rules"] for alert in rule["alerts"]]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: PlayedServer

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == BASE + "login":
            return self._send(200, b"<!doctype html><title>Log in</title><h1>Log in</h1>", ".html")
        if not self.server_of.session:
            return self._json(401, {"status": "error", "error": "not logged in"})
        if path.startswith(BASE + "api/prom/"):
            return self._store(self.path[len(BASE + "api/prom") :], None)
        if path.startswith(BASE + "dashboards/"):
            return self._file("dashboards/" + path.rpartition("/")[2])
        if path == BASE or path.startswith(BASE + "d/"):
            return self._file("viewer/index.html")
        return self._file("viewer/" + path.rpartition("/")[2])

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.server_of.session:
            return self._json(401, {"status": "error", "error": "not logged in"})
        if self.path == BASE + "api/dns/check":
            self.server_of.checks += 1
            return self._json(202, {})
        return self._store(self.path[len(BASE + "api/prom") :], body)

    def _store(self, path, body):
        if not self.server_of.reachable:
            return self._json(503, {"status": "error", "error": "The store does not answer."})
        if path == "/api/v1/alerts":
            return self._json(200, {"status": "success", "data": {"alerts": self.server_of.alerts()}})
        if path == "/api/v1/rules":
            return self._json(200, {"status": "success", "data": self.server_of.rules})
        self.server_of.asked += urllib.parse.parse_qs(urllib.parse.urlsplit(path).query).get("query", [])
        request = urllib.request.Request(self.server_of.store + path, body)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return self._send(answer.status, answer.read(), ".json")
        except urllib.error.HTTPError as error:
            return self._send(error.code, error.read(), ".json")

    def _file(self, name):
        file = self.server_of.files / name
        if not file.is_file():
            return self._json(404, {"status": "error", "error": "There is no such page."})
        return self._send(200, file.read_bytes(), file.suffix)

    def _json(self, status, content):
        self._send(status, json.dumps(content).encode(), ".json")

    def _send(self, status, body, suffix):
        self.send_response(status)
        self.send_header("Content-Type", KINDS.get(suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the page asks anew before the answer is there
            self.wfile.write(body)
