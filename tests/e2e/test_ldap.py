"""Users of a directory (LDAP) beside those of ./user.sh."""
import concurrent.futures
import imaplib
import json
import smtplib

import pytest

from rig import mail
from rig.appliance import Account
from rig.ldap import Slapd
from rig.peer import Authority
from rig.podman import wait_until
from rig.web import Browser

# Whoever sees these as parts of a filter finds somebody.
INJECTIONS = ("*", "*@alpha.example", "alice*", "*)(uid=*", "alice@alpha.example)(uid=*", "alice@alpha.example)(|(uid=*",
              "alice\\2a", "alice@alpha.example\\00", "al%69ce@alpha.example", "alice@alpha.example\t", "(alice)",
              "alice@alpha.example\u00a0", "%{user}", "' OR '1'='1", "../alice@alpha.example", "")


def rcpt(appliance, recipient, sender="stranger@lab.example", size=1000):
    """The reply to RCPT from a stranger."""
    with appliance.smtp() as server:
        server.mail(sender, [f"SIZE={size}"])
        code, text = server.rcpt(recipient)
        return code, text.decode()


def readers(appliance, logins):
    """Those of the logins that IMAP lets in; all are tried at once, as each refusal takes two seconds."""
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        return [login for login, good in zip(logins, pool.map(appliance.can_read, logins)) if good]


def refused_as(appliance, account, sender):
    with appliance.smtp(587, account) as server:
        server.mail(sender)
        code, text = server.rcpt(account.address)
        return code, text.decode()


def test_users_of_a_directory_are_users_like_all_others(lab):
    slapd = Slapd(lab)
    secrets = {name: f"{name}'s %d\"\\ pass" for name in ("alice", "bob", "charlie", "dora", "frank")}
    slapd.add("alice", "Alice@Alpha.example", secrets["alice"], quota="20M",
              aliases=["al@alpha.example", "both@alpha.example", "erik@alpha.example"])
    slapd.add("bob", "bob@alpha.example", secrets["bob"], aliases=["both@alpha.example"])
    slapd.add("charlie", "charlie@alpha.example", secrets["charlie"])
    slapd.add("dora", "dora@alpha.example", secrets["dora"], aliases=["d@alpha.example"])
    slapd.add("frank", ["frank@alpha.example", "frank2@alpha.example"], secrets["frank"])
    slapd.add("foreign", "foreign@elsewhere.example", secrets["bob"])
    group = slapd.group("mailers", "alice", "bob", "dora", "frank", "foreign")
    appliance = lab.appliance()
    appliance.settings |= slapd.settings(
        appliance.workspace, LDAP_GROUP=group, LDAP_USER_FILTER="(&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%u)))")
    appliance.start()
    alice, bob, charlie, frank = (Account(f"{name}@alpha.example", secrets[name])
                                  for name in ("alice", "bob", "charlie", "frank"))
    dora, erik = appliance.add("dora"), appliance.add("erik")

    # Who gets in
    for good in (alice, bob, frank, dora, ("alice", alice.password), ("frank2@alpha.example", frank.password)):
        assert appliance.can_read(good) and appliance.can_send(good), good
    bad = [(alice.address, "wrong"), (alice.address, ""), (alice.address, bob.password), charlie,
                ("dora@alpha.example", secrets["dora"]), ("dora", secrets["dora"]), ("nobody@alpha.example", "secret"),
                ("foreign", bob.password), ("foreign@elsewhere.example", bob.password)]
    assert readers(appliance, bad + [(name, alice.password) for name in INJECTIONS]) == []
    assert not appliance.can_send((alice.address, "wrong")) and not appliance.can_send(charlie)

    # Whose mail is taken, and where it goes
    for address, owners in (("alice@alpha.example", [alice]), ("al+shop@alpha.example", [alice]),
                            ("both@alpha.example", [alice, bob]), ("frank2@alpha.example", [frank]),
                            ("erik@alpha.example", [erik])):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", address))
        for owner in owners:
            appliance.wait_for(owner, sent["Subject"])
    assert "erik" not in "".join(appliance.subjects(alice))
    for nobody in ("nobody@alpha.example", charlie.address, "d@alpha.example", "*@alpha.example", "a*@alpha.example"):
        assert rcpt(appliance, nobody)[0] == 550, nobody
    code, text = rcpt(appliance, "al@alpha.example", size=40_000_000)
    assert code == 552 and "5.2.2" in text, (code, text)
    assert rcpt(appliance, bob.address, size=40_000_000)[0] == 250

    # Who sends as what
    for sender in (alice.address, "al@alpha.example"):
        sent = appliance.submit(alice, mail.message(sender, dora.address), sender=sender)
        appliance.wait_for(dora, sent["Subject"])
    for account, sender in ((alice, bob.address), (alice, dora.address), (alice, "both@alpha.example"),
                            (alice, erik.address), (dora, alice.address), (bob, "al@alpha.example"),
                            (alice, "nobody@alpha.example"), (alice, "someone@elsewhere.example")):
        code, text = refused_as(appliance, account, sender)
        assert code == 553 and "not owned by user" in text, (account.address, sender, code, text)
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            if sender.endswith("alpha.example"):
                appliance.submit(account, mail.message(sender, bob.address))
            else:
                raise smtplib.SMTPDataError(550, b"")
        assert 500 <= refusal.value.smtp_code < 600, (account.address, sender)
    # A local alias, and a right given here, are for users of the directory, too.
    appliance.set_aliases("team@alpha.example  alice@alpha.example, dora@alpha.example\n")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "team@alpha.example"))
    for owner in (alice, dora):
        appliance.wait_for(owner, sent["Subject"])
    appliance.user("send-as", "add", alice.address, "team@alpha.example")
    appliance.submit(alice, mail.message("team@alpha.example", bob.address), sender="team@alpha.example")

    # What the operator sees
    listed = {user["user"]: user["directory"] for user in json.loads(appliance.user("list", "--json").stdout)["users"]}
    assert listed[alice.address] is True and listed[dora.address] is False and charlie.address not in listed
    assert json.loads(appliance.user("list", "--json").stdout)["inboxes_without_user"] == []
    assert "al@alpha.example" in appliance.user("show", alice.address).stdout
    refused = appliance.user("passwd", alice.address, check=False)
    assert refused.returncode == 3 and "directory" in refused.stderr, refused.stderr
    assert appliance.status()["warnings"] == []
    browser = Browser(appliance)
    token = browser.get("/account/").split('name="csrf" value="')[1].split('"')[0]
    page = browser.post("/account/login", csrf=token, address=alice.address, password=alice.password)
    assert browser.status == 200 and "directory" in page and "New password" not in page, page
    assert "al@alpha.example" in page and "20 MiB" in page, page

    # Nobody else sees a password.
    for secret in (Slapd.READER_PASSWORD, alice.password):
        assert secret not in appliance.logs()
        assert not any(secret in line for _, _, line in appliance.processes())
    readable = appliance.exec("sh", "-c", "grep -rl 'r..e.*user.*e`r' /etc /run /host 2>/dev/null | xargs -r stat -c '%a %U'")
    assert set(readable.stdout.splitlines()) == {"600 root"}, readable.stdout


def test_a_directory_that_is_down_harms_no_mail_and_no_local_user(lab):
    slapd = Slapd(lab)
    for name in ("alice", "bob"):
        slapd.add(name, f"{name}@alpha.example")
    alice, bob = Account("alice@alpha.example", "secret"), Account("bob@alpha.example", "secret")
    appliance = lab.appliance()
    appliance.settings |= slapd.settings(appliance.workspace)
    appliance.start()
    dora = appliance.add("dora")
    appliance.set_aliases("local@alpha.example  dora@alpha.example, postmaster@alpha.example\n")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])

    def mail_while_down(stranger):
        for recipient in (dora.address, "dora+x@alpha.example", "local@alpha.example", "postmaster@alpha.example"):
            assert rcpt(appliance, recipient)[0] == 250, recipient
        for recipient in (stranger, "nobody@alpha.example"):
            code, text = rcpt(appliance, recipient)
            assert code == 451 and "Temporary" in text, (recipient, code, text)
        sent = appliance.submit(dora, mail.message(dora.address, dora.address))
        appliance.wait_for(dora, sent["Subject"])
        assert rcpt(appliance, alice.address)[0] == 250

    def logins_while_down():
        # Known before
        assert not appliance.can_read((alice.address, "wrong"))
        sent = appliance.submit(alice, mail.message(alice.address, alice.address))
        appliance.wait_for(alice, sent["Subject"])
        # Not known before
        with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
            with appliance.imap(bob):
                pass

    slapd.stop()
    mail_while_down(bob.address)
    logins_while_down()
    wait_until("the operator to be told", lambda: any("directory" in text for text in appliance.status()["warnings"]))
    slapd.start()
    def accepted():
        return rcpt(appliance, bob.address)[0] == 250
    wait_until("mail for bob to be taken", accepted, deadline=30)
    assert rcpt(appliance, "nobody@alpha.example")[0] == 550
    assert appliance.can_read(alice) and appliance.can_read(bob)
    # What changes in the directory counts at once: nothing stands in its place while it answers.
    slapd.remove("bob")
    wait_until("bob to be gone", lambda: not appliance.can_read(bob))
    assert rcpt(appliance, bob.address)[0] == 550
    slapd.add("carl", "carl@alpha.example")
    slapd.pause()
    try:
        mail_while_down("carl@alpha.example")
    finally:
        slapd.resume()


def test_the_certificate_of_the_directory_is_checked(lab):
    slapd = Slapd(lab)
    slapd.add("alice", "alice@alpha.example")
    alice = Account("alice@alpha.example", "secret")
    appliance = lab.appliance()
    appliance.settings |= slapd.settings(appliance.workspace, LDAP_DOWN="tempfail")
    (appliance.workspace / "ldap-ca.pem").write_text(Authority(lab, "another").file.read_text())
    appliance.start()
    dora = appliance.add("dora")
    assert rcpt(appliance, alice.address)[0] == 451 and rcpt(appliance, dora.address)[0] == 250
    with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
        with appliance.imap(alice):
            pass
    assert appliance.can_read(dora)
    wait_until("the operator to be told", lambda: any("TLS" in text for text in appliance.status()["warnings"]))
    appliance.stop()

    appliance.settings |= slapd.settings(appliance.workspace, LDAP_URI=f"ldap://127.0.0.1:1 ldap://{slapd.NAME}",
                                         LDAP_BIND_PASSWORD="wrong")
    appliance.start()
    assert rcpt(appliance, alice.address)[0] == 451
    wait_until("the operator to be told",
               lambda: any("LDAP_BIND_PASSWORD" in text for text in appliance.status()["warnings"]))
    appliance.stop()

    appliance.settings |= slapd.settings(appliance.workspace, LDAP_URI=f"ldaps://{slapd.NAME}:636")
    appliance.start()
    assert appliance.can_read(alice) and appliance.can_send(alice) and rcpt(appliance, alice.address)[0] == 250
    slapd.stop()
    with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
        with appliance.imap(alice):
            pass
    assert rcpt(appliance, alice.address)[0] == 451
