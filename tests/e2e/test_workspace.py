"""All state is in the workspace: it outlives containers, serves one at a time, and is never left half made."""
import time

from rig import mail


def test_a_new_container_goes_on_where_the_old_one_stopped(lab):
    appliance = lab.appliance().start()
    alice = appliance.add("alice")
    appliance.set_aliases(f"sales {alice.address}\n")
    here = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, here["Subject"])
    beta = lab.appliance("beta.example")  # in the DNS, but not there yet
    queued = appliance.submit(alice, mail.message(alice.address, "bob@beta.example"))
    key = (appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes()
    certificate = appliance.certificate(993)["der"]
    uids = uid_list(appliance, alice)

    appliance.stop()
    appliance.start()

    assert (appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes() == key
    assert appliance.certificate(993)["der"] == certificate
    assert uid_list(appliance, alice) == uids
    assert here["Subject"] in appliance.subjects(alice)
    aliased = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "sales@alpha.example"))
    appliance.wait_for(alice, aliased["Subject"])
    beta.start()
    bob = beta.add("bob")
    appliance.exec("postqueue", "-f")
    beta.wait_for(bob, queued["Subject"], deadline=120)


def uid_list(appliance, account):
    with appliance.imap(account) as reader:
        reader.select("INBOX", readonly=True)
        return reader.untagged_responses["UIDVALIDITY"], reader.uid("SEARCH", "ALL")[1]


def test_a_second_container_on_the_workspace_is_refused_and_the_first_goes_on(lab, appliance):
    second = lab.appliance("alpha.example", workspace=appliance.workspace)
    alice = appliance.add("alice")
    began = time.monotonic()
    second.start(ready=False, address="second")
    assert second.wait_exit(deadline=20) == 1
    print(f"refused after {time.monotonic() - began:.1f} s")
    assert "workspace" in second.logs()
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])


def test_a_first_start_killed_again_and_again_is_completed_by_the_next(lab):
    appliance = lab.appliance()
    key_file = appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private"
    keys = set()
    for number in range(8):
        appliance.start(ready=False)
        time.sleep(0.1 + 0.25 * number)  # not waited for anything: the moment of death is what varies
        appliance.kill()
        if key_file.exists():
            keys.add(key_file.read_bytes())
    appliance.start()
    keys.add(key_file.read_bytes())
    assert len(keys) == 1
    alice = appliance.add("alice")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    arrived = appliance.wait_for(alice, sent["Subject"])
    assert "d=alpha.example" in arrived["DKIM-Signature"]


def test_private_things_are_private(appliance):
    appliance.add("alice")
    secret = [appliance.workspace / "etc/mailserver/accounts.sqlite",
              appliance.workspace / "etc/opendkim/keys/alpha.example/mailserver.private"]
    secret += (appliance.workspace / "etc/letsencrypt").rglob("privkey*.pem")
    for file in secret:
        assert file.stat().st_mode & 0o007 == 0, file
    home = appliance.workspace / "mail/inboxes/alpha.example/alice@alpha.example"
    assert (home.stat().st_uid, home.stat().st_gid) == (2001, 2001)
