"""`dns-check` says what is missing, and what it says is right."""
import json
import re


def pasted(advice):
    """The lines a person would paste into the zone: those below "Zone file line:"."""
    return re.findall(r"(?m)^ *Zone file line:\n(.+)$", advice)


def test_red_then_its_advice_as_the_zone_then_green(lab):
    appliance = lab.appliance(ADDITIONAL_DOMAINS="gamma.example").start()
    appliance.publish()  # nothing but the host's own addresses
    red = appliance.dns_check()
    assert red.returncode == 1
    for domain in ("alpha.example", "gamma.example"):
        for fault in ("No MX entry pointing to", "No valid SPF entry", "No valid DKIM entry", "No valid DMARC entry"):
            assert f"❌ {domain}: ERROR: {fault}" in red.stdout, red.stdout
    appliance.publish(*pasted(red.stdout))
    green = appliance.dns_check()
    assert green.returncode == 0, green.stdout + green.stderr
    assert "❌" not in green.stdout
    assert f"✅ alpha.example has MX entry pointing to '{appliance.hostname}'." in green.stdout


def test_it_works_while_the_server_is_down(lab):
    appliance = lab.appliance().start()
    appliance.publish(*appliance.advised_records())
    appliance.stop()
    result = appliance.one_off("dns-check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_address_record_is_named(lab):
    appliance = lab.appliance().start()
    appliance.publish(*appliance.advised_records())
    lab.dns.set(f"host {appliance.hostname}", f"{appliance.hostname}. A 198.51.100.99")
    result = appliance.dns_check()
    assert result.returncode == 1
    assert f"❌ ERROR: A record of '{appliance.hostname}' points to the wrong IP!" in result.stdout
    assert "198.51.100.99" in result.stdout and appliance.ipv4 in result.stdout


def test_json_says_the_same(lab):
    appliance = lab.appliance().start()
    result = appliance.dns_check("--json")
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert report["green"] is False
    assert any(finding["severity"] == "error" for finding in report["findings"])
