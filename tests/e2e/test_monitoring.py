"""The monitoring: its container, the pages for the operator, alerts."""
import base64
import json
import socket

import pytest

from rig.web import Browser
from rig.monitoring import Monitoring, value
from rig.podman import wait_until

PASSWORD = "correct horse <&%\" battery"
API = "/monitoring/api/prom/api/v1/"


def logged_in(appliance, password=PASSWORD):
    browser = Browser(appliance)
    browser.post("/monitoring/api/login", user="mail", password=password)
    return browser


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"mail:{password}".encode()).decode()}


def test_the_store_answers_behind_the_login_whatever_was_started_first(lab):
    appliance = lab.appliance(GF_SECURITY_ADMIN_PASSWORD=PASSWORD)
    monitoring = Monitoring(lab, appliance).start()
    appliance.start()

    stranger = Browser(appliance)
    assert "Log in" in stranger.get("/monitoring/d/dnsy/dns-sanity") and "Log in" in stranger.get("/rspamd/")
    for path in (API + "query?query=1", "/monitoring/dashboards/main.json", "/rspamd/stat"):
        stranger.get(path)
        assert stranger.status == 401, path
    stranger.get(API + "query?query=1", basic("wrong"))
    assert stranger.status == 401

    operator = logged_in(appliance)
    assert operator.status == 200 and "Log in" not in operator.page
    wait_until("the figures of the server", lambda: value(operator, 'up{job="mailserver"}') == 1)
    for path in ("import", "admin/tsdb/delete_series", "query/../import", "status/tsdb"):
        operator.get(API + path)
        assert operator.status == 404, path
    grafana = Browser(appliance)
    grafana.get(API + "labels", basic(PASSWORD))
    assert grafana.status == 200 and "instance" in grafana.page

    # the filter's own pages, with no password of their own
    assert "Rspamd" in operator.get("/rspamd/") and operator.headers["Content-Type"].startswith("text/html")
    assert json.loads(operator.get("/rspamd/stat"))["read_only"] is False
    operator.get("/rspamd/js/main.js")
    assert operator.status == 200
    operator.post("/rspamd/saveactions", headers={"Origin": "https://evil.example"})
    assert operator.status == 403

    # nothing is lost when the store dies, nor when its container does; the server may come back at another address
    past = 'count_over_time(up{job="mailserver"}[10m])'
    wait_until("some samples", lambda: (value(operator, past) or 0) >= 2)
    before = value(operator, past)
    monitoring.kill()
    operator.get(API + "query?query=1")
    assert operator.status == 502 and "start_monitoring.sh" in operator.page
    appliance.stop()
    monitoring.start()
    appliance.start(address="moved")
    appliance.ipv4 = lab.addresses("moved")[0]
    operator = logged_in(appliance)
    wait_until("new samples beside the old ones", lambda: (value(operator, past) or 0) > before)

    # The waits double, so however slow this machine is, one of them is not over.
    answers = [logged_in(appliance, "wrong") for _ in range(12)]
    assert [answer.status for answer in answers[:5]] == [403] * 5
    assert any(answer.status == 429 and "Retry-After" in answer.headers for answer in answers[5:])


RULES = """
groups:
  - name: test
    interval: 2s
    rules:
      - alert: Flag
        expr: last_over_time(test_flag[1h]) == 1
        labels: {severity: critical}
        annotations: {summary: "the flag is up"}
"""

# Answers the first call with an error, and keeps what comes.
RECEIVER = """
import http.server
calls = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(500 if len(calls) == 1 else 200)
        self.end_headers()
        if len(calls) > 1:
            print(len(calls), flush=True)
    def log_message(self, *words):
        pass
server = http.server.ThreadingHTTPServer(("", 8080), Handler)
import threading
threading.Thread(target=server.serve_forever, daemon=True).start()
print("listening", flush=True)
sys.stdin.readline()
answer(calls)
"""


def test_an_alert_is_told_once_and_so_is_its_end(lab):
    receiver = lab.neighbour()
    appliance = lab.appliance(GF_SECURITY_ADMIN_PASSWORD=PASSWORD, ADMIN_USER_INITIAL_PASSWORD="first password",
                              ALERT_WEBHOOK=f"http://{receiver.ipv4}:8080/?topic=mail")
    admin = (f"postmaster@{appliance.domain}", "first password")
    with receiver.background(RECEIVER) as calls:
        assert calls.line() == "listening"
        appliance.start()
        monitoring = Monitoring(lab, appliance).start(RULES).wait_ready()
        monitoring.set("test_flag", 1)
        appliance.wait_for(admin, "Alert: the flag is up (critical)")
        assert calls.line() == "2"  # the first was refused
        assert [alert["name"] for alert in appliance.status()["alerts"]] == ["Flag"]
        appliance.kill()
        appliance.start()
        monitoring.set("test_flag", 0)
        appliance.wait_for(admin, "Resolved: the flag is up")
        assert calls.line() == "3"
        told = calls.finish()
    assert appliance.status()["alerts"] == []
    assert sorted(subject for subject in appliance.subjects(admin) if "flag" in subject) == [
        "Alert: the flag is up (critical)", "Resolved: the flag is up"]
    assert [(call["title"], call["topic"], call["alerts"][0]["status"]) for call in told[1:]] == [
        ("Alert: the flag is up (critical)", "mail", "firing"), ("Resolved: the flag is up", "mail", "resolved")]


def test_switched_off_nothing_of_it_runs_and_the_page_says_how_to_change_that(lab):
    appliance = lab.appliance(METRICS="false", GF_SECURITY_ADMIN_PASSWORD=PASSWORD).start()
    browser = Browser(appliance)
    assert "METRICS=true" in browser.get("/monitoring/") and browser.status == 503
    refused = appliance.one_off("monitoring")
    assert refused.returncode == 2 and "METRICS=false" in refused.stderr
    with pytest.raises(OSError):
        socket.create_connection((appliance.ipv4, 9464), 5)
