"""What tells an operator, and who helps, that something is wrong."""
from rig import mail
from rig.podman import wait_until

SECRETS = {"RELAY_PASSWORD": "relay 'secret' 4711", "GF_SECURITY_ADMIN_PASSWORD": "dashboards\"secret\\4712",
           "ALERT_WEBHOOK": "https://hooks.lab.example/secret-4713?token=secret-4714"}


def figures_of_probe(appliance):
    text = appliance.exec("mailserver", "metrics").stdout
    return {way: f'mailserver_mail_probe_success{{way="{way}"}} 1' in text for way in ("smtp", "submission")
            if f'mailserver_mail_probe_success{{way="{way}"}}' in text}


def test_the_server_tells_when_mail_does_not_work_and_when_it_does_again(lab):
    admin = ("postmaster@alpha.example", "correct-horse-battery")
    alpha = lab.appliance(PROBE_INTERVAL="1m", ADMIN_USER_INITIAL_PASSWORD=admin[1])
    alpha.override({"postfix/main.cf": "message_size_limit = 200\n"})
    alpha.start()
    wait_until("a round that failed", lambda: figures_of_probe(alpha) == {"smtp": False, "submission": False})
    warning = wait_until("the warning", lambda: [one for one in alpha.status()["warnings"] if "to itself does not arrive" in one])
    assert "without a login: " in warning[0] and "over port 465: " in warning[0] and warning[0].count("5.3.4") == 2, warning
    alpha.wait_for(admin, "Mail does not work")

    alpha.stop()
    alpha.override({"postfix/main.cf": ""})
    alpha.start()
    wait_until("a round that worked", lambda: figures_of_probe(alpha) == {"smtp": True, "submission": True})
    alpha.wait_for(admin, "Mail works again")
    assert not any("to itself" in one for one in alpha.status()["warnings"])
    assert alpha.subjects(admin).count("Mail does not work") == 1
    left = wait_until("its mailbox to be emptied", lambda: alpha.exec(
        "doveadm", "mailbox", "status", "-u", "mailserver-probe@alpha.example", "-t", "messages", "*").stdout)
    assert left.strip() == "messages=0"


def test_a_support_bundle_has_what_helps_and_no_secrets(lab):
    alpha = lab.appliance(RELAY_HOST="relay.lab.example", RELAY_USER="customer-name@lab.example", DEBUG="postfix,dovecot,rspamd,unbound", **SECRETS).start()
    alice = alpha.add("alice")
    by_sender = "by sender 4715"
    alpha.exec("mailserver", "relay", "add", alice.address, "--host", "other.lab.example", "--user", "x@lab.example",
               input=by_sender + "\n")
    hidden = [*SECRETS.values(), by_sender, alice.password, "secret-4713", alpha.exec("cat", "/run/mailserver/inner-door.key").stdout.strip()]
    for secret in hidden[:-3]:
        alpha.exec("sh", "-c", 'printf "%s\\n" "$1" > /proc/1/fd/1', "-", f"a careless line: {secret} of {alice.address}")
    assert hidden[0] in wait_until("the log", lambda: (seen := alpha.logs()) and by_sender in seen and seen)
    alpha.submit(alice, mail.message(alice.address, alice.address))
    assert not alpha.can_read((alice.address, "a wrong guess 4716"))
    wait_until("the engines to tell more", lambda: (seen := alpha.logs()) and all(word in seen for word in (
        "postfix/trivial-rewrite", "auth: Debug", "rspamd_", "unbound")))
    for secret in (alice.password, "a wrong guess 4716"):
        assert secret not in alpha.logs().replace(f"a careless line: {secret}", "")
    bundle = alpha.exec("mailserver", "support-bundle", "-", input=alpha.logs()).stdout
    assert [secret for secret in hidden if secret in bundle] == []
    assert "alice" not in bundle and "customer-name" not in bundle and "PRIVATE KEY" not in bundle
    for part in ("RELAY_HOST=relay.lab.example", "RELAY_PASSWORD=(set)", "myhostname = mail.alpha.example", "protocols",
                 "a careless line: [removed] of user", "postfix\t3.", "rspamd"):
        assert part in bundle, part
    assert alpha.exec("mailserver", "support-bundle", "more", check=False).returncode == 2
