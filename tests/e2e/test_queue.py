"""What the operator sees of mail that is on its way, and does about it."""
import json

from rig import mail
from rig.podman import wait_until
from rig.sink import Sink


def queue(appliance, *words, code=0):
    """`./mailserver.sh queue …`"""
    done = appliance.exec("mailserver", "queue", *words, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def waiting(appliance, *words):
    """queue id → mail"""
    return {one["queue_id"]: one for one in json.loads(queue(appliance, "list", "--json", *words))["mails"]}


def test_mail_that_waits_is_seen_held_sent_and_deleted(lab, appliance):
    alice = appliance.add("alice")
    assert queue(appliance, "list") == "Nothing waits.\n"
    # The MX of lab.example does not answer yet.
    subjects = [appliance.submit(alice, mail.message(alice.address, to))["Subject"]
                for to in ("first@lab.example", "second@lab.example")]

    def refused():
        mails = waiting(appliance, "--state", "deferred")
        return len(mails) == 2 and {one["recipients"][0]["address"]: number for number, one in mails.items()}
    ids = wait_until("both mails to be deferred", refused)
    first, second = ids["first@lab.example"], ids["second@lab.example"]
    said = queue(appliance, "list", "--to", "first@lab.example")
    assert first in said and "refused" in said and second not in said
    shown = queue(appliance, "show", first)
    assert f"Subject: {subjects[0]}" in shown and "sasl_username=alice@alpha.example" in shown
    assert queue(appliance, "hold", first) == f"On hold: {first}.\n"
    assert waiting(appliance)[first]["state"] == "hold"
    with Sink(lab.addresses("gateway")[0]) as sink:
        queue(appliance, "flush")
        wait_until("the other mail to leave", lambda: list(waiting(appliance)) == [first])
        assert [recipient for _, recipient, _ in sink.mails] == ["<second@lab.example>"]
        queue(appliance, "release", "--to", "@lab.example")
        wait_until("the first mail to leave", lambda: not waiting(appliance))
        assert subjects[0].encode() in sink.mails[1][2]
    appliance.submit(alice, mail.message(alice.address, "third@lab.example"))
    wait_until("the third mail to be deferred", lambda: waiting(appliance, "--state", "deferred"))
    queue(appliance, "delete", "--from", alice.address, code=2)
    assert "Deleted: " in queue(appliance, "delete", "--yes", "--from", alice.address)
    assert waiting(appliance) == {}
    for words in (["show", "ALL"], ["delete", "--yes", "ALL"], ["show", "../../etc/passwd"], ["hold", "-d"]):
        queue(appliance, *words, code=3)
    assert appliance.user("list").returncode == 0
