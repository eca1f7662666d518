"""Whom the server believes because of an address: nobody by itself, the networks and proxies the operator names, and
never an address that stands in for one that was lost on the way in."""
import base64
import ipaddress
import json
import struct
import urllib.request

from rig import mail
from rig.podman import label, podman, wait_until

# Sends a mail, and tells the reply to RCPT or, when that was good, to the mail.
OFFER = """
def offer(host, port, sender, recipient, subject):
    server = smtplib.SMTP(host, port, local_hostname="neighbour.lab.example", timeout=30)
    server.ehlo()
    server.docmd(f"MAIL FROM:<{sender}>")
    code, text = server.docmd(f"RCPT TO:<{recipient}>")
    if code == 250:
        code, text = server.data(f"From: {sender}\\r\\nTo: {recipient}\\r\\nSubject: {subject}\\r\\n"
                                 f"Message-ID: <{subject}@lab>\\r\\nDate: Thu, 1 Jan 2026 00:00:00 +0000\\r\\n\\r\\nHi.\\r\\n")
    server.close()
    return code, text.decode()
answer([offer(*line) for line in arguments["offers"]])
"""
PRELUDE = "import json, smtplib, sys\narguments = json.loads(sys.argv[1])\ndef answer(v): print(json.dumps(v))\n"


def offer(somebody, *offers):
    """The replies to (host, port, sender, recipient, subject)."""
    return somebody.python(OFFER, offers=offers)


def from_inside(appliance, image, source, **arguments):
    """Runs it with the addresses of the container itself, as what a port forwarder inside of it passes on."""
    result = podman("run", "--rm", label(), f"--network=container:{appliance.container}", image, "python3", "-c",
                    PRELUDE + source, json.dumps(arguments))
    return json.loads(result.stdout)


def test_strangers_with_an_address_of_the_container_are_strangers_and_the_operator_is_told(lab, appliance):
    alice = appliance.add("alice")
    assert appliance.status()["warnings"] == []
    stranger, victim, user = "boss@alpha.example", "victim@elsewhere.example", alice.address
    # What the start command found on the host.
    gateway = lab.addresses("gateway")[0]
    with urllib.request.urlopen(f"http://{appliance.ipv4}/.well-known/mailserver/client-address") as seen:
        assert seen.read().decode().strip() == gateway
    assert appliance.exec("mailserver", "client-address", "x", "y", check=False).returncode == 2
    appliance.exec("mailserver", "client-address", "203.0.113.7", gateway)
    warning = wait_until("the suspicion", lambda: appliance.status()["warnings"])
    assert f"probably lost on the way in: a connection from 203.0.113.7 arrived as one from {gateway}" in warning[0]

    replies = from_inside(appliance, lab.IMAGE, OFFER, offers=[
        ("127.0.0.1", 25, stranger, victim, "a"), ("127.0.0.1", 25, stranger, user, "b"),
        ("::1", 25, stranger, victim, "c"), (appliance.ipv4, 25, stranger, victim, "d"),
        (appliance.ipv6, 25, stranger, victim, "e"), (appliance.ipv4, 25, "stranger@lab.example", user, "f"),
        ("127.0.0.1", 587, stranger, victim, "g")])
    assert [code for code, _ in replies[:5]] == [450, 450, 450, 554, 554], replies
    assert "address was lost" in replies[0][1] and "Relay access denied" in replies[3][1]
    assert replies[5][0] == 250 and replies[6][0] >= 500, replies
    assert "DKIM-Signature" not in appliance.wait_for(alice, "f")
    warning = wait_until("the warning", lambda: "are lost" in (said := appliance.status()["warnings"])[0] and said)
    assert len(warning) == 1 and "PROXY_PROTOCOL_NETWORKS" in warning[0]
    assert "are lost on the way in" in appliance.exec("mailserver", "status").stdout


def test_trusted_networks_send_signed_mail_anywhere_and_their_gateway_does_not(lab):
    network = ipaddress.ip_network(f"{lab.addresses('gateway')[0]}/24", strict=False)
    appliance = lab.appliance(TRUSTED_NETWORKS=str(network)).start()
    alice, neighbour = appliance.add("alice"), lab.neighbour()
    printer, elsewhere = "printer@alpha.example", "victim@elsewhere.example"
    replies = offer(neighbour, (appliance.ipv4, 25, printer, elsewhere, "a"),
                    (appliance.ipv4, 25, printer, alice.address, "signed"),
                    (appliance.ipv6, 25, printer, elsewhere, "b"))
    assert [code for code, _ in replies] == [250, 250, 554], replies
    assert "d=alpha.example" in appliance.wait_for(alice, "signed")["DKIM-Signature"]
    # This process has the gateway's address, as whoever comes through a port forwarder has.
    with appliance.smtp() as server:
        server.mail(printer)
        assert server.rcpt(elsewhere)[0] == 554
    unsigned = mail.deliver(appliance.ipv4, mail.message(printer, alice.address))
    assert "DKIM-Signature" not in appliance.wait_for(alice, unsigned["Subject"])
    appliance.stop()

    for bad, word in (("0.0.0.0/0", "more of the internet"), ("127.0.0.1", "this server itself"),
                      (lab.addresses("gateway")[0], "gateway")):
        refused = lab.appliance(TRUSTED_NETWORKS=bad, workspace=lab.folder("other")).start(ready=False)
        assert refused.wait_exit() != 0 and word in refused.logs(), refused.logs()


PROXIED = """
def tunnel(port, header, tls):
    raw = socket.create_connection((arguments["host"], port), 20)
    raw.sendall(base64.b64decode(header))
    return ssl._create_unverified_context().wrap_socket(raw) if tls else raw

def smtp(port, header, offers, tls, login):
    server = smtplib.SMTP(timeout=20, local_hostname="client.lab.example")
    server.sock = tunnel(port, header, tls)
    assert server.getreply()[0] == 220
    server.ehlo()
    if login:
        if not tls:
            server._host = None
            server.starttls(context=ssl._create_unverified_context())
            server.ehlo()
        server.login(*arguments["login"])
    server.docmd(f"MAIL FROM:<{offers[0]}>")
    code, text = server.docmd(f"RCPT TO:<{offers[1]}>")
    if code == 250:
        code, text = server.data(f"From: {offers[0]}\\r\\nTo: {offers[1]}\\r\\nSubject: {offers[2]}\\r\\n"
            f"Message-ID: <{offers[2]}@lab>\\r\\nDate: Thu, 1 Jan 2026 00:00:00 +0000\\r\\n\\r\\nHi.\\r\\n")
    server.close()
    return code, text.decode()

def greeting(port, header, tls):
    try:
        return tunnel(port, header, tls).recv(100).decode()
    except OSError:
        return ""

def imap(port, header, tls):
    stream = tunnel(port, header, tls)
    file = stream.makefile("rwb")
    file.readline()
    if not tls:
        file.write(b"a STARTTLS\\r\\n"); file.flush(); file.readline()
        stream = ssl._create_unverified_context().wrap_socket(stream)
        file = stream.makefile("rwb")
    name, password = arguments["login"]
    file.write(f'b LOGIN "{name}" "{password}"\\r\\n'.encode()); file.flush()
    while not (line := file.readline().decode()).startswith("b "):
        assert line
    return line
answer([globals()[call[0]](*call[1:]) for call in arguments["calls"]])
"""


def v1(client, server="198.51.100.1"):
    return base64.b64encode(f"PROXY TCP4 {client} {server} 50000 25\r\n".encode()).decode()


def v2(client, server="2001:db8::25"):
    addresses = ipaddress.ip_address(client).packed + ipaddress.ip_address(server).packed
    body = addresses + struct.pack("!HH", 50000, 25)
    return base64.b64encode(b"\r\n\r\n\0\r\nQUIT\n\x21\x21" + struct.pack("!H", len(body)) + body).decode()


def test_a_listed_proxy_tells_the_clients_address_and_nobody_else_can(lab):
    neighbour = lab.neighbour()
    appliance = lab.appliance(PROXY_PROTOCOL_NETWORKS=neighbour.ipv4, POP3="true", GREYLISTING="false",
                              SPAM_HEADER_SCORE="off", SPAM_REJECT_SCORE="off").start()
    alice = appliance.add("alice")
    stranger, user, victim = "stranger@lab.example", alice.address, "victim@elsewhere.example"
    four, six = v1("203.0.113.9"), v2("2001:db8::9")
    results = neighbour.python(PROXIED, host=appliance.ipv4, login=list(alice), calls=[
        ("smtp", 10025, four, (stranger, user, "by v1"), False, False),
        ("smtp", 10025, six, (stranger, user, "by v2"), False, False),
        ("smtp", 10025, v1("127.0.0.1"), (stranger, victim, "a"), False, False),
        ("smtp", 10025, four, (stranger, victim, "b"), False, False),
        ("smtp", 10465, six, (user, user, "by 465"), True, True),
        ("smtp", 10587, four, (user, user, "by 587"), False, True),
        ("greeting", 10143, four, False), ("greeting", 10110, six, False), ("greeting", 10995, four, True),
        ("greeting", 14190, six, False), ("greeting", 10025, base64.b64encode(b"EHLO x\r\n").decode(), False),
        ("imap", 10143, six, False), ("imap", 10993, four, True)])
    codes = [result[0] for result in results[:6]]
    assert codes == [250, 250, 450, 554, 250, 250], results
    assert results[6].startswith("* OK") and results[7].startswith("+OK") and results[8].startswith("+OK"), results
    assert results[9].startswith('"IMPLEMENTATION"') and not results[10].startswith("220 "), results
    assert results[11].startswith("b OK") and results[12].startswith("b OK"), results
    assert "[203.0.113.9]" in "".join(appliance.wait_for(alice, "by v1").get_all("Received"))
    seen = appliance.wait_for(alice, "by v2")
    assert "[IPv6:2001:db8::9]" in "".join(seen.get_all("Received")) and "spf=fail" in seen["Authentication-Results"]
    assert "rip=203.0.113.9" in appliance.logs() and "rip=2001:db8::9" in appliance.logs()

    # This process is not listed.
    for port in (10025, 10465, 10587, 10143, 10993, 10110, 10995, 14190):
        assert greeting(appliance.ipv4, port, base64.b64decode(four)) == b"", port
        assert greeting(appliance.ipv6, port, base64.b64decode(six)) == b"", port
    wait_until("the log", lambda: "not in PROXY_PROTOCOL_NETWORKS" in appliance.logs())


def greeting(host, port, header):
    """What the server says first; nothing when it hangs up."""
    with mail.socket.create_connection((host, port), 20) as connection:
        try:
            connection.sendall(header)
            return connection.recv(100)
        except OSError:
            return b""
