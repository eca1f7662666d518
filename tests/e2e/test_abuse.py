"""What no mail program and no mail server would ever say: the server stays itself, and serves everybody else."""
import base64
import contextlib
import imaplib
import os
import re
import socket

import pytest

from rig import mail
from rig.managesieve import ManageSieve, Refused, activate, managesieve
from rig.podman import wait_until
from rig.sink import Sink

STRANGER = "stranger@lab.example"
# What some server somewhere takes for the end of a mail, and is not.
ENDINGS = (b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r.\n", b"\r.\r\n", b"\r\n\0.\r\n",
           b"\r\n.\0\r\n", b"\r\n.\r\0\n", b"\n\0.\n", b"\r\r\n.\r\r\n", b"\r\n.\n\r\n", b"\n\n.\n\n", b"\r\n .\r\n")
MEGABYTE = 1 << 20


def greet(wire, login=None):
    wire.say("EHLO client.lab.example")
    if login:
        wire.starttls()
        wire.say("EHLO client.lab.example")
        words = base64.b64encode(f"\0{login[0]}\0{login[1]}".encode()).decode()
        assert wire.say(f"AUTH PLAIN {words}").startswith("235")


def envelope(wire, sender, recipient):
    for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>"):
        assert (reply := wire.say(command)).startswith("250"), (command, reply)


def head(sender, recipient, subject):
    return (f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\nDate: {mail.email.utils.formatdate()}\r\n"
            f"Message-ID: <{base64.b16encode(os.urandom(8)).decode()}@lab.example>\r\n").encode()


def transmit(wire, octets, chunking=False):
    """The text of a mail, as DATA or as one chunk (RFC 3030); returns the reply."""
    if chunking:
        wire.send(b"BDAT %d LAST\r\n" % len(octets) + octets)
    else:
        assert wire.say("DATA").startswith("354")
        wire.send(octets + b"\r\n.\r\n")
    return wire.reply()


def deliver_octets(appliance, recipient, octets):
    with mail.Dialogue(appliance.ipv4, timeout=90) as wire:
        greet(wire)
        envelope(wire, STRANGER, recipient)
        return transmit(wire, octets)


def check_serves(appliance, account):
    """Mail comes in, is sent, and is read."""
    for sent in (mail.deliver(appliance.ipv4, mail.message(STRANGER, account.address)),
                 appliance.submit(account, mail.message(account.address, account.address))):
        appliance.wait_for(account, sent["Subject"])


def test_no_odd_end_of_data_makes_two_mails_of_one(lab):
    """Neither here nor, sent on, there: in from outside and from a user, out to somebody else's server."""
    appliance = lab.appliance(GREYLISTING="false", SPAM_HEADER_SCORE="off", SPAM_REJECT_SCORE="off")
    with Sink(lab.addresses("gateway")[0]) as sink:
        alice, bob = appliance.start().add("alice"), appliance.add("bob")
        expected = {}
        for (port, sender, recipient, login) in ((25, STRANGER, bob.address, None),
                                                 (587, alice.address, STRANGER, alice)):
            for chunking in (False, True):
                for number, ending in enumerate(ENDINGS):
                    subject = f"outer {port} {chunking} {number}"
                    inner = f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n"
                    with mail.Dialogue(appliance.ipv4, port) as wire:
                        greet(wire, login)
                        envelope(wire, sender, recipient)
                        octets = head(sender, recipient, subject) + b"\r\nfirst" + ending + inner.encode()
                        assert transmit(wire, octets, chunking).startswith("250"), (subject, ending)
                        # Nothing was answered that nobody asked.
                        assert wire.say("QUIT").startswith("221"), (subject, ending)
                    expected.setdefault(recipient, set()).add(subject)
        wait_until("all mail inside", lambda: len(appliance.subjects(bob)) >= len(expected[bob.address]))
        wait_until("all mail outside", lambda: len(sink.mails) >= len(expected[STRANGER]))
        wait_until("the queue to be empty", appliance.queue_is_empty)
        inside = appliance.subjects(bob)
        assert len(inside) == len(expected[bob.address]) and set(inside) == expected[bob.address]
        outside = [re.search(rb"^Subject: (.*?)\r$", octets, re.M)[1].decode() for _, _, octets in sink.mails]
        assert len(outside) == len(expected[STRANGER]) and set(outside) == expected[STRANGER]
        for _, _, octets in sink.mails:
            lines = octets.split(b"\r\n")
            assert not any({10, 13, 0} & set(line) or line == b"." for line in lines), octets


# port: what is said first, how STARTTLS is said, what must not be executed, how the session ends and the last word
STARTTLS = {25: (b"EHLO client.lab.example\r\n", b"STARTTLS\r\n", b"NOOP\r\n", b"QUIT\r\n", b"221 2.0.0 Bye\r\n"),
            587: (b"EHLO client.lab.example\r\n", b"STARTTLS\r\n", b"NOOP\r\n", b"QUIT\r\n", b"221 2.0.0 Bye\r\n"),
            143: (b"", b"a STARTTLS\r\n", b"b NOOP\r\n", b"c LOGOUT\r\n", b"c OK"),
            110: (b"", b"STLS\r\n", b"CAPA\r\n", b"QUIT\r\n", b"+OK"),
            4190: (b"", b"STARTTLS\r\n", b'NOOP "b"\r\n', b"LOGOUT\r\n", b"OK")}


def session_after_starttls(host, port, injected):
    """All octets the server sends after TLS has begun; None when it hangs up instead of beginning."""
    first, starttls, _, last, _ = STARTTLS[port]
    raw = socket.create_connection((host, port), 30)

    def read_until(is_complete):
        seen = b""
        while not is_complete(seen):
            octets = raw.recv(4096)
            if not octets:
                raise ConnectionError(f"hung up after {seen!r}")
            seen += octets

    ready = {25: b"220 ", 587: b"220 ", 143: b"* OK", 110: b"+OK", 4190: b"\nOK "}[port]
    read_until(lambda seen: ready in seen and seen.endswith(b"\r\n"))
    if first:
        raw.sendall(first)
        read_until(lambda seen: re.search(rb"^250 .*\r\n", seen, re.M))
    raw.sendall(starttls + injected)
    try:
        read_until(lambda seen: seen.endswith(b"\r\n"))
        with mail.any_certificate().wrap_socket(raw) as wrapped:
            wrapped.sendall(last)
            said = b""
            while octets := wrapped.recv(4096):
                said += octets
            return said
    except OSError:
        return None


def test_a_command_behind_starttls_is_never_executed(lab):
    appliance = lab.appliance(POP3="true").start()
    for port, (_, _, injected, _, last_word) in STARTTLS.items():
        clean = session_after_starttls(appliance.ipv4, port, b"")
        assert last_word in clean, (port, clean)
        # Thrown away, or hung up.
        assert session_after_starttls(appliance.ipv4, port, injected) in (clean, None), port


HOLD = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
held, said = [], {}
for host, port, source, count in arguments["held"]:
    for _ in range(count):
        held.append(socket.create_connection((host, port), 30, (source, 0)))
print("held", flush=True)
sys.stdin.readline()
for connection in held[:arguments["asked"]]:
    connection.settimeout(30)
    word = connection.recv(4).decode()
    said[word] = said.get(word, 0) + 1
answer(said)
"""


def test_one_client_cannot_keep_others_out(lab):
    """Idle connections on every port, before a login, from one address and from one customer's IPv6 network."""
    appliance = lab.appliance(POP3="true").start()
    alice = appliance.add("alice")
    neighbour = lab.neighbour()
    second = neighbour.add_ipv6()
    before = appliance.memory_peak()
    held = [(appliance.ipv6, 25, neighbour.ipv6, 60), (appliance.ipv6, 25, second, 60),
            (appliance.ipv4, 25, neighbour.ipv4, 120), (appliance.ipv4, 587, neighbour.ipv4, 80),
            *((appliance.ipv4, port, neighbour.ipv4, 1000) for port in (143, 993, 110, 995, 4190))]
    with neighbour.background(HOLD, held=held, asked=120) as flood:
        assert flood.line() == "held"
        check_serves(appliance, alice)
        appliance.submit(alice, mail.message(alice.address, alice.address), port=587)
        with appliance.imap(alice, port=143), managesieve(appliance.ipv4, alice):
            pass
        said = flood.finish()
    # The two IPv6 addresses are of one /64, and count as one client.
    assert said == {"220 ": 50, "421 ": 70}
    assert appliance.memory_peak() - before < 1000 * MEGABYTE
    check_serves(appliance, alice)


def nested(depth):
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    closed = b"".join(b"--b%d--\r\n" % i for i in reversed(range(depth)))
    return b"MIME-Version: 1.0\r\n" + opened + b"\r\nx\r\n" + closed


def in_parts(count, part=b"Content-Type: text/html\r\n\r\n<p><a href='http://lab.example/'>x</a>"):
    return (b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
            (b"--b\r\n" + part + b"\r\n") * count + b"--b--\r\n")


MONSTERS = {
    "a line of 1 MB": b"\r\n" + b"x" * MEGABYTE,
    "a field of 1 MB": b"X-Long: " + b"y" * MEGABYTE + b"\r\n\r\nx",
    "a field name of 1 MB": b"y" * MEGABYTE + b": x\r\n\r\nx",
    "1,000 fields": b"".join(b"X-%d: x\r\n" % i for i in range(1000)) + b"\r\nx",
    "10 MB of fields": b"".join(b"X-%d: %s\r\n" % (i, b"v" * 900) for i in range(11000)) + b"\r\nx",
    "a field of 10 MB, folded": b"X-Folded: x\r\n" + (b" " + b"v" * 900 + b"\r\n") * 11000 + b"\r\nx",
    "20,000 recipients in Cc": b"Cc: " + b",\r\n ".join(b"a%d@lab.example" % i for i in range(20000)) + b"\r\n\r\nx",
    "NUL": b"X-Nul: a\0b\r\nX\0: y\r\n\r\na\0b\r\n\0",
    "CR": b"X-Cr: a\rb\r\n\r\na\rb\r\r\r",
    "8 bits": b"X-Eight: \xff\xfe\r\n\r\n\xff\xfe",
    "1,000 levels": nested(1000),
    "1,000 levels of mail":
        b"MIME-Version: 1.0\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"\r\nx",
    "10,000 parts": in_parts(10000),
    "200,000 tags": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + b"<div>\r\n" * 200000,
}


def test_monstrous_mail_is_taken_or_refused_and_the_filter_survives(lab):
    appliance = lab.appliance(GREYLISTING="false", SPAM_HEADER_SCORE="off", SPAM_REJECT_SCORE="off").start()
    alice, bob = appliance.add("alice"), appliance.add("bob")
    filters = {pid for pid, comm, _ in appliance.processes() if comm == "rspamd"}
    before = appliance.memory_peak()
    for name, rest in MONSTERS.items():
        reply = deliver_octets(appliance, alice.address, head(STRANGER, alice.address, name) + rest)
        wanted = "550 5.6.0 MIME nesting" if name == "1,000 levels" else "250"
        assert reply.startswith(wanted), (name, reply)
    hops = b"Received: from x by y; Fri, 20 Nov 2026 10:00:00 +0000\r\n" * 1000
    reply = deliver_octets(appliance, alice.address, hops + head(STRANGER, alice.address, "a loop") + b"\r\nx")
    assert reply.startswith("554 5.4.0"), reply
    wait_until("all of it", lambda: set(appliance.subjects(alice)) >= set(MONSTERS) - {"1,000 levels"})
    assert {pid for pid, comm, _ in appliance.processes() if comm == "rspamd"} == filters
    assert appliance.memory_peak() - before < 600 * MEGABYTE

    # 1,000 recipients are taken; for the others the sender is told to come again, and who does not listen is cut off.
    appliance.set_aliases("@alpha.example alice@alpha.example\n")

    def recipients(wire, first, count):
        """The codes of so many RCPT at once."""
        wire.send(b"".join(b"RCPT TO:<r%d@alpha.example>\r\n" % i for i in range(first, first + count)))
        return [wire.reply()[:9] for _ in range(count)]

    with mail.Dialogue(appliance.ipv4) as wire:
        greet(wire)
        assert wire.say(f"MAIL FROM:<{STRANGER}>").startswith("250")
        codes = [code for i in range(0, 1500, 100) for code in recipients(wire, i, 100)]
        assert codes == ["250 2.1.5"] * 1000 + ["452 4.5.3"] * 500
        assert transmit(wire, head(STRANGER, "all@alpha.example", "to many") + b"\r\nx").startswith("250")
    with mail.Dialogue(appliance.ipv4) as wire:
        greet(wire)
        assert wire.say(f"MAIL FROM:<{STRANGER}>").startswith("250")
        with contextlib.suppress(OSError):
            codes = [code for i in range(0, 10000, 10) for code in recipients(wire, i, 10)]
        assert codes[-1] == "" or len(codes) == 1500
    # By the subject alone: Python's parser does not survive what the filter does.
    wait_until("the mail to many", lambda: "to many" in appliance.subjects(alice))
    check_serves(appliance, bob)


SLOW = """local http = require "rspamd_http"
rspamd_config.SLOW = {
  callback = function(task)
    if task:get_subject() == "slow" then
      http.request({ task = task, url = "http://%s:%d/", timeout = 60, callback = function() end })
    end
  end,
}
"""


def test_mail_the_filter_does_not_come_to_an_end_with_is_put_off(lab):
    """Not passed as if nothing had been found; and what the filter may take of the machine's memory has an end."""
    appliance = lab.appliance(GREYLISTING="false", MESSAGE_SIZE_LIMIT="10000000")
    with socket.create_server((lab.addresses("gateway")[0], 0)) as silent:
        appliance.override({"rspamd/slow.lua": SLOW % silent.getsockname(),
                            "rspamd/override.d/worker-proxy.inc": "timeout = 2s;\n"})
        alice = appliance.start().add("alice")
        reply = deliver_octets(appliance, alice.address, head(STRANGER, alice.address, "slow") + b"\r\nx")
        assert reply.startswith("451"), reply
    check_serves(appliance, alice)
    assert "slow" not in appliance.subjects(alice) + appliance.subjects(alice, "Junk")


ADDRESSES = (b"a\0b@lab.example", b"\xff\xfe@lab.example", "jörg@lab.example".encode(), b"a\x01@lab.example",
             b'"a@lab.example', b"a@l\xc3\xa4b.example", b"x" * 3000 + b"@lab.example")


def check_addresses(appliance, alice):
    """What is no address would come back as a bounce to somebody, as the mailbox refuses it."""
    with mail.Dialogue(appliance.ipv4) as wire:
        greet(wire)
        for address in ADDRESSES:
            wire.send(b"MAIL FROM:<" + address + b">\r\n")
            if (reply := wire.reply()).startswith("250"):
                reply = wire.say(f"RCPT TO:<{alice.address}>")
            assert reply[:2] in ("50", "55"), (address, reply)
            wire.say("RSET")
    for address in (b"alice+\xff@alpha.example", b"alice+\x01@alpha.example", b'"alice@alpha.example'):
        with mail.Dialogue(appliance.ipv4) as wire:
            greet(wire)
            assert wire.say(f"MAIL FROM:<{STRANGER}>").startswith("250")
            wire.send(b"RCPT TO:<" + address + b">\r\n")
            assert wire.reply()[:2] in ("50", "55"), address
    # A name that is too long is cut, or the connection is; 221 is what Postfix says to those who speak no SMTP.
    for line, answers in ((b"EHLO " + b"x" * 10 * MEGABYTE, ("250", "5")), (b"\0\0NOOP", ("5", "221")),
                          (b"\xff\xfe", ("5", "221"))):
        with mail.Dialogue(appliance.ipv4) as wire, contextlib.suppress(OSError):
            wire.send(line + b"\r\n")
            assert (reply := wire.reply()).startswith(answers) or not reply, (line[:10], reply)


def check_readers(appliance, alice):
    """Commands and literals of IMAP and ManageSieve that are too long, or none."""
    peak = appliance.memory_peak()

    def said_after(octets, login):
        """What IMAP answers, in one line; empty when it hangs up."""
        with contextlib.suppress(OSError, imaplib.IMAP4.error), contextlib.ExitStack() as stack:
            server = (stack.enter_context(appliance.imap(alice)) if login else
                      imaplib.IMAP4_SSL(appliance.ipv4, ssl_context=mail.any_certificate(), timeout=30))
            with contextlib.suppress(OSError):
                server.send(octets)
            return server.readline()
        return b""

    for octets in (b"a LOGIN " + b"x" * 10 * MEGABYTE + b"\r\n", b"a LOGIN {4294967295}\r\n",
                   b"a LOGIN {4294967295+}\r\n" + b"x" * MEGABYTE):
        assert re.match(rb"|\* BYE|a BAD", said_after(octets, login=False)), octets[:30]
    for octets, answer in ((b"a SEARCH SUBJECT " + b"x" * 10 * MEGABYTE, b"a BAD"),
                           (b"a SEARCH SUBJECT {4294967295}", b"* BYE"),
                           (b"a APPEND INBOX {4294967295}", b"a NO [LIMIT]"),
                           (b"a APPEND INBOX {99999999999999999999999}", b"* BYE"),
                           (b'a SEARCH SUBJECT "\0"', b"a BAD"),
                           (b"\xff NOOP", b"* BAD"), (b"a FETCH 1 " + b"(" * 100000, b"a BAD"),
                           (b"a SEARCH " + b"NOT " * 20000 + b"ALL", b"a BAD")):
        said = said_after(octets + b"\r\n", login=True)
        assert said.startswith(answer), (octets[:30], said)

    for login, command in ((False, 'AUTHENTICATE "PLAIN" {4294967295+}'),
                           (False, 'AUTHENTICATE "' + "x" * MEGABYTE + '"'),
                           (True, 'PUTSCRIPT "a" {4294967295+}'), (True, 'PUTSCRIPT "a\0b" "keep;"')):
        client = ManageSieve(appliance.ipv4)
        client.starttls()
        if login:
            client.login(alice)
        with pytest.raises((Refused, AssertionError, OSError)):
            client.say(command)
        client.close()
    assert appliance.memory_peak() - peak < 100 * MEGABYTE


GREETINGS = {"HELO unknown.nowhere.example": True, "HELO [1.2.3.4]": True, "EHLO [IPv6:2001:db8::1]": True,
             "HELO with_underscore.lab.example": True, "HELO laptop": True, "HELO mail.alpha.example": True,
             "EHLO 192.0.2.1": True, "HELO -.-": False, "HELO a..b": False, "HELO <script>": False, "HELO a b@c": False,
             "HELO [300.1.1.1]": False, "HELO": False, "NOOP": False}


def check_greetings(appliance, alice):
    """Only what is no name at all is refused."""
    for greeting, good in GREETINGS.items():
        with mail.Dialogue(appliance.ipv4) as wire:
            replies = [wire.say(line) for line in (greeting, f"MAIL FROM:<{STRANGER}>", f"RCPT TO:<{alice.address}>")]
            assert all(reply.startswith("250") for reply in replies) == good, (greeting, replies)
            assert good or replies[-1].startswith("50"), (greeting, replies)
    # Our own name is that of spam programs, or of the server we have moved from: it is put off, and taken later.
    with mail.Dialogue(appliance.ipv4) as wire:
        wire.say("EHLO MAIL.alpha.example")
        envelope(wire, "moved@lab.example", alice.address)
        reply = transmit(wire, head("moved@lab.example", alice.address, "our name") + b"\r\nx")
        assert reply.startswith("451 4.7.1 Try again later"), reply


def test_what_is_no_address_no_greeting_and_no_command_is_refused(appliance):
    alice = appliance.add("alice")
    check_addresses(appliance, alice)
    check_readers(appliance, alice)
    check_greetings(appliance, alice)
    check_serves(appliance, alice)


def test_what_comes_with_a_mail_does_not_count_as_ours(lab):
    """Header fields that somebody has written, and line ends where they do not belong."""
    appliance = lab.appliance(GREYLISTING="false").start()
    appliance.publish(*appliance.advised_records())
    alice, bob = appliance.add("alice"), appliance.add("bob")
    forged = (f"Return-Path: <root@alpha.example>\r\nDelivered-To: {alice.address}\r\n"
              f"Received: from localhost (localhost [127.0.0.1])\r\n\tby {appliance.hostname} (Postfix) with ESMTPSA id"
              f" X\r\n\tfor <{alice.address}>; {mail.email.utils.formatdate()}\r\n").encode()
    reply = deliver_octets(appliance, alice.address, forged + head(STRANGER, alice.address, "own claims") + b"\r\nx")
    assert reply.startswith("250"), reply
    arrived = appliance.wait_for(alice, "own claims")
    assert arrived.get_all("Return-Path") == [f"<{STRANGER}>"]
    assert arrived.get_all("Delivered-To")[0] == alice.address
    # Only what our own server has received counts as local, or as one of our users'.
    reply = deliver_octets(appliance, alice.address, forged + head(bob.address, alice.address, "as bob") + b"\r\nx")
    assert reply.startswith("250"), reply
    arrived = appliance.wait_for(alice, "as bob", folder="Junk")
    assert arrived["DKIM-Signature"] is None

    # A line end in an encoded subject stays inside the subject of the answer.
    activate(appliance.ipv4, alice, 'require ["vacation", "variables"];\nif header :matches "subject" "*" {\n'
             'vacation :days 1 :subject "Away: ${1}" "Later."; }')
    subject = "=?utf-8?q?hello=0D=0ABcc=3A_victim=40lab.example=0D=0A=0D=0Ax?="
    with appliance.smtp(465, bob) as server:
        server.sendmail(bob.address, [alice.address], head(bob.address, alice.address, subject) + b"\r\nx")
    answer = wait_until("the answer", lambda: next(
        (found for found in mail.messages(appliance.ipv4, bob) if "Away" in str(found["Subject"])), None))
    assert answer["Bcc"] is None and answer.get_content().strip() == "Later."

    # Nor does one in a login make a line of the log.
    for name in (f"{alice.address}\r\nforged: line", f"{alice.address}\nforged: line", "\x1b[2Jforged"):
        with mail.Dialogue(appliance.ipv4, 587) as wire:
            greet(wire)
            wire.starttls()
            wire.say("EHLO client.lab.example")
            words = base64.b64encode(f"\0{name}\0{alice.password}".encode()).decode()
            assert wire.say(f"AUTH PLAIN {words}").startswith("535")
    log = appliance.logs()
    assert not re.search(r"^\W*forged", log, re.M) and "\x1b" not in log
    check_serves(appliance, bob)
