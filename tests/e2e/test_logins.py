"""What the server knows and decides about logins, and from whom a submitted mail may say to be."""
import contextlib
import hashlib
import json
import signal
import smtplib
import socket
import sqlite3

import pytest

from rig import mail
from rig.podman import wait_until

SUBMISSION_PORTS = (465, 587, 25)


def last_logins(appliance):
    """account → (protocol, client), as on the disk."""
    with contextlib.closing(sqlite3.connect(appliance.workspace / "var/lib/mailserver/logins.sqlite")) as database:
        return {row[0]: row[1:] for row in database.execute("SELECT account, protocol, client FROM last_logins")}


def app_password_uses(appliance):
    with contextlib.closing(sqlite3.connect(appliance.workspace / "var/lib/mailserver/logins.sqlite")) as database:
        return {row[:2]: row[2] for row in database.execute("SELECT account, name, protocol FROM app_password_uses")}


def host_address(appliance):
    """The address from which the host talks to it."""
    with socket.create_connection((appliance.ipv4, 25), 10) as connection:
        return connection.getsockname()[0]


def add_app_password(appliance, account, name, protocols):
    made = appliance.user("app-password", "add", account.address, name, "--protocols", protocols, "--json").stdout
    return json.loads(made)["password"]


def test_the_last_login_is_known_for_reading_and_sending_and_survives_a_crash(appliance):
    alice, bob, carol = (appliance.add(name) for name in ("alice", "bob", "carol"))
    here = host_address(appliance)
    with appliance.imap(alice):
        pass
    with appliance.smtp(465, bob):
        pass
    assert not appliance.can_read((carol.address, "wrong"))
    known = wait_until("the logins on disk", lambda: len(found := last_logins(appliance)) == 2 and found, deadline=20)
    assert known == {alice.address: ("imap", here), bob.address: ("smtp", here)}
    with appliance.smtp(587, (alice.address.upper(), alice.password)):
        pass
    wait_until("the newer login on disk", lambda: last_logins(appliance)[alice.address] == ("smtp", here), deadline=20)
    appliance.kill()
    appliance.start()
    assert last_logins(appliance) == {alice.address: ("smtp", here), bob.address: ("smtp", here)}


def test_an_app_password_opens_what_it_is_for_until_it_is_revoked(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    phone = (alice.address, add_app_password(appliance, alice, "phone", "imap"))
    printer = (alice.address, add_app_password(appliance, alice, "printer", "pop3,sieve,smtp"))
    assert appliance.can_read(phone)
    with appliance.smtp(465, printer):
        pass
    # each only for its protocols and its account
    for login in (printer, (bob.address, phone[1])):
        assert not appliance.can_read(login)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        with appliance.smtp(465, phone):
            pass
    assert appliance.can_read(alice)
    uses = {(alice.address, "phone"): "imap", (alice.address, "printer"): "smtp"}
    wait_until("both uses on disk", lambda: app_password_uses(appliance) == uses, deadline=20)
    appliance.user("app-password", "del", alice.address, "phone")
    assert not appliance.can_read(phone)
    assert appliance.can_read(alice)


def test_strange_passwords_open_nothing(appliance):
    alice = appliance.add("alice", password="it's \"100%\" %{user} \\ ü '; --")
    assert appliance.can_read(alice)  # where the owner is, guesses are not slowed
    digest = hashlib.sha256(add_app_password(appliance, alice, "phone", "imap").encode()).hexdigest()
    for password in ("' OR '1'='1", "' OR 1=1 --", digest, "%{user}", "\\", "x" * 1000):
        assert not appliance.can_read((alice.address, password)), password
    assert appliance.can_read(alice)


def test_the_inner_door_opens_only_inside_and_with_the_key(appliance):
    with pytest.raises(OSError):
        socket.create_connection((appliance.ipv4, 8024), 5)
    # bash speaks TCP; there is no other client in the image.
    ask = ("exec 3<>/dev/tcp/127.0.0.1/8024; printf 'POST %s HTTP/1.1\\r\\nHost: x\\r\\nX-API-Key: %s\\r\\n"
           "Connection: close\\r\\nContent-Length: 0\\r\\n\\r\\n' \"$1\" \"$2\" >&3; head -1 <&3")
    for path in ("/auth-policy?command=report", "/auth-policy?command=allow", "/may-send"):
        for key in ("", "guess"):
            assert " 403 " in appliance.exec("bash", "-c", ask, "ask", path, key).stdout
    found = appliance.exec("find", "/run/mailserver", "-name", "inner-door*", "-printf", "%m %u\\n").stdout.split("\n")
    assert found[:-1] == ["600 root", "600 root"]


def answer(server, sender, headers):
    """The reply to a mail to alice with these header lines; empty when it was taken."""
    server.mail(sender)
    server.rcpt("alice@alpha.example")
    code, reply = server.data(headers.encode() + b"To: <alice@alpha.example>\r\nSubject: x\r\n\r\nHello.\r\n")
    return "" if code == 250 else f"{code} {reply.decode()}"


def refusal(appliance, login, headers, *, port=465, sender=None):
    """The same in a session of its own."""
    with appliance.smtp(port, login) as server:
        return answer(server, login.address if sender is None else sender, headers)


def test_the_header_names_only_senders_the_login_may_be(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases(f"sales@alpha.example {alice.address}\n")
    not_bob = "From header: you may not send as bob@alpha.example"
    for port in SUBMISSION_PORTS:
        reply = refusal(appliance, alice, "From: Bob <bob@alpha.example>\r\n", port=port)
        assert reply.startswith("55") and "5.7.1" in reply and not_bob in reply, f"port {port}: {reply}"
    forged = {
        "From: BOB@Alpha.Example.\r\n": not_bob,
        "From: alice@alpha.example, Bob <bob@alpha.example>\r\n": not_bob,
        "From: alice@alpha.example\r\nFrom: bob@alpha.example\r\n": not_bob,
        "From: Us: alice@alpha.example, bob@alpha.example;\r\n": not_bob,
        "From:\r\n Bob\r\n\t<bob@alpha.example>\r\n": not_bob,
        "fRoM: bob(x)@(y)alpha.example\r\n": not_bob,
        "X-First: line\r\nFrom : bob@alpha.example\r\n": not_bob,
        "From: \"bob\"@alpha.example\r\n": not_bob,
        "From: \"bob@alpha.example\"\r\n": not_bob,
        "From: =?utf-8?q?bob=40alpha.example?=\r\n": "encoded word",
        "From: nobody@alpha.example\r\n": "you may not send as nobody@alpha.example",
        "From: alice@alpha.example\r\nSender: bob@alpha.example\r\n": "Sender header: you may not send as bob@",
    }
    allowed = ("From: Alice <ALICE@alpha.example>\r\n", "From: \"bob@alpha.example\" <alice@alpha.example>\r\n",
               "From: alice+shop@alpha.example\r\nSender: sales@alpha.example\r\n", "",
               "From: =?utf-8?q?J=C3=BCrgen?= <sales@alpha.example>\r\n")
    with appliance.smtp(465, alice) as server:
        for headers, text in forged.items():
            reply = answer(server, alice.address, headers)
            assert reply.startswith("55") and text in reply, f"{headers!r}: {reply!r}"
        assert not_bob in answer(server, "", "From: bob@alpha.example\r\n")
        for headers in allowed:
            assert answer(server, alice.address, headers) == "", headers
    sent = mail.message("alice@elsewhere.example", alice.address)
    appliance.submit(alice, sent)
    assert "DKIM-Signature" not in appliance.wait_for(alice, sent["Subject"])
    # Nobody is logged in: not this rule's matter.
    assert refusal(appliance, None, "From: bob@alpha.example\r\n", port=25, sender="stranger@lab.example") == ""


def test_while_the_supervisor_hangs_users_log_in_and_read_but_their_mail_waits(appliance):
    alice = appliance.add("alice")
    own = f"From: {alice.address}\r\n"
    assert refusal(appliance, alice, own) == ""
    assert appliance.kill_process("mailserver", signal.SIGSTOP) > 0
    try:
        assert refusal(appliance, alice, own).startswith("451 4.7.1")
        assert refusal(appliance, None, own, port=25, sender="stranger@lab.example") == ""
        assert appliance.can_read(alice)
    finally:
        appliance.kill_process("mailserver", signal.SIGCONT)
    wait_until("mail of users to be taken again", lambda: refusal(appliance, alice, own) == "")


def test_the_header_rule_can_be_switched_off(lab):
    appliance = lab.appliance(CHECK_HEADER_FROM="false").start()
    alice, bob = appliance.add("alice"), appliance.add("bob")
    assert refusal(appliance, alice, f"From: {bob.address}\r\n") == ""
