"""The life of the keys mail is signed with."""
import json

import pytest

from rig import mail
from rig.dns import txt
from rig.podman import wait_until


def keys(appliance):
    """state by selector"""
    listed = json.loads(appliance.exec("mailserver", "dkim", "list", "--json").stdout)
    return {key["selector"]: key["state"] for key in listed}


def publish_keys(appliance, lab):
    """Every key's record, beside what else is published."""
    listed = json.loads(appliance.exec("mailserver", "dkim", "list", "--json").stdout)
    lab.dns.set("keys of " + appliance.domain, *(txt(key["record"] + ".", key["value"]) for key in listed))


def signatures(sender, recipient, here, there):
    """Selectors of a mail's signatures, and those that the other server found good."""
    sent = here.submit(sender, mail.message(sender.address, recipient.address))
    arrived = there.wait_for(recipient, sent["Subject"])
    selectors = {tag.strip()[2:] for value in arrived.get_all("DKIM-Signature", [])
                 for tag in "".join(value.split()).split(";") if tag.startswith("s=")}
    results = " ".join(" ".join(value.split()) for value in arrived.get_all("Authentication-Results", []))
    good = {selector for selector in selectors
            if f"header.s={selector} " in results.replace(";", " ") + " " and "dkim=pass" in results}
    assert "dkim=fail" not in results
    return selectors, good


@pytest.fixture
def pair(lab):
    servers = [lab.appliance("alpha.example"), lab.appliance("beta.example")]
    for server in servers:
        server.start(ready=False)
    for server in servers:
        server.wait_ready()
        # Without the second key's record: with it the server would soon sign with that, too.
        server.publish(*(record for record in server.advised_records() if "ed25519" not in record))
    return servers


def test_a_key_signs_once_its_record_is_there_and_the_next_takes_over(lab, pair):
    alpha, beta = pair
    alice, bob = alpha.add("alice"), beta.add("bob")
    assert keys(alpha) == {"mailserver": "signing", "mailserver-ed25519": "announced"}
    assert signatures(alice, bob, alpha, beta) == ({"mailserver"}, {"mailserver"})

    # By hand, while the server runs.
    publish_keys(alpha, lab)
    alpha.exec("mailserver", "dkim", "use", "mailserver-ed25519")
    both = {"mailserver", "mailserver-ed25519"}
    wait_until("mail to be signed with both keys", lambda: signatures(alice, bob, alpha, beta) == (both, both),
               deadline=20)

    # By itself, when every name server shows the record.
    alpha.exec("mailserver", "dkim", "next")
    new = {selector for selector, state in keys(alpha).items() if state == "announced"}
    assert len(new) == 2
    assert signatures(alice, bob, alpha, beta)[0] == both
    publish_keys(alpha, lab)
    alpha.stop()
    alpha.start()
    wait_until("the new keys to take over",
               lambda: {selector for selector, state in keys(alpha).items() if state == "signing"} == new, deadline=40)
    wait_until("mail to be signed with the new keys",
               lambda: signatures(alice, bob, alpha, beta) == (new, new), deadline=20)
    assert {selector for selector, state in keys(alpha).items() if state == "retired"} == both


def test_words_that_name_nothing_are_refused(lab):
    alpha = lab.appliance("alpha.example")
    alpha.start()
    for words, code in ((("use", "nosuch"), 3), (("use", "mailserver", "else.example"), 3), (("next", "else.example"), 3),
                        (("use",), 2), (("use", "../x"), 3), (("nosuch",), 2), (("list", "x"), 2), (("help",), 0)):
        assert alpha.exec("mailserver", "dkim", *words, check=False).returncode == code, words
    assert keys(alpha) == {"mailserver": "signing", "mailserver-ed25519": "announced"}
