"""The account page, as its users' browsers and their mail programs see it."""
import html
import imaplib
import re
import socket

import pytest

from rig import mail
from rig.appliance import Account
from rig.podman import wait_until
from rig.web import Browser as AnyBrowser


class Browser(AnyBrowser):
    """Fills in the forms of the page it is on."""

    def get(self, path="/account/"):
        return super().get(path)

    def post(self, path, headers=None, **fields):
        return super().post(path, headers, **{"csrf": self.csrf(), **fields})

    def csrf(self):
        found = re.search(r'name="csrf" value="(\w+)"', self.page)
        return found[1] if found else ""

    def log_in(self, login):
        self.get()
        return "Log out" in self.post("/account/login", address=login[0], password=login[1])

    def change_password(self, old, new):
        return self.post("/account/password", current=old, fresh=new, repeated=new)

    def made_password(self):
        return html.unescape(re.search("<code>(.+)</code>", self.page)[1])


def test_an_owner_changes_the_password_alone(appliance):
    alice = appliance.add("alice")
    appliance.set_aliases("info alice\n")
    browser, elsewhere = Browser(appliance), Browser(appliance)
    assert "/account/" in browser.get("/")
    assert not browser.log_in((alice.address, "wrong")) and browser.status == 403
    assert browser.log_in(alice) and elsewhere.log_in(alice)
    assert f"<li>info@{appliance.domain}</li>" in browser.page and "used" in browser.page

    # the password changes, and sessions of the old one end
    new = Account(alice.address, "a new pass'word <&%>")
    with appliance.imap(alice) as session:
        assert "is not right" in browser.change_password("wrong", new.password)
        assert "Your password is changed" in browser.change_password(alice.password, new.password)
        with pytest.raises(imaplib.IMAP4.abort):
            for _ in range(100):
                session.noop()
    assert "Log out" not in browser.get() and "Log out" not in elsewhere.get()
    assert appliance.can_read(new) and appliance.can_send(new)
    assert not appliance.can_read(alice) and not appliance.can_send(alice)
    assert not Browser(appliance).log_in(alice) and browser.log_in(new)

    # the operator's change counts here too
    appliance.user("passwd", alice.address, "from the operator")
    assert "Log out" not in browser.get()
    assert browser.log_in((alice.address, "from the operator"))
    appliance.user("del", alice.address)
    assert "Log out" not in browser.get()

    assert alice.password not in appliance.logs() and new.password not in appliance.logs()


def test_an_owner_makes_passwords_for_programs_and_revokes_them(appliance):
    alice = appliance.add("alice")
    browser = Browser(appliance)
    assert browser.log_in(alice)
    browser.post("/account/app-passwords", name="<Phone>", imap="on")
    reading = Account(alice.address, browser.made_password())
    browser.post("/account/app-passwords", name="Tablet", imap="on", smtp="on")
    both = Account(alice.address, browser.made_password())
    assert "&lt;Phone&gt;" in browser.page and "<code>" not in browser.get()
    assert appliance.can_read(reading) and not appliance.can_send(reading)
    assert appliance.can_read(both) and appliance.can_send(both)
    assert not Browser(appliance).log_in(both)
    browser.post("/account/app-passwords/revoke", name="<Phone>")
    assert not appliance.can_read(reading) and appliance.can_read(both)
    browser.change_password(alice.password, "another password")
    assert appliance.can_read(both) and appliance.can_send(both)


# Somebody elsewhere logs in: the status, and whether it worked.
LOG_IN = r"""
import http.cookiejar, re, ssl, urllib.error, urllib.parse, urllib.request
opener = urllib.request.build_opener(
    urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
origin = "https://" + arguments["host"]
token = re.search(r'name="csrf" value="(\w+)"', opener.open(origin + "/account/").read().decode())[1]
fields = {"csrf": token, "address": arguments["login"][0], "password": arguments["login"][1]}
try:
    said = opener.open(urllib.request.Request(origin + "/account/login", urllib.parse.urlencode(fields).encode(),
                                              {"Origin": origin}))
except urllib.error.HTTPError as error:
    said = error
answer([said.status, "Log out" in said.read().decode()])
"""


def test_the_account_page_is_closed_to_other_sites_guesses_and_floods(lab, appliance):
    alice = appliance.add("alice")
    browser = Browser(appliance)
    assert browser.log_in(alice)
    policy = browser.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert browser.headers["Cache-Control"] == "no-store"

    token = browser.csrf()
    browser.post("/account/app-passwords", {"Origin": "https://evil.example"}, name="x", imap="on")
    assert browser.status == 403
    browser.post("/account/app-passwords", csrf="0" * 64, name="x", imap="on")
    assert browser.status == 403
    browser.post("/account/app-passwords", csrf=token, name="x\r\nSet-Cookie: a=b", imap="on")
    assert browser.status == 400
    assert "There are none yet" in browser.get()

    # an unknown name is answered as a wrong password is, and both get to wait
    answers = set()
    for name in (alice.address, f"nobody@{appliance.domain}"):
        guesser = Browser(appliance)
        guesser.get()
        guesser.post("/account/login", address=name, password="wrong")
        answers.add((guesser.status, guesser.page.replace(name, "").replace(guesser.csrf(), "")))

        def waits(name=name, guesser=guesser):
            guesser.post("/account/login", address=name, password="wrong")
            return guesser.status == 429 and int(guesser.headers["Retry-After"]) >= 4
        # The pause grows: on a slow machine the first ones are over before the next guess.
        wait_until("a long pause", waits, deadline=60)
        guesser.post("/account/login", address=name, password=alice.password)
        assert guesser.status == 429 and guesser.headers["Retry-After"]
    assert len(answers) == 1

    # 10 MB are refused before they are read
    context = mail.any_certificate()
    with context.wrap_socket(socket.create_connection((appliance.ipv4, 443), 10)) as raw:
        raw.sendall(b"POST /account/login HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 1000)
        answer = raw.recv(1000)
        assert b" 413 " in answer and b"close" in answer.lower()
    assert "Log out" in browser.get()

    # who is banned from logins is so here, and is told what a wrong password is told; open sessions stay
    bob = appliance.add("bob")
    stranger = lab.neighbour()
    assert stranger.python(LOG_IN, host=appliance.ipv4, login=list(bob)) == [200, True]
    appliance.exec("mailserver", "ban", "add", stranger.ipv4)
    assert stranger.python(LOG_IN, host=appliance.ipv4, login=list(bob)) == [403, False]
    assert "Log out" in browser.get()
    appliance.exec("mailserver", "ban", "del", stranger.ipv4)
    assert stranger.python(LOG_IN, host=appliance.ipv4, login=list(bob)) == [200, True]
