"""Names beside HOSTNAME, and what programs find there: certificates of their own, the MTA-STS policy, settings."""
import http.client
import json
import plistlib
import socket
import ssl
import urllib.parse
import xml.etree.ElementTree

from rig import mail
from rig.appliance import Account
from rig.podman import wait_until

from test_certificates import make_pair, with_acme

TLS_PORTS = (25, 465, 587, 143, 993, 995, 4190, 443)

OUTLOOK = """<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
  <Request>
    <EMailAddress>{}</EMailAddress>
    <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
  </Request>
</Autodiscover>"""
ANSWER = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"


LOGO = ('<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 8 8">'
        '<title>Alpha</title><circle cx="4" cy="4" r="4"/></svg>')


def ask(appliance, name, path, body=None, *, context=None, http_only=False):
    """Status, headers and body of what the appliance answers under this name."""
    raw = socket.create_connection((appliance.ipv4, 80 if http_only else 443), 30)
    if not http_only:
        raw = (context or mail.any_certificate()).wrap_socket(raw, server_hostname=name)
    connection = http.client.HTTPConnection(name)
    connection.sock = raw
    with raw:
        connection.request("POST" if body else "GET", path, body, {"Content-Type": "text/xml"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def shown_names(appliance, port, context, name):
    """The names in the certificate the port shows to who asks for `name`, verified."""
    return [value for _, value in appliance.certificate(port, context, name)["subjectAltName"]]


def test_each_name_that_leads_here_gets_a_certificate_and_no_other_name_matters(lab):
    pebble = lab.acme(refuse=["autodiscover.alpha.example"]).start()
    appliance = with_acme(lab, pebble, ADDITIONAL_DOMAINS="beta.example", POP3="true", MTA_STS="enforce")
    lab.dns.set("names", f"mail.beta.example. A {appliance.ipv4}", "mta-sts.alpha.example. CNAME mail.alpha.example.",
                f"autodiscover.alpha.example. A {appliance.ipv4}", f"autoconfig.beta.example. A {lab.dns.ipv4}")
    appliance.start()
    alice = appliance.add("alice")

    def settled():
        status = appliance.status()
        further = {one["name"]: one["origin"] for one in status["certificate"].get("further", [])}
        return status["warnings"] and further == {
            "mail.beta.example": "issued", "mta-sts.alpha.example": "issued", "autodiscover.alpha.example": "none"}

    with appliance.imap(alice) as session:
        wait_until("the certificates", settled, deadline=90)
        context = pebble.trust()
        for name in (appliance.hostname, "mail.beta.example", "mta-sts.alpha.example"):
            for port in TLS_PORTS:
                wait_until(f"the certificate of {name} on {port}",
                           lambda: appliance.certificate(port, name=name)["der"] ==
                           appliance.certificate(443, context, name)["der"], deadline=20)
                assert shown_names(appliance, port, context, name) == [name]
        assert session.noop()[0] == "OK"

    own = appliance.certificate(993)["der"]
    for unknown in ("autoconfig.beta.example", "autodiscover.alpha.example", "elsewhere.example", "x" * 63 + ".example"):
        assert all(appliance.certificate(port, name=unknown)["der"] == own for port in TLS_PORTS)

    said = appliance.exec("mailserver", "status").stdout
    assert "Certificate for mail.beta.example: issued by" in said
    assert "Warning: cannot get a certificate for autodiscover.alpha.example" in said
    assert "autoconfig.beta.example" not in said

    status, headers, policy = ask(appliance, "mta-sts.alpha.example", "/.well-known/mta-sts.txt", context=context)
    assert (status, headers["Content-Type"]) == (200, "text/plain")
    assert policy.split("\r\n") == ["version: STSv1", "mode: enforce", "mx: mail.alpha.example", "max_age: 2592000", ""]
    assert ask(appliance, appliance.hostname, "/.well-known/mta-sts.txt")[0] == 404
    assert ask(appliance, "mta-sts.alpha.example", "/x", http_only=True)[1]["Location"] == \
        "https://mta-sts.alpha.example/x"

    shown = appliance.certificate(993, name="mail.beta.example")["der"]
    pebble.stop()
    appliance.stop()
    appliance.start()
    assert all(appliance.certificate(port, name="mail.beta.example")["der"] == shown for port in TLS_PORTS)


def test_own_files_for_a_name(lab):
    appliance = lab.appliance(TLS_MODE="files", TLS_CERTIFICATE_FILE="etc/tls/own.pem", TLS_KEY_FILE="etc/tls/own.key")
    folder = appliance.workspace / "etc/tls"
    (folder / "names").mkdir(parents=True)
    own = make_pair(folder, "own", appliance.hostname)
    appliance.start()
    name = "autoconfig.alpha.example"
    assert appliance.certificate(465, name=name)["der"] == own
    added = make_pair(folder, "new", name)
    (folder / "new").write_text((folder / "new.key").read_text() + (folder / "new.pem").read_text())
    (folder / "new").rename(folder / f"names/{name}.pem")
    wait_until("the new certificate on every port",
               lambda: all(appliance.certificate(port, name=name)["der"] == added for port in (465, 993, 443)),
               deadline=60, interval=1)
    assert appliance.certificate(465)["der"] == own
    (folder / f"names/{name}.pem").unlink()
    wait_until("the certificate of the server on every port",
               lambda: all(appliance.certificate(port, name=name)["der"] == own for port in (465, 993, 443)),
               deadline=60, interval=1)


def test_mail_programs_find_settings_that_work(lab):
    appliance = lab.appliance(ADDITIONAL_DOMAINS="beta.example", POP3="true")
    (appliance.workspace / "etc/bimi").mkdir(parents=True)
    (appliance.workspace / "etc/bimi/logo.svg").write_text(LOGO)
    appliance.start()
    jens = appliance.add("jens")
    appliance.set_aliases("@beta.example @alpha.example\n")
    host = appliance.hostname

    def thunderbird(name, path, address=None):
        query = f"?emailaddress={urllib.parse.quote(address)}" if address else ""
        status, headers, body = ask(appliance, name, path + query)
        assert (status, headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
        provider = xml.etree.ElementTree.fromstring(body).find("emailProvider")
        return [(server.get("type"), server.findtext("hostname"), server.findtext("port"),
                 server.findtext("socketType"), server.findtext("username"))
                for kind in ("incomingServer", "outgoingServer") for server in provider.findall(kind)]

    def servers(user):
        return [("imap", host, "993", "SSL", user), ("imap", host, "143", "STARTTLS", user),
                ("pop3", host, "995", "SSL", user), ("pop3", host, "110", "STARTTLS", user),
                ("smtp", host, "465", "SSL", user), ("smtp", host, "587", "STARTTLS", user)]

    found = thunderbird("autoconfig.beta.example", "/mail/config-v1.1.xml", "Jens@beta.example")
    assert found == servers("jens@alpha.example")
    assert appliance.can_read(Account(found[0][4], jens.password))
    assert not appliance.can_read(Account("jens@beta.example", jens.password))
    assert thunderbird(host, "/mail/config-v1.1.xml", "jens+shop@alpha.example") == servers("jens@alpha.example")
    well_known = "/.well-known/autoconfig/mail/config-v1.1.xml"
    assert thunderbird("alpha.example", well_known) == servers("%EMAILADDRESS%")
    assert thunderbird("beta.example", well_known) == servers("%EMAILLOCALPART%@alpha.example")
    # Without a domain alias in play nobody learns who has an account.
    assert thunderbird(host, well_known, "nobody@alpha.example") == servers("nobody@alpha.example")
    assert ask(appliance, host, "/mail/config-v1.1.xml?emailaddress=a%40elsewhere.example")[0] == 404

    def outlook(address, path="/autodiscover/autodiscover.xml"):
        status, _, body = ask(appliance, "autodiscover.beta.example", path, OUTLOOK.format(address))
        assert status == 200
        return xml.etree.ElementTree.fromstring(body)

    protocols = [[protocol.findtext(ANSWER + field) for field in ("Type", "Server", "Port", "SSL", "LoginName")]
                 for protocol in outlook("jens@beta.example", "/AutoDiscover/AutoDiscover.xml").iter(ANSWER + "Protocol")]
    assert protocols == [[kind, host, port, "on", "jens@alpha.example"]
                         for kind, port in (("IMAP", "993"), ("POP3", "995"), ("SMTP", "465"))]
    bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>' + OUTLOOK[38:]
    for hostile in ("&lt;script&gt;@alpha.example", "a@elsewhere.example", "x" * 5000, "jens@alpha.example\0", ""):
        assert "script" not in xml.etree.ElementTree.tostring(outlook(hostile), "unicode")
        assert not list(outlook(hostile).iter(ANSWER + "Protocol"))
    assert "600" in ask(appliance, host, "/autodiscover/autodiscover.xml", bomb.format("&c;"))[2]
    try:
        assert ask(appliance, host, "/autodiscover/autodiscover.xml", "x" * 100_000)[0] == 413
    except OSError:  # the server does not wait for all of it
        pass
    url = json.loads(ask(appliance, host, "/autodiscover/autodiscover.json?Protocol=AutodiscoverV1")[2])["Url"]
    assert url == f"https://{host}/autodiscover/autodiscover.xml"

    status, headers, body = ask(appliance, host, "/email.mobileconfig?email=jens%40beta.example")
    assert (status, headers["Content-Type"]) == (200, "application/x-apple-aspen-config")
    profile = plistlib.loads(body.encode())
    account = profile["PayloadContent"][0]
    assert account["EmailAddress"] == "jens@beta.example"
    for side, port in (("Incoming", 993), ("Outgoing", 465)):
        assert (account[f"{side}MailServerHostName"], account[f"{side}MailServerPortNumber"],
                account[f"{side}MailServerUsername"]) == (host, port, "jens@alpha.example")
        assert account[f"{side}MailServerUseSSL"] is True
    assert body == ask(appliance, host, "/email.mobileconfig?email=jens%40beta.example")[2]
    assert jens.password not in body
    assert ask(appliance, host, "/email.mobileconfig?email=%3Cb%3E%40alpha.example")[0] == 404

    status, headers, body = ask(appliance, host, "/bimi.svg")
    assert (status, headers["Content-Type"], body) == (200, "image/svg+xml", LOGO)
    zone = appliance.dns_check("--zone").stdout
    assert f'default._bimi.beta.example. 3600 IN TXT "v=BIMI1; l=https://{host}/bimi.svg; a="' in zone

    # Without TLS nothing is told, only where to ask.
    for name, path in (("autoconfig.alpha.example", "/mail/config-v1.1.xml"), ("elsewhere.example", "/account/")):
        status, headers, _ = ask(appliance, name, path, http_only=True)
        assert (status, headers["Location"]) == (301, f"https://{host}{path}")
    assert ask(appliance, "autodiscover.alpha.example", "/Autodiscover/autodiscover.xml", http_only=True)[0] == 302
    assert ask(appliance, "autoconfig.alpha.example", "/account/")[1]["Location"] == f"https://{host}/account/"
