"""An account that sends like a machine is stopped; its mail is held, and the operator decides."""
import json

from rig import mail
from rig.podman import wait_until


def pair(lab, **settings):
    """alpha.example with these settings, and beta.example, which gets its mail."""
    alpha, beta = lab.appliance(**settings), lab.appliance("beta.example")
    for server in (alpha, beta):
        server.start(ready=False)
    for server in (alpha, beta):
        server.wait_ready()
    return alpha, beta


def overview(appliance):
    """`./mailserver.sh outbound list --json` by account."""
    listed = json.loads(appliance.exec("mailserver", "outbound", "list", "--json").stdout)
    return {account["account"]: account for account in listed["accounts"]}


def send(appliance, account, recipients, **options):
    recipients = [recipients] if isinstance(recipients, str) else recipients
    made = mail.message(account.address, recipients[0])
    return appliance.submit(account, made, recipients=recipients, **options)["Subject"]


def notices(appliance, account):
    return [subject for subject in appliance.subjects(account) if "held" in subject or "stopped" in subject]


def queue_is_at_rest(appliance):
    """All mail is delivered but for what is on hold."""
    return all('"queue_name": "hold"' in line
               for line in appliance.exec("postqueue", "-j").stdout.splitlines() if line)


def test_a_stopped_account_loses_no_mail_and_the_operator_decides(lab):
    admin = ("postmaster@alpha.example", "correct-horse-battery")
    alpha, beta = pair(lab, OUTBOUND_MESSAGES_PER_HOUR="3", ADMIN_USER_INITIAL_PASSWORD=admin[1])
    alpha.publish(*alpha.advised_records())
    alice, bob, carl = alpha.add("alice"), alpha.add("bob"), beta.add("carl")

    def command(*words, check=True):
        return alpha.exec("mailserver", "outbound", *words, check=check)

    def has_arrived():
        return set(beta.subjects(carl))

    passed = [send(alpha, alice, carl.address, port=port) for port in (465, 587, 25)]
    held = [send(alpha, alice, [carl.address, bob.address])]  # 250, or this would raise
    marker = send(alpha, bob, carl.address)  # another account goes on
    local = send(alpha, alice, bob.address)  # as does mail that stays here
    beta.wait_for(carl, marker)
    alpha.wait_for(bob, local)
    held.append(send(alpha, alice, carl.address))
    wait_until("the queue to be at rest", lambda: queue_is_at_rest(alpha))
    assert has_arrived() == {*passed, marker}

    state = overview(alpha)
    assert list(state) == [alice.address]
    assert "OUTBOUND_MESSAGES_PER_HOUR=3" in state[alice.address]["why"]
    assert [entry["subject"] for entry in state[alice.address]["held"]] == held
    assert set(state[alice.address]["held"][0]["recipients"]) == {carl.address, bob.address}
    assert held[0] in command("list", alice.address).stdout
    assert any(alice.address in warning and "2 mails" in warning for warning in alpha.status()["warnings"])
    for account in (alice, admin):
        wait_until(f"a notice for {account[0]}", lambda: notices(alpha, account))

    alpha.stop()
    alpha.start()
    held.append(send(alpha, alice, carl.address))
    assert [entry["subject"] for entry in overview(alpha)[alice.address]["held"]] == held
    assert len(notices(alpha, alice)) == len(notices(alpha, admin)) == 1

    # One mail by itself, then the rest; signed, although the filter does not see it again.
    first = overview(alpha)[alice.address]["held"][0]["queue_id"]
    command("release", first)
    arrived = beta.wait_for(carl, held[0])
    assert "d=alpha.example" in arrived["DKIM-Signature"]
    assert "dkim=pass" in arrived["Authentication-Results"]
    assert len(overview(alpha)[alice.address]["held"]) == 2
    command("release", alice.address)
    for subject in held:
        beta.wait_for(carl, subject)
    assert overview(alpha) == {}
    assert not any(alice.address in warning for warning in alpha.status()["warnings"])
    assert command("release", alice.address, check=False).returncode == 3

    # The counts began anew, and the next stop is another one.
    for _ in range(3):
        beta.wait_for(carl, send(alpha, alice, carl.address))
    lost = send(alpha, alice, carl.address)
    wait_until("the second notice", lambda: len(notices(alpha, alice)) == 2)
    assert command("purge", alice.address, check=False).returncode == 2
    command("purge", "--yes", alice.address)
    state = overview(alpha)[alice.address]
    assert state["held"] == [] and state["stopped_since"]

    assert command("trust", "nobody@alpha.example", check=False).returncode == 3
    command("trust", alice.address, "--for", "1d")
    for subject in [send(alpha, alice, carl.address) for _ in range(5)]:
        beta.wait_for(carl, subject)
    command("untrust", alice.address)
    assert overview(alpha) == {}
    assert lost not in has_arrived()


def test_sixty_recipients_pass_and_a_list_of_addresses_that_do_not_exist_stops(lab):
    alpha, beta = pair(lab, CHECK_HEADER_FROM="false")
    alice, mallory, carl = alpha.add("alice"), alpha.add("mallory"), beta.add("carl")

    # In small portions: a server slows down for those who are wrong too often.
    for portion in range(3):
        send(alpha, mallory, [f"guess{portion}-{number}@beta.example" for number in range(8)])
    wait_until("the account to be stopped", lambda: mallory.address in overview(alpha))
    assert "refused by their servers" in overview(alpha)[mallory.address]["why"]
    lost = send(alpha, mallory, carl.address)
    assert [entry["subject"] for entry in overview(alpha)[mallory.address]["held"]] == [lost]

    beta.set_aliases(f"@beta.example {carl.address}\n")
    invitation = send(alpha, alice, [f"guest{number}@beta.example" for number in range(60)])
    beta.wait_for(carl, invitation)
    wait_until("the queue to be at rest", lambda: queue_is_at_rest(alpha))
    assert set(overview(alpha)) == {mallory.address}
    assert lost not in beta.subjects(carl)
