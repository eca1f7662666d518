"""Filter rules: the users' own over ManageSieve, the operator's for those who have none, and spam before both."""
import pytest

from rig import mail
from rig.managesieve import ManageSieve, Refused, activate, managesieve
from rig.podman import wait_until

AWAY = '''require ["fileinto", "mailbox", "imap4flags", "vacation"];
if header :contains "subject" "invoice" { addflag "\\\\Flagged"; fileinto :create "Work.Invoices"; }
vacation :days 1 :subject "Away" "Back on Monday.";
'''


def settled(appliance):
    """What a delivery sent on its way has arrived, too."""
    wait_until("the queue to be empty", appliance.queue_is_empty)


def test_users_keep_their_rules_over_managesieve(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    before = ManageSieve(appliance.ipv4)
    assert '"SASL" ""' in before.capabilities and '"STARTTLS"' in before.capabilities
    with pytest.raises(Refused):
        before.login(alice)
    before.close()
    with managesieve(appliance.ipv4, alice) as client:
        for extension in ("fileinto", "vacation", "imap4flags", "mailbox", "subaddress", "regex"):
            assert extension in client.capabilities
        with pytest.raises(Refused, match="line 2"):
            client.say('PUTSCRIPT "bad"', "keep;\nfileintoo \"x\";\n")
        with pytest.raises(Refused):
            client.say('PUTSCRIPT "../../bob"', "keep;\n")
    activate(appliance.ipv4, alice, AWAY)

    # Lists and bounces first: an answer to one of them would be there before the answer that is wanted.
    listed = appliance.submit(bob, mail.message(bob.address, alice.address, List_Id="<list.alpha.example>"))
    bounced = mail.deliver(appliance.ipv4, mail.message("mailer-daemon@lab.example", alice.address), sender="")
    for sent in (listed, bounced):
        appliance.wait_for(alice, sent["Subject"])
    invoice = appliance.submit(bob, mail.message(bob.address, alice.address, subject="your invoice"))
    appliance.wait_for(alice, invoice["Subject"], folder="Work.Invoices")
    with appliance.imap(alice) as reader:
        reader.select("Work.Invoices", readonly=True)
        assert reader.search(None, "FLAGGED")[1] == [b"1"]
    answer = appliance.wait_for(bob, "Away")
    assert answer["Auto-Submitted"].startswith("auto-replied") and answer["From"] == alice.address
    assert "d=alpha.example" in answer["DKIM-Signature"]
    again = appliance.submit(bob, mail.message(bob.address, alice.address))
    appliance.wait_for(alice, again["Subject"])
    settled(appliance)
    assert appliance.subjects(bob) == ["Away"]

    # Spam does not reach the user's rules.
    appliance.publish(*appliance.advised_records())
    forged = mail.deliver(appliance.ipv4, mail.message("carol@alpha.example", alice.address, subject="forged invoice"),
                          sender="carol@lab.example")
    appliance.wait_for(alice, forged["Subject"], folder="Junk")
    assert forged["Subject"] not in appliance.subjects(alice, "Work.Invoices")


def test_the_operators_rules_are_for_those_without_their_own(appliance):
    everybody, own, bad, alice = (appliance.add(name) for name in ("everybody", "own", "bad", "alice"))
    activate(appliance.ipv4, alice, 'require ["fileinto", "mailbox"]; fileinto :create "Mine";')
    folder = appliance.workspace / "etc/dovecot/sieve"
    file_into = 'require ["fileinto", "mailbox"];\nfileinto :create "{}";\n'
    (folder / "default.sieve").write_text(file_into.format("ForAll"))
    (folder / f"{own.address}.sieve").write_text(file_into.format("ForOne"))
    (folder / f"{bad.address}.sieve").write_text('require "fileinto";\n\nfileintoo "x";\n')
    for account, expected in ((everybody, "ForAll"), (own, "ForOne"), (alice, "Mine"), (bad, "INBOX")):
        sent = appliance.submit(alice, mail.message(alice.address, account.address))
        appliance.wait_for(account, sent["Subject"], folder=expected)
    wait_until("the mistake to be named",
               lambda: f"{bad.address}: line 3: unknown command 'fileintoo'" in appliance.logs())
    # Corrected and in force at once; then the user's own script counts.
    (folder / f"{bad.address}.sieve").write_text(file_into.format("Better"))
    sent = appliance.submit(alice, mail.message(alice.address, bad.address))
    appliance.wait_for(bad, sent["Subject"], folder="Better")
    activate(appliance.ipv4, bad, "keep;")
    sent = appliance.submit(alice, mail.message(alice.address, bad.address))
    appliance.wait_for(bad, sent["Subject"])
