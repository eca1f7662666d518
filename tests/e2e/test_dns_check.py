"""`dns-check` says what is missing, and what it says is right."""
import json
import re

from rig.lab import host_records
from rig.podman import podman, wait_until


def pasted(advice):
    """The lines a person would paste into the zone: those below "Zone file line:"."""
    return re.findall(r"(?m)^ *Zone file line:\n(.+)$", advice)


def findings(appliance, *words):
    """All that is not simply right, by "id@subject"."""
    report = json.loads(appliance.dns_check("--json", *words).stdout)
    return {f"{finding['id']}@{finding['subject']}": finding for finding in report["findings"]
            if finding["severity"] not in ("ok", "note")}


def test_red_then_its_advice_as_the_zone_then_green(lab):
    # No policy that nobody could fetch: the certificate is self-signed.
    appliance = lab.appliance(ADDITIONAL_DOMAINS="gamma.example", MTA_STS="off").start()
    appliance.publish()  # nothing but the host's own addresses
    red = appliance.dns_check()
    assert red.returncode == 1
    for domain in ("alpha.example", "gamma.example"):
        for fault in ("No MX entry pointing to", "No valid SPF entry", "No valid DKIM entry", "No valid DMARC entry"):
            assert f"❌ {domain}: ERROR: {fault}" in red.stdout, red.stdout
    report = json.loads(appliance.dns_check("--json").stdout)
    assert report["green"] is False
    only = appliance.dns_check("--only", "required", "--domain", "gamma.example", "--zone").stdout
    assert "gamma.example. 3600 IN MX 10 mail.alpha.example." in only and "alpha.example. 3600 IN MX" not in only
    assert " SRV " not in only

    # Once a day it tells the admin what changed, and only that.
    admin = appliance.add("admin")
    appliance.dns_check("--mail-changes", check=True)
    told = appliance.wait_for(admin, "DNS of mail.alpha.example: new findings")
    assert "No MX entry pointing to" in told.get_payload() and told["From"].endswith("<postmaster@alpha.example>")

    # It watches until somebody has done what it says.
    podman("exec", "--detach", appliance.container, "sh", "-c",
           "mailserver dns-check --watch --only required > /host/watched; echo $? > /host/watch-ended")
    wait_until("the first report", lambda: "❌" in (appliance.workspace / "watched").read_text())
    appliance.publish(*pasted(red.stdout))
    ended = wait_until("the end of watching", lambda: (appliance.workspace / "watch-ended").read_text(), deadline=40)
    assert ended == "0\n"
    green = appliance.dns_check()
    assert green.returncode == 0, green.stdout + green.stderr
    assert findings(appliance) == {}
    assert f"✅ alpha.example has MX entry pointing to '{appliance.hostname}'." in green.stdout

    appliance.dns_check("--mail-changes", check=True)
    told = appliance.wait_for(admin, "DNS of mail.alpha.example: mended")
    assert "No MX entry pointing to" in told.get_payload()
    appliance.dns_check("--mail-changes", check=True)
    assert len(appliance.subjects(admin)) == 2
    assert "DNS: all that is required is there" in appliance.exec("mailserver", "status").stdout

    # What people do in web forms.
    lab.dns.set("mistakes", '_dmarc.alpha.example. TXT "v=DMARC1; p=none"',
                "gamma.example. MX 5 gone.example.", f"{appliance.hostname}. A 198.51.100.99")
    wrong = findings(appliance)
    assert wrong["domain.dmarc@alpha.example"]["cause"] == "duplicate"
    assert wrong["domain.mx.other@gamma.example"]["severity"] == "warning"
    assert "198.51.100.99" in wrong["host.a.other@mail.alpha.example"]["text"]
    lab.dns.set("mistakes")

    # While the server is down, too.
    appliance.stop()
    result = appliance.one_off("dns-check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_name_server_counts_and_so_does_dnssec(lab):
    """alpha.example is delegated to two servers of its own; its zone is what dns-check prints."""
    files = lab.folder("trust")
    appliance = lab.appliance(DNS_FORWARDERS="", DNS_VALIDATION="true", MTA_STS="off", options=[
        f"--volume={files}/root.hints:/usr/share/dns/root.hints:ro",
        f"--volume={files}/root.key:/usr/share/dns/root.key:ro"])
    domain = appliance.domain
    delegation = [f"{domain}. NS ns{n}.{domain}." for n in (1, 2)] + [
        f"ns{n}.{domain}. A {lab.addresses(f'ns{n}')[0]}" for n in (1, 2)]
    host = [record for record in host_records(appliance.hostname, appliance.ipv4, appliance.ipv6) if "PTR" not in record]
    servers = [lab.nameserver(f"ns{n}", {domain: delegation + host}) for n in (1, 2)]
    lab.dns.set("delegation", *delegation)
    (files / "root.hints").write_text(f". 3600 IN NS ns.root.example.\nns.root.example. 3600 IN A {lab.dns.ipv4}\n")
    (files / "root.key").write_text("\n".join(lab.dns.sign("")) + "\n")
    appliance.start()

    def serve(*records, by=servers):
        for server in by:
            server.zones[domain] = [*delegation, *records]
            server.reload()

    def zone():
        printed = appliance.dns_check("--zone").stdout
        return [line for line in printed.splitlines() if line and not line.startswith(";")]

    assert findings(appliance)[f"domain.mx@{domain}"]["severity"] == "error"
    serve(*zone())
    assert {name: finding["text"] for name, finding in findings(appliance).items()} == {}
    assert not any(" TLSA " in record for record in zone())

    # Signed, the certificate's key belongs into the zone.
    signed = servers[0].sign(domain)
    lab.dns.set("delegation", *delegation, *signed)
    servers[1].zones = {}
    servers[1].reload()
    lame = wait_until("the second server to refuse",
                      lambda: (seen := findings(appliance)) and f"zone.lame@{domain}" in seen and seen)
    assert lame[f"zone.lame@{domain}"]["severity"] == "warning", lame
    assert lame[f"host.tlsa@{appliance.hostname}"]["cause"] == "missing"
    serve(*zone(), by=servers[:1])
    assert set(findings(appliance)) == {f"zone.lame@{domain}"}
    assert any(" TLSA 3 1 1 " in record for record in zone())

    # A DS record that fits no key.
    lab.dns.set("delegation", *delegation, f"{domain}. DS 1 13 2 {'00' * 32}")
    assert findings(appliance)[f"zone.dnssec@{domain}"]["cause"] == "bogus"
    lab.dns.set("delegation", *delegation)

    # One that has not heard of the latest records.
    old = [record for record in zone() if " MX " not in record]
    serve(*old, by=servers[1:])
    serve(*zone(), by=servers[:1])
    serve(*zone(), by=servers[:1])
    stale = findings(appliance)
    assert stale[f"zone.stale@{domain}"]["severity"] == "error", stale
    assert f"ns2.{domain}" in stale[f"zone.stale@{domain}"]["text"]
    servers[1].stop()
    assert set(findings(appliance)) == {f"zone.unreachable@{domain}"}
