"""The figures: exact, complete, and nobody else's business."""
import re
import smtplib
import socket

import pytest

from rig import figures, mail
from rig.appliance import REPOSITORY
from rig.figures import series
from rig.podman import wait_until

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"
# What counts mail; times, sizes and ciphers aside.
COUNTED = (r"mailserver_(smtp_connections_total|smtp_auth_total|smtp_rejects_total|messages_received_total"
           r"|submissions_total|deliveries_total|logins_total|login_failures_total"
           r"|delivery_delay_seconds_count|spam_scan_seconds_count)")
# Only with a certificate that was issued, a virus scanner, a backup, the probe, reports of others, accounts elsewhere.
ABSENT = {"mailserver_certificate_renewal_last_success_timestamp_seconds",
          "mailserver_virus_signatures_timestamp_seconds", "mailserver_backup_last_success_timestamp_seconds",
          "mailserver_backup_last_verified_timestamp_seconds", "mailserver_backup_interval_seconds",
          "mailserver_backup_duration_seconds",
          "mailserver_backup_size_bytes", "mailserver_backup_failed", "mailserver_mail_probe_success",
          "mailserver_mail_probe_seconds", "mailserver_mail_probe_timestamp_seconds", "mailserver_reported_mails",
          "mailserver_reported_tls_sessions", "mailserver_sync_last_success_timestamp_seconds", "mailserver_sync_failing",
          "mailserver_sync_messages_total"}


def test_each_mail_counts_exactly_once_where_it_belongs(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    watch = figures.Watch(appliance, COUNTED)
    scanned = {"mailserver_spam_scan_seconds_count": 1}
    delivered = {series("deliveries_total", transport="lmtp", status="sent"): 1,
                 series("delivery_delay_seconds_count", transport="lmtp"): 1, **scanned}

    def connection(service, **more):
        return {series("smtp_connections_total", service=service): 1, **more}

    def taken(service):
        return connection(service, **{series("messages_received_total", service=service): 1})

    def submitted(service):
        return {**taken(service), series("smtp_auth_total", service=service, result="success"): 1,
                series("submissions_total", user=alice.address): 1, series("logins_total", protocol="smtp"): 1}

    def refused(reason):
        return {series("smtp_rejects_total", reason=reason): 1}

    mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    watch.wait_for({**taken("smtp"), **delivered})
    for recipient, reason in (("nobody@alpha.example", "unknown_user"), ("x@elsewhere.example", "relay_denied")):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", recipient))
        watch.wait_for(connection("smtp", **refused(reason)))
    with pytest.raises(smtplib.SMTPDataError):
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, body=GTUBE))
    watch.wait_for(connection("smtp", **refused("spam"), **scanned))

    for port, service in ((587, "submission"), (465, "submissions")):
        appliance.submit(alice, mail.message(alice.address, bob.address), port=port)
        watch.wait_for({**submitted(service), **delivered})
    # It comes back: the domain does not exist.
    appliance.submit(alice, mail.message(alice.address, "x@nowhere.example"))
    watch.wait_for({**submitted("submissions"), **delivered, "mailserver_spam_scan_seconds_count": 2,
                    series("deliveries_total", transport="smtp", status="bounced"): 1})

    wrong = (alice.address, "wrong-password")
    assert not appliance.can_send(wrong, 465)  # by AUTH PLAIN and by AUTH LOGIN
    watch.wait_for(connection("submissions", **{series("smtp_auth_total", service="submissions", result="failure"): 2,
                                                series("login_failures_total", protocol="smtp"): 2}))
    assert not appliance.can_read(wrong)
    watch.wait_for({series("login_failures_total", protocol="imap"): 1})
    assert appliance.can_read(alice)
    watch.wait_for({series("logins_total", protocol="imap"): 1})


def documented():
    """{name: (type, labels)} of the tables in dashboards/METRICS.md."""
    text = (REPOSITORY / "dashboards/METRICS.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (\w+) \|.*\| ([^|]*)\|$", text, re.M)
    return {name: (kind, set(re.findall(r"(?:^|; )`([a-z_]+)`:", labels))) for name, kind, labels in rows}


def guess_names(appliance, number):
    """Logins, senders and recipients nobody has."""
    with mail.any_certificate().wrap_socket(socket.create_connection((appliance.ipv4, 993), 30)) as imap:
        file = imap.makefile("rb")
        for n in range(number):
            imap.sendall(f"{n} LOGIN guess{n}@alpha.example x{n}\r\n".encode())
            while not file.readline().startswith(f"{n} ".encode()):
                pass
    with mail.smtp(appliance.ipv4, 25) as smtp:
        for n in range(number):
            smtp.mail(f"guess{n}@guess{n}.example")
            smtp.rcpt(f"guess{n}@alpha.example")
            smtp.rset()


def test_the_door_shows_what_is_documented_to_who_has_the_token(lab):
    appliance = lab.appliance(METRICS_PER_USER_LIMIT="2", POP3="true").start()
    good = f"Bearer {figures.token(appliance)}"
    for wrong in ("", "Bearer", "Bearer x", good.replace("Bearer", "Basic"), good + "x", good[:-1]):
        for path in ("/metrics", "/metrics/dovecot", "/metrics/rspamd", "/"):
            assert figures.get(appliance, path, authorization=wrong)[0] == 401, (wrong, path)
    assert figures.get(appliance, "/metricsx")[0] == 404
    assert figures.get(appliance, method="POST")[0] == 405
    assert figures.get(appliance, address=f"[{appliance.ipv6}]")[0] == 200
    link = appliance.workspace / "monitoring-data/link"
    assert [path.stat().st_mode & 0o777 for path in (link, link / "token")] == [0o700, 0o600]

    alice, bob, *_ = [appliance.add(name) for name in ("alice", "bob", "carl", "dora")]
    appliance.user("quota", alice.address, "10M")
    appliance.submit(alice, mail.message(alice.address, bob.address, body="x" * 50000), port=587)
    appliance.submit(bob, mail.message(bob.address, alice.address, body="y" * 30000))

    def messages_of(account):
        return series("mailbox_messages", domain="alpha.example", user=account.address)

    def all_there():
        now = figures.read(appliance)
        done = now.get("mailserver_imap_sessions") == 1 and all(now.get(messages_of(who)) == 1 for who in (alice, bob))
        return now if done else None

    with appliance.imap(alice) as session:
        session.select("INBOX")
        now = wait_until("all figures to be there", all_there, deadline=90, interval=1)

    # The table and the door say the same.
    table = documented()
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", figures.get(appliance)[1], re.M))
    assert types == {name: kind for name, (kind, _) in table.items() if not name.startswith(("dovecot_", "rspamd_"))}
    filled = set()
    for key in now:
        name, _, labels = key.partition("{")
        row = name if name in table else re.sub("_(bucket|sum|count)$", "", name)
        assert {label for label, _ in figures.LABEL.findall(labels.rstrip("}"))} - {"le"} == table[row][1], key
        filled.add(row)
    assert {name for name in types if "dns" not in name and name != "mailserver_public_ip_info"} - filled == ABSENT
    for engine in ("dovecot", "rspamd"):
        status, text = figures.get(appliance, f"/metrics/{engine}")
        names = set(re.findall(r"^([a-z_]+?)(?:_bucket)?[ {]", text, re.M))
        wanted = {name for name in table if name.startswith(engine)} - {"dovecot_login_aborted_total",
                                                                        "dovecot_auth_failures_total"}
        assert status == 200 and wanted <= names, wanted - names
    assert "scan_time_average" not in text

    assert now["mailserver_ready"] == 1
    expiry = now[series("certificate_expiry_timestamp_seconds", name=appliance.hostname)]
    for check in ("smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s", "https"):
        assert now[series("probe_success", check=check)] == 1, check
        assert now[series("port_certificate_expiry_timestamp_seconds", check=check)] == expiry, check
    assert now[series("probe_success", check="milter")] == 1
    for engine in ("postfix", "dovecot", "rspamd", "unbound", "valkey", "postsrsd"):
        assert now[series("engine_up", engine=engine)] == 1
        assert 1 << 17 < now[series("engine_memory_bytes", engine=engine)] < 1 << 30
        assert now[series("engine_processes", engine=engine)] >= 1
    # Series of their own have the two with most mail, of five.
    assert {key for key in now if key.startswith("mailserver_mailbox_bytes")} == {
        series("mailbox_bytes", domain="alpha.example", user=who.address) for who in (alice, bob)}
    assert now[series("mailbox_quota_bytes", domain="alpha.example", user=alice.address)] == 10 << 20
    assert now[series("users", domain="alpha.example")] == 5
    assert now[series("domain_mailbox_messages", domain="alpha.example")] == 2
    # Our own probes are neither in the log nor in the counts.
    assert "127.9.4.64" not in appliance.logs()
    assert now[series("smtp_connections_total", service="smtp")] == 0

    printed = figures.parse(appliance.exec("mailserver", "metrics").stdout)
    assert set(printed) == set(figures.read(appliance))
    assert appliance.exec("mailserver", "metrics", "nonsense", check=False).returncode == 2

    def everything():
        return set(figures.read(appliance)) | set(figures.read(appliance, "/metrics/dovecot"))

    failures = series("login_failures_total", protocol="imap")
    before = everything()
    guess_names(appliance, 3)
    wait_until("the guesses to be counted", lambda: figures.read(appliance)[failures] == 3, deadline=60)
    # One for the protocol, one for the reason; no more, however many the names.
    added = {re.sub("_duration_seconds", "", key) for key in everything() - before}
    assert len(added) <= 2 and all(key.startswith(("dovecot_auth_failures_total", "dovecot_login_aborted_total"))
                                   for key in added), added
    assert not [key for key in everything() if "guess" in key]


def test_without_metrics_nothing_of_it_runs(lab):
    appliance = lab.appliance(METRICS="false").start()
    for port in (9464, 9900):
        with pytest.raises(OSError):
            socket.create_connection((appliance.ipv4, port), 5)
    assert not (appliance.workspace / "monitoring-data").exists()
    assert "9900" not in appliance.exec("doveconf", "-n").stdout
    printed = appliance.exec("mailserver", "metrics", check=False)
    assert printed.returncode == 5 and "METRICS=true" in printed.stderr
