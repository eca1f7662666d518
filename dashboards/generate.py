#!/usr/bin/python3
"""Writes the dashboards, *.json beside this file; they are changed here, not there.
Usage: generate.py [--check], which only says whether the files are what this would write."""
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # all files of this folder go into the image's tag

from grafana_json import (  # noqa: E402
    BLUE, GREEN, GREY, ORANGE, PURPLE, RED, YELLOW, choice, column, counts, dashboard, fixed,
    gauge, history, lines, matching, paint, query, ranking, stat, steps, table, text, texts,
)

UP = texts(_0=("Down", RED), _1=("Up", GREEN))
ANSWERS = texts(_0=("No", RED), _1=("Yes", GREEN))
RIGHT = texts(_0=("Wrong", RED), _1=("OK", GREEN))
LISTED = texts(_0=("Not listed", GREEN), _1=("Listed", RED))
RECORD = texts(ok=("OK", GREEN), missing=("Missing", RED), differs=("Differs", ORANGE))
SEVERITY = texts(critical=("Critical", RED), warning=("Warning", ORANGE))
OUTCOMES = paint(Delivered_here=GREEN, Sent_out=BLUE, Deferred=YELLOW, Bounced=RED, Rejected=ORANGE)
BADGE = {"type": "color-background", "mode": "basic"}
BAR = {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}
AGE_OF_BACKUP = query("time() - mailserver_backup_last_success_timestamp_seconds")
CERTIFICATE_LEFT = query("min(mailserver_certificate_expiry_timestamp_seconds) - time()")
DISK_USED = query("100 * max(1 - mailserver_disk_free_bytes / mailserver_disk_total_bytes)")
STOPPED = query("mailserver_outbound_stopped")
BANNED = query("mailserver_bans_active")
DAY = 86400


def per_minute(counter, *labels, legend="", where=""):
    by = f"sum by ({', '.join(labels)}) " if labels else "sum"
    return query(f"{by}(rate({counter}{where}[$__rate_interval])) * 60", legend)


def each_interval(counter, *labels, legend="", where=""):
    by = f"sum by ({', '.join(labels)}) " if labels else "sum"
    return query(f"{by}(increase({counter}{where}[$__interval]))", legend)


def last_day(counter, *labels, legend="", where="", most=None):
    by = f"sum by ({', '.join(labels)}) " if labels else "sum"
    expr = f"{by}(increase({counter}{where}[24h]))"
    if most:
        expr = f"sort_desc(topk({most}, {expr} > 0))"
    elif labels:
        expr = f"sort_desc({expr} > 0)"
    return query(expr, legend, instant=True)


def quantile(share, histogram, window, *labels, legend="", where=""):
    return query(f"histogram_quantile({share}, sum by ({', '.join(('le', *labels))}) "
                 f"(rate({histogram}_bucket{where}[{window}])))", legend)


def deliveries(where):
    return f"mailserver_deliveries_total{{{where}}}"


def overview():
    certificate = stat("Certificate expires in", CERTIFICATE_LEFT, 5, unit="s", empty="None",
                       limits=steps(RED, (7 * DAY, ORANGE), (14 * DAY, GREEN)))
    to_fix = stat("DNS records to fix",
                  query('sum(1 - mailserver_dns_check_ok{check=~"MX|SPF|DKIM|DMARC"})'), 4,
                  limits=steps(GREEN, (1, RED)),
                  about="Missing or wrong records; the page DNS sanity has what to publish.")
    waiting = stat("Waiting in queue", query("sum(mailserver_queue_messages)"), 5, spark=True, decimals=0,
                   limits=steps(GREEN, (20, ORANGE), (100, RED)))
    received = stat("Received, last 24 h", last_day(deliveries('transport="lmtp",status="sent"')), 5, decimals=0,
                    colors=fixed(BLUE))
    sent = stat("Sent out, last 24 h", last_day(deliveries('transport="smtp",status="sent"')), 4, decimals=0,
                colors=fixed(PURPLE))
    refused = stat("Rejected, last 24 h", last_day("mailserver_smtp_rejects_total"), 5, decimals=0,
                   colors=fixed(ORANGE), about="Messages and connections refused, spam and viruses among them.")
    alerts = table("Alerts", query('ALERTS{alertstate="firing"}', table=True), 8,
                   {"severity": "Severity", "alertname": "Alert", "engine": "Service", "check": "Check",
                    "domain": "Domain", "user": "User"},
                   empty="Nothing is wrong", about="What fires now; the bell at the top has all rules.",
                   overrides=[column("Severity", mappings=SEVERITY, custom__cellOptions=BADGE, custom__width=92)])
    return dashboard("main", "Overview", "Is everything running, and does mail flow?", [
        (7, stat("Services", query("mailserver_engine_up", "{{engine}}"), 5, tiles=True, mappings=UP),
         stat("Ports answering", query("mailserver_probe_success", "{{check}}"), 5, tiles=True, mappings=ANSWERS,
              about="Each port is spoken to in its protocol, from inside."),
         [(4, certificate), (3, received)], [(4, to_fix), (3, sent)], [(4, waiting), (3, refused)]),
        (9, counts("Mail flow", [
            each_interval(deliveries('transport="lmtp",status="sent"'), legend="Delivered here"),
            each_interval(deliveries('transport="smtp",status="sent"'), legend="Sent out"),
            each_interval(deliveries('status="deferred"'), legend="Deferred"),
            each_interval(deliveries('status="bounced"'), legend="Bounced"),
            each_interval("mailserver_smtp_rejects_total", legend="Rejected"),
        ], 15, overrides=OUTCOMES),
         [(5, gauge("Disk", DISK_USED, 3, unit="percent", decimals=0, low=0, high=100,
                    limits=steps(GREEN, (75, ORANGE), (90, RED)))),
          (4, stat("Last backup", AGE_OF_BACKUP, 3, unit="s", empty="None yet",
                   limits=steps(GREEN, (36 * 3600, ORANGE), (2 * DAY, RED))))],
         [(5, gauge("Memory", query("100 * (1 - mailserver_system_memory_available_bytes / "
                                    "mailserver_system_memory_total_bytes)"), 3, unit="percent", decimals=0, low=0,
                    high=100, limits=steps(GREEN, (80, ORANGE), (93, RED)))),
          (4, stat("On hold", STOPPED, 3, decimals=0, limits=steps(GREEN, (1, RED)),
                   about="Accounts whose outgoing mail is on hold because they sent unusually much."))],
         [(5, gauge("Load per core", query("mailserver_system_load1 / mailserver_system_cpu_cores"), 3, decimals=2,
                    low=0, high=2, limits=steps(GREEN, (0.8, ORANGE), (1.2, RED)))),
          (4, stat("Banned", BANNED, 3, decimals=0, colors=fixed(BLUE),
                   about="Addresses shut out for guessing passwords or for abuse."))]),
        (9, history("Service history", [query("mailserver_engine_up", "{{engine}}"),
                                        query("mailserver_probe_success", "port {{check}}")], 15, mappings=UP),
         lines("Sign-ins per minute", [
             query("sum(rate(dovecot_auth_success_count[$__rate_interval])) * 60", "Successful"),
             query("sum(rate(mailserver_login_failures_total[$__rate_interval])) * 60", "Failed"),
         ], 9, overrides=paint(Successful=GREEN, Failed=RED))),
        (8, table("Mailboxes", [query("mailserver_mailbox_bytes", table=True),
                                query("mailserver_mailbox_messages", table=True),
                                query("mailserver_mailbox_unseen", table=True)], 16,
                  {"user": "User", "Value #A": "Size", "Value #B": "Messages", "Value #C": "Unread"}, sort="Size",
                  descending=True,
                  overrides=[column("Size", unit="bytes", custom__cellOptions=BAR, color=fixed(BLUE), min=0)]),
         alerts),
    ], refresh="30s")


def mail_server():
    lmtp_or_smtp = '{transport=~"lmtp|smtp"}'
    return dashboard("psfx", "Mail server", "SMTP: what came in, what went out, what waits, what was refused.", [
        (4, stat("Waiting by queue", query("mailserver_queue_messages", "{{queue}}"), 6, decimals=0,
                 limits=steps(GREEN, (20, ORANGE), (100, RED))),
         stat("Oldest waiting message",
              query('max(mailserver_queue_oldest_age_seconds{queue=~"deferred|active|incoming"})'),
              4, unit="s", limits=steps(GREEN, (3600, ORANGE), (DAY, RED))),
         stat("Delivery time, 95 %", quantile(0.95, "mailserver_delivery_delay_seconds", "15m",
                                                         where='{transport="lmtp"}'), 5,
              unit="s", spark=True, empty="No mail", limits=steps(GREEN, (10, ORANGE), (60, RED)),
              about="From the first octet received to the mailbox, over the last 15 minutes."),
         stat("Encrypted connections, 24 h", query(
             "clamp_max(100 * sum(increase(mailserver_smtp_tls_connections_total[24h])) / "
             "sum(increase(mailserver_smtp_connections_total[24h])), 100)", instant=True), 5, unit="percent",
              decimals=1, empty="None", limits=steps(RED, (60, ORANGE), (85, GREEN))),
         stat("Failed sign-ins, 24 h", last_day("mailserver_smtp_auth_total", where='{result="failure"}'), 4,
              decimals=0, limits=steps(GREEN, (50, ORANGE), (500, RED)))),
        "Mail flow",
        (8, counts("Deliveries", [each_interval(deliveries(kinds), "transport", "status",
                                                legend="{{transport}} {{status}}") for kinds in (
            'status="sent",transport=~"lmtp|smtp"', 'status="deferred",transport!="other"',
            'status="bounced",transport=~"lmtp|smtp"')], 12,
                   overrides=paint(lmtp_sent=GREEN, smtp_sent=BLUE, smtp_deferred=YELLOW, lmtp_deferred="dark-yellow",
                                   error_deferred=ORANGE, smtp_bounced=RED, lmtp_bounced="dark-red")),
         lines("Delivery time", [
             quantile(share, "mailserver_delivery_delay_seconds", "$__rate_interval", "transport", where=lmtp_or_smtp,
                      legend="{{transport}} " + name)
             for share, name in ((0.5, "median"), (0.95, "95th percentile"), (0.99, "99th percentile"))
         ], 12, unit="s", interval="2m", legend=["lastNotNull", "max"])),
        (8, lines("Average time by stage of delivery", query(
            "sum by (transport, stage) (rate(mailserver_delivery_stage_seconds_total[$__rate_interval])) / on (transport) "
            "group_left () sum by (transport) (rate(mailserver_delivery_delay_seconds_count[$__rate_interval]))",
            "{{transport}} {{stage}}"), 12, unit="s", interval="2m", legend=["lastNotNull", "max"],
                  about="Before the queue: while it was received. Transmission: with the other server, or into the mailbox."),
         lines("Share of refused mail", query(
             "100 * sum(increase(mailserver_smtp_rejects_total[1h])) / (sum(increase(mailserver_smtp_rejects_total[1h])) + "
             "sum(increase(mailserver_messages_received_total[1h])) > 0)", "refused"), 12, unit="percent", low=0,
               high=100, about="Over the hour before each point.")),
        (8, counts("Accepted by port",
                   [each_interval("mailserver_messages_received_total", "service", legend="{{service}}")], 8),
         lines("Traffic accepted", query("rate(mailserver_message_bytes_total[$__rate_interval])", "Message octets"), 8,
               unit="Bps"),
         ranking("Sent by user, 24 h", last_day("mailserver_submissions_total", "user", legend="{{user}}", most=10), 8,
                 decimals=0, empty="Nobody sent mail")),
        "Queue",
        (8, lines("Messages waiting", query("mailserver_queue_messages", "{{queue}}"), 8, stacked=True, stairs=True,
                  decimals=0, legend=["lastNotNull", "max"], below=True),
         lines("Age of the oldest message", query("mailserver_queue_oldest_age_seconds", "{{queue}}"), 8, unit="s",
               legend=["lastNotNull", "max"], below=True),
         [(4, stat("Accounts stopped", STOPPED, 4, decimals=0, limits=steps(GREEN, (1, RED)),
                   about="Their outgoing mail is on hold because they sent unusually much.")),
          (4, stat("Messages held back", query("mailserver_outbound_held_messages"), 4, decimals=0,
                   limits=steps(GREEN, (1, ORANGE))))],
         [(4, stat("Size of the queue", query("sum(mailserver_queue_bytes)"), 4, unit="bytes", spark=True,
                   colors=fixed(BLUE))),
          (4, stat("Bounced, 24 h", last_day(deliveries('status="bounced"')), 4, decimals=0,
                   limits=steps(GREEN, (20, ORANGE), (200, RED))))]),
        "Refused",
        (8, counts("Rejected by reason",
                   [each_interval("mailserver_smtp_rejects_total", "reason", legend="{{reason}}")], 12),
         ranking("Top reasons, 24 h", last_day("mailserver_smtp_rejects_total", "reason", legend="{{reason}}", most=10),
                 6, decimals=0, colors=fixed(ORANGE)),
         counts("Warnings and errors in the log", [each_interval("mailserver_log_messages_total", "level",
                                                                 legend="{{level}}", where='{engine="postfix"}')], 6,
                below=True, overrides=paint(warning=YELLOW, error=RED))),
        "Connections",
        (8, lines("Connections per minute",
                  per_minute("mailserver_smtp_connections_total", "service", legend="{{service}}"),
                  12, legend=["lastNotNull", "max"]),
         lines("Sign-ins for sending, per minute", per_minute("mailserver_smtp_auth_total", "service", "result",
                                                              legend="{{service}} {{result}}"), 12,
               legend=["lastNotNull", "max"])),
        (8, lines("Connections that broke off, per minute",
                  per_minute("mailserver_smtp_connections_lost_total", "service",
                                                                       legend="{{service}}"), 12,
                  legend=["lastNotNull", "max"]),
         lines("Clients without a matching name, per minute",
               per_minute("mailserver_smtp_client_name_errors_total", legend="Clients"),
               12, about="The name of the address leads to another address, or to none. Good mail servers have a matching one.")),
        (7, lines("Share of encrypted connections by port", query(
            "clamp_max(100 * sum by (service) (increase(mailserver_smtp_tls_connections_total[1h])) / "
            "(sum by (service) (increase(mailserver_smtp_connections_total[1h])) > 0), 100)", "{{service}}"), 10,
                  unit="percent", low=0,
                  high=100, fill=0, legend=["lastNotNull", "min"], about="Over the hour before each point."),
         ranking("TLS versions and ciphers, 24 h",
                 last_day("mailserver_smtp_tls_connections_total", "protocol", "cipher",
                                                            legend="{{protocol}} {{cipher}}", most=8), 8, decimals=0),
         ranking("TLS towards others, 24 h",
                 last_day("mailserver_outgoing_tls_connections_total", "protocol", legend="{{protocol}}"), 6,
                 decimals=0, empty="Nothing was sent")),
    ])


def imap_server():
    mine = '{domain=~"$domain"}'
    command_time = [query(f"histogram_quantile({share}, sum by (le) (rate(dovecot_imap_command_duration_bucket[5m])))",
                          name)
                    for share, name in ((0.5, "median"), (0.95, "95th percentile"), (0.99, "99th percentile"))]
    return dashboard("dvct", "IMAP server", "Mailboxes, and the mail programs that read them.", [
        (4, stat("Sessions now", query("mailserver_imap_sessions"), 4, spark=True, decimals=0, colors=fixed(BLUE)),
         stat("Sign-ins, 24 h", last_day("dovecot_auth_success_count"), 4, decimals=0, colors=fixed(GREEN)),
         stat("Failed sign-ins, 24 h", last_day("mailserver_login_failures_total"), 4, decimals=0,
              limits=steps(GREEN, (50, ORANGE), (500, RED))),
         stat("All mailboxes", query("sum(mailserver_domain_mailbox_bytes)"), 4, unit="bytes", spark=True,
              colors=fixed(BLUE)),
         stat("Command time, 95 %", query(
             "histogram_quantile(0.95, sum by (le) (rate(dovecot_imap_command_duration_bucket[1h])))"), 4, unit="s",
              empty="No commands", limits=steps(GREEN, (1, ORANGE), (5, RED))),
         stat("Sorted by filters, 24 h", last_day("dovecot_sieve_action_total", where='{action_name="fileinto"}'), 4,
              decimals=0, colors=fixed(PURPLE), empty="0",
              about="Mail that a Sieve script put into a folder, spam in Junk among it.")),
        "Mailboxes",
        (9, table("Mailboxes", [
            query(f"mailserver_mailbox_bytes{mine}", table=True),
            query(f"100 * mailserver_mailbox_bytes{mine} / mailserver_mailbox_quota_bytes", table=True),
            query(f"mailserver_mailbox_messages{mine}", table=True),
            query(f"mailserver_mailbox_unseen{mine}", table=True),
        ], 14, {"user": "User", "Value #A": "Size", "Value #B": "Quota used", "Value #C": "Messages",
                "Value #D": "Unread"}, sort="Size", descending=True, overrides=[
            column("Size", unit="bytes", custom__cellOptions=BAR, color=fixed(BLUE), min=0),
            column("Quota used", unit="percent", decimals=0, min=0, max=100, custom__cellOptions=BAR,
                   color={"mode": "thresholds"}, thresholds=steps(GREEN, (80, ORANGE), (95, RED)))]),
         ranking("Closest to the quota", query(
             f"sort_desc(topk(10, 100 * mailserver_mailbox_bytes{mine} / (mailserver_mailbox_quota_bytes > 0)))",
             "{{user}}", instant=True), 5, unit="percent", decimals=0, high=100, colors={"mode": "thresholds"},
                 limits=steps(GREEN, (80, ORANGE), (95, RED)), empty="No quota is set"),
         [(3, stat("Accounts", query("sum(mailserver_users)"), 5, decimals=0, colors=fixed(BLUE))),
          (3, stat("Almost full", query("sum(mailserver_mailboxes_almost_full)"), 5, decimals=0,
                   limits=steps(GREEN, (1, ORANGE)),
                   about="Mailboxes that have used nine tenths of their quota or more.")),
          (3, stat("Unread for the postmaster", query('sum(mailserver_mailbox_unseen{user=~"postmaster@.*"})'), 5,
                   decimals=0, limits=steps(GREEN, (1, ORANGE)), empty="–"))]),
        (8, lines("Mailbox size by user", query(f"topk(15, mailserver_mailbox_bytes{mine})", "{{user}}"), 14,
                  unit="bytes", legend=["lastNotNull"]),
         lines("Mailbox size by domain", query("mailserver_domain_mailbox_bytes", "{{domain}}"), 10, unit="bytes",
               legend=["lastNotNull"])),
        "Sign-ins",
        (6, stat("Failing networks", query("mailserver_login_failing_networks"), 4, decimals=0, spark=True,
                 limits=steps(GREEN, (20, ORANGE), (200, RED)),
                 about="How many networks gave a wrong password within the last hour."),
         ranking("Sign-ins by user, 24 h", last_day("dovecot_auth_success_total", "user", legend="{{user}}",
                                                    where='{protocol!=""}', most=8), 8, decimals=0,
                 empty="Nobody signed in"),
         lines("Sign-ins by protocol, per minute",
               per_minute("mailserver_logins_total", "protocol", legend="{{protocol}}"), 12,
               legend=["lastNotNull", "max"])),
        (8, lines("Sign-ins by user, per minute", per_minute("dovecot_auth_success_total", "user", legend="{{user}}",
                                                             where='{protocol="imap"}'), 8,
                  legend=["lastNotNull", "max"], below=True),
         lines("Failed sign-ins, per minute",
               per_minute("mailserver_login_failures_total", "protocol", legend="{{protocol}}"), 8,
               legend=["lastNotNull", "max"], below=True),
         counts("Connections that ended early",
                [each_interval("dovecot_login_aborted_total", "reason", legend="{{reason}}")], 8,
                below=True)),
        "Commands",
        (8, lines("Commands per minute", per_minute("dovecot_imap_command_total", "cmd_name", legend="{{cmd_name}}",
                                                   where='{tagged_reply_state!=""}'), 12,
                  legend=["lastNotNull", "max"]),
         lines("Time per command", command_time, 12, unit="s", legend=["lastNotNull", "max"])),
        (7, lines("Network traffic of commands", [
            query("sum(rate(dovecot_imap_command_net_in_bytes_sum[$__rate_interval]))", "in"),
            query("sum(rate(dovecot_imap_command_net_out_bytes_sum[$__rate_interval]))", "out")], 12, unit="Bps"),
         counts("Delivered into mailboxes", [each_interval("dovecot_mail_delivery_total", legend="Delivered")], 6,
                below=True),
         ranking("Filter actions (Sieve), 24 h",
                 last_day("dovecot_sieve_action_total", "action_name", legend="{{action_name}}"),
                 6, decimals=0, empty="No filter did anything")),
    ], variables=[choice("domain", "Domain", "label_values(mailserver_mailbox_bytes, domain)")])


def dns_sanity():
    check_now = [{"type": "fetch", "title": "Check now", "fetch": {
        "method": "POST", "url": "/monitoring/api/dns/check", "queryParams": [], "headers": [], "body": ""}}]
    state = column("State", mappings=RECORD, custom__cellOptions=BADGE, custom__width=92)
    paste = {"custom__inspect": True}
    return dashboard("dnsy", "DNS sanity", "What the DNS should say of this server, and what it says.", [
        (6, stat("Server", query("mailserver_dns_host_ok", "{{check}}  {{host}}"), 7, tiles=True, mappings=RIGHT,
                 about="The host name's addresses, and the reverse name (PTR) of each address. Your hosting provider sets the "
                       "reverse name, usually in its panel."),
         table("Domains", query("min by (domain, check) (mailserver_dns_check_ok)", table=True), 12,
               {"domain": "Domain", "MX": "MX", "SPF": "SPF", "DKIM": "DKIM", "DMARC": "DMARC"},
               matrix=("domain", "check"),
               sort="Domain", overrides=[matching("^(MX|SPF|DKIM|DMARC)$", mappings=RIGHT, custom__cellOptions=BADGE,
                                                  custom__align="center")]),
         [(3, stat("Public address", query("mailserver_public_ip_info", "{{ip}}"), 5, text="name", colors=fixed(BLUE))),
          (3, stat("Last checked", query("time() - max(mailserver_dns_last_check_timestamp_seconds)"), 5, unit="s",
                   limits=steps(GREEN, (1800, ORANGE), (7200, RED)), actions=check_now, empty="Not yet",
                   about="After a change at your DNS provider: check at once. The servers that have your domain are asked, so "
                         "no cache delays the answer."))]),
        (14, table("Records to publish", query("mailserver_dns_record_info", table=True), 24,
                   {"status": "State", "domain": "Domain", "check": "Record", "host": "Name", "type": "Type",
                    "expected": "Value to publish"}, sort="State",
                   about="Copy name and value into your DNS provider's form.",
                   overrides=[state, column("Record", custom__width=100), column("Name", custom__width=390, **paste),
                              column("Type", custom__width=70), column("Domain", custom__width=150),
                              column("Value to publish", **paste)])),
        (7, table("Found in the DNS instead", query('mailserver_dns_record_info{status="differs"}', table=True), 15,
                  {"domain": "Domain", "check": "Record", "host": "Name", "found": "Found"}, sort="Domain",
                  empty="Nothing differs", overrides=[column("Found", **paste), column("Record", custom__width=100)]),
         stat("Block lists", query("mailserver_dnsbl_listed", "{{list}}"), 9, tiles=True, mappings=LISTED,
              about="A listed address has its mail refused by many servers. Each list's site says how to get off it.")),
        (9, history("History of the checks",
                    query("min by (domain, check) (mailserver_dns_check_ok)", "{{domain}} {{check}}"),
                    24, mappings=RIGHT)),
        (4, stat("Mail as others saw it", query("sum by (domain, verdict) (mailserver_reported_mails)", "{{domain}} {{verdict}}"),
                 12, empty="No reports yet",
                 about="Mail with your domains in From, by the DMARC reports of the last 7 days. What failed is forged, or mail of "
                       "yours that left by another way: `./mailserver.sh reports` tells from where."),
         stat("TLS as others saw it", query("sum by (domain, result) (mailserver_reported_tls_sessions)", "{{domain}} {{result}}"),
              12, empty="No reports yet",
              about="TLS sessions of other mail servers with this one, by their reports of the last 7 days. "
                    "`./mailserver.sh reports` tells what failed.")),
        (5, text("**How to put it right.** Each line above whose state is not *OK* is a record to create or to change at your "
                 "DNS provider: *Name* is what stands left, *Value to publish* what stands right. Some forms want the name "
                 "without your domain (`_dmarc` for `_dmarc.example.org`, `@` for the domain itself).\n\n"
                 "A record of the kind *Differs* exists with other content: change it, do not add a second one. "
                 "`./dns_check.sh` prints the same in a terminal.", 24, "Notes")),
    ], span="now-24h")


def spam_filter():
    verdicts = [matching("^no action$", color=fixed(GREEN)), matching("^add header$", color=fixed(YELLOW)),
                matching("^reject$", color=fixed(RED)), matching("^greylist$", color=fixed(BLUE)),
                matching("^soft reject$", color=fixed(PURPLE)), matching("^rewrite subject$", color=fixed(ORANGE))]
    return dashboard("spam", "Spam filter", "What the filter thought of the mail, and what it has learned.", [
        (4, stat("Scanned, 24 h", last_day("rspamd_scanned_total"), 3, decimals=0, colors=fixed(BLUE)),
         stat("Spam share, 24 h",
              query("100 * sum(increase(rspamd_spam_total[24h])) / sum(increase(rspamd_scanned_total[24h]))",
                                        instant=True), 4, unit="percent", decimals=1, empty="No mail",
              colors=fixed(PURPLE)),
         stat("Rejected, 24 h", last_day("rspamd_actions_total", where='{type="reject"}'), 3, decimals=0,
              colors=fixed(ORANGE)),
         stat("Greylisted, 24 h", last_day("mailserver_greylisted_total"), 3, decimals=0, colors=fixed(BLUE),
              about="Told to come again later: most spammers do not."),
         stat("Viruses, 24 h", last_day("mailserver_virus_found_total"), 3, decimals=0, limits=steps(GREEN, (1, RED))),
         stat("Virus signatures", query("time() - mailserver_virus_signatures_timestamp_seconds"), 4, unit="s",
              empty="No scanner",
              limits=steps(GREEN, (3 * DAY, ORANGE), (7 * DAY, RED)), about="How old the scanner's signatures are."),
         stat("Scan time, 95 %", quantile(0.95, "mailserver_spam_scan_seconds", "1h"), 4, unit="s", empty="No mail",
              limits=steps(GREEN, (3, ORANGE), (10, RED)))),
        "Verdicts",
        (9, counts("Verdicts", [each_interval("rspamd_actions_total", "type", legend="{{type}}",
                                              where=f'{{type{which}"no action"}}')
                             for which in ("=", "!=")], 16, overrides=verdicts),
         ranking("Verdicts, 24 h", last_day("rspamd_actions_total", "type", legend="{{type}}"), 8, decimals=0)),
        (8, lines("Share of spam", query("100 * sum(increase(rspamd_spam_total[1h])) / "
                                         "(sum(increase(rspamd_scanned_total[1h])) > 0)", "spam"), 12, unit="percent",
                  low=0, high=100, about="Over the hour before each point."),
         lines("Scan time", [quantile(share, "mailserver_spam_scan_seconds", "$__rate_interval", legend=name)
                             for share, name in ((0.5, "median"), (0.95, "95th percentile"))], 12, unit="s",
               interval="2m")),
        "Learning",
        (8, [(4, stat("Messages learned", query("sum(rspamd_learned_total)"), 4, decimals=0, colors=fixed(BLUE),
                      about="Since the filter was started. Its statistics judge only after some hundred messages of each kind.")),
             (4, stat("From users, 24 h", last_day("mailserver_spam_learned_total"), 4, decimals=0,
                      colors=fixed(PURPLE)))],
         counts("Learned from users", [each_interval("mailserver_spam_learned_total", "class", legend="{{class}}")], 10,
                overrides=paint(spam=ORANGE, ham=GREEN),
                about="Moving a message into Junk or out of it teaches the filter."),
         lines("Memory of the filter",
               query('mailserver_engine_memory_bytes{engine=~"rspamd|valkey|clamav"}', "{{engine}}"), 10,
               unit="bytes", legend=["lastNotNull", "max"])),
    ])


def appliance():
    return dashboard("appliance", "Appliance", "The machine, the services, and what keeps them safe.", [
        (4, stat("Running for", query("time() - mailserver_start_time_seconds"), 4, unit="s", colors=fixed(GREEN)),
         stat("Restarts of services, 24 h", last_day("mailserver_engine_restarts_total"), 4, decimals=0,
              limits=steps(GREEN, (1, ORANGE), (5, RED))),
         stat("Last backup", AGE_OF_BACKUP, 4, unit="s", empty="None yet",
              limits=steps(GREEN, (36 * 3600, ORANGE), (2 * DAY, RED))),
         stat("Certificate expires in", CERTIFICATE_LEFT, 4, unit="s", empty="None",
              limits=steps(RED, (7 * DAY, ORANGE), (14 * DAY, GREEN))),
         stat("Banned addresses", BANNED, 4, decimals=0, spark=True, colors=fixed(BLUE)),
         stat("Version", query("mailserver_build_info", "{{version}}"), 4, text="name", colors=fixed(GREY))),
        "Machine",
        (8, lines("Processor", query("100 * sum by (mode) (rate(mailserver_system_cpu_seconds_total{mode!=\"idle\"}"
                                     "[$__rate_interval])) / scalar(mailserver_system_cpu_cores)", "{{mode}}"), 8,
                  stacked=True, unit="percent"),
         lines("Memory", [query("mailserver_system_memory_total_bytes - mailserver_system_memory_available_bytes",
                                "used"),
                          query("mailserver_system_swap_total_bytes - mailserver_system_swap_free_bytes", "swap used"),
                          query("mailserver_system_memory_total_bytes", "size")], 8, unit="bytes",
               overrides=[column("size", color=fixed(GREY), custom__fillOpacity=0)]),
         lines("Load", [query("mailserver_system_load1", "1 min"), query("mailserver_system_load5", "5 min"),
                        query("mailserver_system_load15", "15 min")], 8)),
        (8, lines("Disk space", [query("mailserver_disk_total_bytes - mailserver_disk_free_bytes", "used {{path}}"),
                                 query("mailserver_disk_total_bytes", "size {{path}}")], 8, unit="bytes",
                  overrides=[matching("^size", color=fixed(GREY), custom__fillOpacity=0)]),
         lines("Network", query("sum by (direction) (rate(mailserver_network_bytes_total[$__rate_interval]))",
                                "{{direction}}"), 8,
               unit="Bps"),
         gauge("Disk", DISK_USED, 4, unit="percent", decimals=0, low=0, high=100,
               limits=steps(GREEN, (75, ORANGE), (90, RED))),
         gauge("Inodes", query("100 * max(1 - mailserver_disk_inodes_free / mailserver_disk_inodes_total)"), 4,
               unit="percent", decimals=0, low=0, high=100, limits=steps(GREEN, (75, ORANGE), (90, RED)),
               about="Each file needs one, and each message is a file. A file system can run out of them before it is full.")),
        "Services",
        (8, lines("Memory by service", query("mailserver_engine_memory_bytes", "{{engine}}"), 12, stacked=True,
                  unit="bytes", legend=["lastNotNull", "max"]),
         lines("Processor time by service", query("100 * rate(mailserver_engine_cpu_seconds_total[$__rate_interval])",
                                                  "{{engine}}"), 12, unit="percent", legend=["lastNotNull", "max"])),
        (8, lines("Answer time of the ports", [query("mailserver_probe_duration_seconds", "{{check}}"),
                                                query("mailserver_mail_probe_seconds", "a mail, by {{way}}")], 12, unit="s",
                  legend=["lastNotNull", "max"]),
         counts("Warnings and errors in the logs", [each_interval("mailserver_log_messages_total", "engine", "level",
                                                                  legend="{{engine}} {{level}}")], 12)),
        (6, history("Measurements", query("up", "{{job}}"), 16, mappings=UP,
                    about="Whether the figures themselves come in."),
         stat("Warnings", query("mailserver_warnings > 0", "{{topic}}"), 8, decimals=0,
              limits=steps(GREEN, (1, ORANGE)), empty="None", about="What `./mailserver.sh status` warns of.")),
        "Safety",
        (4, stat("Certificate at each port expires in",
                 query("mailserver_port_certificate_expiry_timestamp_seconds - time()", "{{check}}"),
                 24, unit="s", limits=steps(RED, (7 * DAY, ORANGE), (14 * DAY, GREEN)),
                 about="As a mail program sees it: a real handshake with each port.")),
        (8, table("Certificates", query("1000 * mailserver_certificate_expiry_timestamp_seconds * on (name) "
                                        "group_left (issuer, sans) mailserver_certificate_info", table=True), 12,
                  {"name": "For", "issuer": "Issuer", "sans": "Names", "Value": "Valid until"}, sort="Valid until",
                  overrides=[column("Valid until", unit="dateTimeAsIso", custom__width=170)]),
         counts("Bans", [each_interval("mailserver_bans_total", legend="New bans")], 6, below=True,
                colors=fixed(ORANGE)),
         lines("Held back for sending too much", [query("mailserver_outbound_stopped", "Accounts"),
                                                  query("mailserver_outbound_held_messages", "Messages")], 6,
               stairs=True, decimals=0, overrides=paint(Accounts=RED, Messages=ORANGE))),
    ])


def main(arguments):
    folder = pathlib.Path(__file__).parent
    stale = []
    for made in (overview(), mail_server(), imap_server(), dns_sanity(), spam_filter(), appliance()):
        file = folder / f"{made['uid']}.json"
        content = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        if arguments == ["--check"]:
            if not file.exists() or file.read_text() != content:
                stale.append(file.name)
        else:
            file.write_text(content)
    if stale:
        print(f"not what dashboards/generate.py writes: {', '.join(stale)}. Run it.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
