"""Some hours of a made-up mail server's figures, for dashboards that are looked at without one: what would be rare or
slow to bring about on a real one (a service that was down, a wrong record, a name that tries to be HTML) is in it."""
import math

HOSTILE = '<img src=x onerror=alert(1)>\\"\n{{user}}'
DKIM = "v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0t" * 4
GIB = 1 << 30


def exposition(now, hours=24, step=60):
    """Prometheus' text format, one line a sample, with times in milliseconds."""
    lines = []
    for name, labels, value in _series(now, now - hours * 3600):
        text = "{" + ",".join(f'{key}="{_escaped(word)}"' for key, word in labels.items()) + "}"
        for at in range(int(now - hours * 3600), int(now) + 1, step):
            figure = value(at) if callable(value) else value
            if figure is not None:
                lines.append(f"{name}{text} {figure:.10g} {at * 1000}")
    return "\n".join(lines) + "\n"


def _escaped(word):
    return str(word).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _noise(at, seed):
    """0 to 1, the same each time."""
    x = math.sin(at * 0.61803 + seed * 78.233) * 43758.5453
    return x - math.floor(x)


def _day(at):
    """Little at night, much in the afternoon."""
    return 0.25 + 0.75 * max(0.0, math.sin((at % 86400) / 86400 * 2 * math.pi - 1.9)) ** 1.5


def _counter(start, per_minute, seed=1):
    """What happens in whole pieces, as counters of messages do."""
    totals = [0]

    def value(at):
        while start + 60 * len(totals) <= at:
            minute = start + 60 * len(totals)
            wanted = per_minute * 2 * _day(minute) * _noise(minute, seed) * 1.1
            totals.append(totals[-1] + int(wanted) + (1 if _noise(minute, seed + 17) < wanted % 1 else 0))
        return totals[(at - int(start)) // 60]
    return value


def _wave(low, high, seed, period=5400):
    return lambda at: low + (high - low) * (
        0.5 + 0.35 * math.sin(at / period * 2 * math.pi + seed) + 0.15 * _noise(at, seed))


def _histogram(name, labels, start, per_minute, middle, seed):
    """Buckets of durations around `middle` seconds."""
    total = _counter(start, per_minute, seed)
    limits = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)
    for limit in limits:
        part = 1 / (1 + (middle / limit) ** 2.2)
        yield f"{name}_bucket", {**labels, "le": f"{limit:g}"}, (lambda at, p=part: round(total(at) * p))
    yield f"{name}_bucket", {**labels, "le": "+Inf"}, total
    yield f"{name}_count", labels, total
    yield f"{name}_sum", labels, lambda at: total(at) * middle


def _series(now, start):
    m = "mailserver_"

    def count(name, per_minute, seed, **labels):
        return name, labels, _counter(start, per_minute, seed)

    engines = ("postfix", "dovecot", "rspamd", "valkey", "unbound", "postsrsd", "clamav")
    for index, engine in enumerate(engines):
        down = lambda at, e=engine: 0 if e == "clamav" and now - 5400 < at < now - 4200 else 1  # noqa: E731
        yield m + "engine_up", {"engine": engine}, down
        yield m + "engine_restarts_total", {"engine": engine}, lambda at, e=engine: int(e == "clamav" and at >= now - 4200)
        yield m + "engine_start_time_seconds", {"engine": engine}, start - 86400
        yield m + "engine_memory_bytes", {"engine": engine}, _wave(2e7 * (index + 1), 2.6e7 * (index + 1), index)
        yield count(m + "engine_cpu_seconds_total", 0.6 + index % 3, index, engine=engine)
        for level, rate in (("warning", 0.04), ("error", 0.004)):
            yield count(m + "log_messages_total", rate, index + 40, engine=engine, level=level)
    for index, check in enumerate(("smtp", "submission", "submissions", "imap", "imaps", "https", "milter")):
        yield m + "probe_success", {"check": check}, lambda at, c=check: 0 if c == "imaps" and now - 3000 < at < now - 2700 else 1
        yield m + "probe_duration_seconds", {"check": check}, _wave(0.003, 0.02 * (index + 1), index, 900)
        if check != "milter":
            yield m + "port_certificate_expiry_timestamp_seconds", {"check": check}, now + 61 * 86400
    for name, left in (("mail.alpha.example", 61), ("autoconfig.alpha.example", 12)):
        yield m + "certificate_expiry_timestamp_seconds", {"name": name}, now + left * 86400
        yield m + "certificate_info", {"name": name, "issuer": "Pebble Intermediate CA 47f1", "sans": name}, 1
    yield m + "certificate_renewal_failures_total", {}, 0

    for queue, low, high in (("active", 0, 2), ("deferred", 3, 24), ("hold", 0, 0.4), ("incoming", 0, 1)):
        yield m + "queue_messages", {"queue": queue}, lambda at, w=_wave(low, high, low, 20000): int(w(at))
        yield m + "queue_bytes", {"queue": queue}, lambda at, w=_wave(low, high, low, 20000): int(w(at)) * 41000
        yield m + "queue_oldest_age_seconds", {"queue": queue}, lambda at, q=queue: (at - start) % 17000 if q == "deferred" else 0
    tls = {"smtp": 0.86, "submission": 1, "submissions": 1}
    for index, (service, rate) in enumerate((("smtp", 6), ("submission", 1.5), ("submissions", 3))):
        yield count(m + "smtp_connections_total", rate, index, service=service)
        for protocol, cipher, part in (("TLSv1.3", "TLS_AES_256_GCM_SHA384", 0.9),
                                       ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", 0.1)):
            yield count(m + "smtp_tls_connections_total", rate * tls[service] * part, index, service=service,
                        protocol=protocol, cipher=cipher)
        yield count(m + "smtp_auth_total", 0 if service == "smtp" else rate * 0.7, index + 3, service=service,
                    result="success")
        yield count(m + "smtp_auth_total", 0.3, index + 5, service=service, result="failure")
        yield count(m + "smtp_connections_lost_total", 0.2, index, service=service)
        yield count(m + "messages_received_total", rate * 0.6, index + 7, service=service)
    yield count(m + "smtp_client_name_errors_total", 0.4, 3)
    for protocol, rate in (("TLSv1.3", 1.4), ("TLSv1.2", 0.1), ("none", 0.1)):
        yield count(m + "outgoing_tls_connections_total", rate, len(protocol), protocol=protocol)
    reasons = ("unknown_user", "relay_denied", "bad_sender", "spam", "virus", "policy", "protocol", "quota", "tls",
               "banned", "other")
    for index, reason in enumerate(reasons):
        yield count(m + "smtp_rejects_total", (0.5, 0.02, 0.1, 0.6, 0.01, 0.2, 0.1, 0, 0, 0.3, 0.02)[index], index,
                    reason=reason)
    rates = {("lmtp", "sent"): 4, ("lmtp", "deferred"): 0.02, ("lmtp", "bounced"): 0.01, ("smtp", "sent"): 1.6,
             ("smtp", "deferred"): 0.3, ("smtp", "bounced"): 0.08, ("error", "deferred"): 0.1}
    for index, ((transport, status), rate) in enumerate(rates.items()):
        yield count(m + "deliveries_total", rate, index, transport=transport, status=status)
    for transport, rate, middle in (("lmtp", 4, 0.3), ("smtp", 1.6, 1.9)):
        yield from _histogram(m + "delivery_delay_seconds", {"transport": transport}, start, rate, middle, 3)
        for stage, middle in (("before_queue", 0.1), ("queue", 0.02), ("connection", 0.2), ("transmission", 0.5)):
            yield (m + "delivery_stage_seconds_total", {"transport": transport, "stage": stage},
                   lambda at, c=_counter(start, rate, 3), s=middle: c(at) * s)
    yield m + "message_bytes_total", {}, lambda at, c=_counter(start, 5, 2): c(at) * 68000

    users = ("jens@alpha.example", "meier@alpha.example", "anna@beta.example", "info@beta.example",
             HOSTILE + "@beta.example")
    for index, user in enumerate(users):
        where = {"domain": user.rpartition("@")[2], "user": user}
        yield m + "mailbox_bytes", where, lambda at, i=index: (0.4 + i) * 9e8 + (at - start) * 900 * (i + 1)
        yield m + "mailbox_messages", where, lambda at, i=index: 1200 * (i + 1) + (at - start) // 800
        yield m + "mailbox_unseen", where, lambda at, i=index: (3 * i + (at - start) // 5000) % 23
        yield count(m + "submissions_total", 0.2 * (index + 1), index, user=user)
        yield count("dovecot_auth_success_total", 0.3 * (index + 1), index, user=user, protocol="imap")
        if index < 3:
            yield m + "mailbox_quota_bytes", where, (1, 2, 2.7)[index] * GIB
    for domain in ("alpha.example", "beta.example"):
        yield m + "users", {"domain": domain}, 2 if domain[0] == "a" else 3
        yield m + "aliases", {"domain": domain}, 7
        yield m + "domain_mailbox_bytes", {"domain": domain}, lambda at, d=domain: (1.8e9 if d[0] == "a" else 9e9) + (at - start) * 3000
        yield m + "domain_mailbox_messages", {"domain": domain}, 9000
        yield m + "mailboxes_almost_full", {"domain": domain}, 0
    yield m + "mailbox_unseen", {"domain": "alpha.example", "user": "postmaster@alpha.example"}, 3
    yield m + "login_failing_networks", {}, lambda at, w=_wave(3, 30, 5, 20000): int(w(at))
    yield m + "imap_sessions", {}, lambda at, w=_wave(4, 18, 1, 30000): int(w(at))
    for protocol, rate in (("imap", 0.3), ("smtp", 0.5), ("pop3", 0), ("managesieve", 0), ("web", 0.01)):
        yield count(m + "login_failures_total", rate, 11, protocol=protocol)
        yield count(m + "logins_total", rate * 6, 12, protocol=protocol)

    for domain in ("alpha.example", "beta.example"):
        for check, kind, host, expected in (
                ("MX", "MX", domain, "10 mail.alpha.example."),
            ("SPF", "TXT", domain, "v=spf1 a mx ip4:198.51.100.25 -all"),
                ("DKIM", "TXT", f"mailserver._domainkey.{domain}", DKIM),
                ("DMARC", "TXT", f"_dmarc.{domain}", f"v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"),
                ("MTA-STS", "TXT", f"_mta-sts.{domain}", "v=STSv1; id=20261121"),
                ("TLSRPT", "TXT", f"_smtp._tls.{domain}", f"v=TLSRPTv1; rua=mailto:postmaster@{domain}")):
            wrong = domain[0] == "b" and check in ("DMARC", "SPF", "MTA-STS")
            status = "ok" if not wrong else "differs" if check == "DMARC" else "missing"
            found = expected if status == "ok" else "v=DMARC1;p=none" if status == "differs" else ""
            yield m + "dns_check_ok", {"domain": domain,
                                       "check": check}, lambda at, w=wrong: int(not w or at < now - 30000)
            yield (m + "dns_record_info",
                   {"domain": domain, "check": check, "host": host, "type": kind, "expected": expected,
                                           "found": found, "status": status}, 1)
    for check, host, good in (("A", "mail.alpha.example", 1), ("AAAA", "mail.alpha.example", 1),
                              ("PTR", "198.51.100.25", 0)):
        yield m + "dns_host_ok", {"check": check, "host": host, "expected": "mail.alpha.example", "found": "x"}, good
    yield m + "public_ip_info", {"ip": "198.51.100.25", "family": "ipv4"}, 1
    yield m + "public_ip_info", {"ip": "2001:db8::25", "family": "ipv6"}, 1
    yield m + "dns_last_check_timestamp_seconds", {}, lambda at: at - at % 600
    for name in ("zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org"):
        yield m + "dnsbl_listed", {"list": name}, int(name.startswith("bl."))
    for way in ("smtp", "submission"):
        yield m + "mail_probe_success", {"way": way}, 1
        yield m + "mail_probe_seconds", {"way": way}, lambda at: 0.4 + at % 7 / 50
    yield m + "mail_probe_timestamp_seconds", {}, lambda at: at - at % 900
    for domain in ("alpha.example", "beta.example"):
        for verdict, mails in (("passed", 410), ("failed", 12)):
            yield m + "reported_mails", {"domain": domain, "verdict": verdict}, mails
        for result, sessions in (("ok", 280), ("failed", 1)):
            yield m + "reported_tls_sessions", {"domain": domain, "result": result}, sessions

    yield m + "disk_total_bytes", {"path": "/host"}, 80 * GIB
    yield m + "disk_free_bytes", {"path": "/host"}, lambda at: 31 * GIB - (at - start) * 40000
    yield m + "disk_inodes_total", {"path": "/host"}, 5e6
    yield m + "disk_inodes_free", {"path": "/host"}, 4.4e6
    yield m + "system_memory_total_bytes", {}, 4 * GIB
    yield m + "system_swap_total_bytes", {}, GIB
    yield m + "system_swap_free_bytes", {}, 0.9 * GIB
    yield m + "system_memory_available_bytes", {}, _wave(1.6 * GIB, 2.4 * GIB, 2)
    for minutes in (1, 5, 15):
        yield f"{m}system_load{minutes}", {}, _wave(0.2, 1.4 / minutes ** 0.3, minutes, 2000 * minutes)
    yield m + "system_cpu_cores", {}, 2
    for mode, rate in (("user", 14), ("system", 6), ("iowait", 3), ("idle", 90)):
        yield count(m + "system_cpu_seconds_total", rate, len(mode), mode=mode)
    for direction in ("in", "out"):
        yield m + "network_bytes_total", {"device": "eth0", "direction": direction}, (
            lambda at, c=_counter(start, 9, len(direction)): c(at) * 91000)
    yield m + "bans_active", {}, lambda at, w=_wave(2, 19, 4, 40000): int(w(at))
    yield count(m + "bans_total", 0.05, 9)
    yield m + "backup_last_success_timestamp_seconds", {}, lambda at: start + (at - start) // 43200 * 43200
    yield m + "outbound_stopped", {}, lambda at: int(now - 20000 < at < now - 9000)
    yield m + "outbound_held_messages", {}, lambda at: 37 if now - 20000 < at < now - 9000 else 0
    yield m + "warnings", {"topic": "dns"}, 1
    yield m + "warnings", {"topic": "certificates"}, 0
    yield m + "build_info", {"version": "1.0"}, 1
    yield m + "start_time_seconds", {}, start - 6 * 86400

    for verdict, rate in (("no action", 3.4), ("add header", 0.3), ("reject", 0.6), ("greylist", 0.5),
                          ("soft reject", 0.02), ("rewrite subject", 0)):
        yield count("rspamd_actions_total", rate, len(verdict), type=verdict)
    yield count("rspamd_scanned_total", 4.8, 5)
    yield count("rspamd_spam_total", 0.9, 5)
    yield count("rspamd_learned_total", 0.1, 6)
    for kind in ("spam", "ham"):
        yield count(m + "spam_learned_total", 0.06, len(kind), **{"class": kind})
    yield from _histogram(m + "spam_scan_seconds", {}, start, 4.8, 0.4, 5)
    yield m + "virus_signatures_timestamp_seconds", {}, now - 40000
    yield count(m + "virus_found_total", 0.002, 8)
    yield count(m + "greylisted_total", 0.5, 8)

    yield count("dovecot_auth_success_count", 4, 5)
    for command, rate in (("FETCH", 9), ("SELECT", 3), ("SEARCH", 1), ("STORE", 0.7), ("IDLE", 2), ("APPEND", 0.2)):
        yield count("dovecot_imap_command_total", rate, len(command), cmd_name=command, tagged_reply_state="OK")
    yield from _histogram("dovecot_imap_command_duration", {}, start, 16, 0.03, 4)
    for direction in ("in", "out"):
        yield f"dovecot_imap_command_net_{direction}_bytes_sum", {}, lambda at, c=_counter(start, 9, 3): c(at) * 7000
    for reason in ("auth_failed", "no_auth_attempts", "tls_handshake_not_finished"):
        yield count("dovecot_login_aborted_total", 0.1, len(reason), reason=reason)
    for action in ("fileinto", "keep", "redirect"):
        yield count("dovecot_sieve_action_total", 0.4, len(action), action_name=action)
    yield count("dovecot_mail_delivery_total", 4, 1)
    for job in ("mailserver", "dovecot", "rspamd"):
        yield "up", {"job": job}, 1
    yield "ALERTS", {"alertname": "OnBlockList", "alertstate": "firing", "severity": "warning",
                     "list": "bl.spamcop.net"}, 1
    yield "ALERTS", {"alertname": "DnsRecordWrong", "alertstate": "firing", "severity": "warning",
                     "domain": "beta.example", "check": "SPF"}, 1
