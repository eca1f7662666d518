"""The operator's own configuration of the engines."""
import smtplib

import pytest

from rig import mail

RULE = """rspamd_config.OPERATORS_RULE = {
  callback = function(task) return task:get_subject() == 'xyzzy' end,
  score = 100.0,
}
"""
GOOD = {
    "postfix/main.cf": "# ours\nsmtpd_banner = $myhostname\n    ESMTP of the operator\nmessage_size_limit = 200000\n",
    "postfix/master.cf": "2525 inet n - n - - smtpd\n  -o smtpd_banner=second\n",
    "dovecot/hello.conf": "login_greeting = Ahoy.\n",
    "rspamd/rules.lua": RULE,
    "rspamd/local.d/options.inc": "max_urls = 4711;\n",
    "unbound/hosts.conf": 'server:\n    local-data: "made-up.example. A 192.0.2.1"\n',
    "valkey/memory.conf": "maxmemory 64mb\n",
}
BAD = {
    "postfix/main.cf": "\nsmtpd_banr = x\n",
    "dovecot/hello.conf": "# a\nlogin_greetin = x\n",
    "rspamd/rules.lua": "local a\na b\n",
    "unbound/hosts.conf": "server:\n    local-dat: x\n",
    "valkey/memory.conf": "# a\nmaxmemry 1\n",
}
SHOWN = "_server_workspace_/etc/mailserver/override/"


def check_all_good(appliance, alice):
    """What a client sees of each file of GOOD; and mail flows."""
    with appliance.smtp(25) as server:
        assert server.esmtp_features["size"] == "200000"
        server.sendmail("somebody@made-up.example", [alice.address],
                        str(mail.message("somebody@made-up.example", alice.address, "from a made-up place")))
    for port, banner in ((25, "ESMTP of the operator"), (2525, "second")):
        server = smtplib.SMTP(timeout=30)
        assert banner in server.connect(appliance.ipv4, port)[1].decode()
        server.close()
    with appliance.imap(alice) as reader:
        assert b"Ahoy." in reader.welcome
    with pytest.raises(smtplib.SMTPDataError):
        mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, "xyzzy"))
    socket = "/run/mailserver/valkey/valkey.sock"
    assert str(64 << 20) in appliance.exec("valkey-cli", "-s", socket, "config", "get", "maxmemory").stdout
    assert "max_urls = 4711" in appliance.exec("rspamadm", "configdump", "options").stdout
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, sent["Subject"])


def test_overrides_are_in_force_and_bad_ones_leave_the_last_good(lab):
    appliance = lab.appliance()
    appliance.override(GOOD)
    appliance.start()
    alice = appliance.add("alice")
    check_all_good(appliance, alice)
    assert "Overrides in force: " in appliance.exec("mailserver", "status").stdout
    assert "override" in (appliance.workspace / "etc/mailserver/override/README.txt").read_text()
    appliance.exec("mailserver", "check-config")

    appliance.override(BAD)
    checked = appliance.exec("mailserver", "check-config", check=False)
    assert checked.returncode == 2, checked
    wanted = ["postfix/main.cf line 2", "dovecot/hello.conf line 2", "rspamd/rules.lua:2", "unbound/hosts.conf:2",
              "valkey/memory.conf line 2"]
    for place in wanted:
        assert SHOWN + place in checked.stderr
    for text in ("mynetworks = 0.0.0.0/0\n", "smtpd_relay_restrictions = permit\n"):
        appliance.override({"postfix/main.cf": text})
        checked = appliance.exec("mailserver", "check-config", check=False)
        assert checked.returncode == 2 and "open relay" in checked.stderr, checked

    # Valkey takes this one, but cannot start with it.
    appliance.override({"valkey/memory.conf": "unixsocket /nowhere/at/all\n"})
    appliance.stop()
    appliance.start()
    check_all_good(appliance, alice)
    status = appliance.exec("mailserver", "status").stdout
    for place in ["postfix/main.cf line 1", *wanted[1:4], "valkey/: valkey did not come up"]:
        assert SHOWN + place in status
        assert SHOWN + place in appliance.logs()
    assert "worked last" in status
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        assert server.rcpt("somebody@elsewhere.example")[0] == 554
