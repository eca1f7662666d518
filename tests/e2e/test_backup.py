"""What the server has answered for is in its backups, and comes back from them."""
import contextlib
import imaplib
import json
import os
import subprocess
import threading

from rig import figures, mail
from rig.ledger import Ledger, digest
from rig.podman import podman, wait_until

PASSWORD = "a password of backups"


def appliance_with_backups(lab, domain="alpha.example", workspace=None, **settings):
    repository = lab.folder("repository")
    return lab.appliance(domain, workspace=workspace, options=[f"--volume={repository}:/backup"],
                         BACKUP_REPOSITORY="/backup", **{"BACKUP_PASSWORD": PASSWORD, **settings})


class Appending:
    """A mail program that keeps putting messages into one folder and moving them to another."""

    def __init__(self, appliance, account):
        self._appliance, self._account = appliance, account
        self.stored = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(timeout=60)

    def _run(self):
        with self._appliance.imap(self._account) as server:
            server.create("Work")
            server.select("INBOX")
            number = 0
            while not self._stop.is_set():
                number += 1
                made = mail.message(self._account.address, self._account.address, f"draft {number}", f"{number}\n" * 50)
                if server.append("INBOX", "", imaplib.Time2Internaldate(1_800_000_000 + number), made.as_bytes())[0] == "OK":
                    self.stored[f"draft {number}"] = digest(made.get_content())
                server.store("1:*", "+FLAGS", r"(\Seen)")
                if number % 5 == 0:
                    server.xatom("MOVE", "1:*", "Work")


def found(appliance, account, *folders):
    """Subject and digest of every message in these folders."""
    return {one["Subject"]: digest(one.get_content()) for folder in folders
            for one in mail.messages(appliance.ipv4, account, folder)}


@contextlib.contextmanager
def backups_locked(appliance):
    """As if another backup were under way."""
    hold = appliance.workspace / "hold"
    hold.touch()
    podman("exec", "--detach", appliance.container, "flock", "/host/var/lib/mailserver/backup.lock",
           "sh", "-c", "touch /host/held; while [ -e /host/hold ]; do sleep 0.1; done")
    wait_until("the lock", lambda: (appliance.workspace / "held").exists())
    yield
    hold.unlink()


def uid_state(appliance, account):
    with appliance.imap(account) as server:
        server.select("INBOX", readonly=True)
        return [server.untagged_responses[name][0] for name in ("UIDVALIDITY", "UIDNEXT")]


def test_a_backup_made_under_load_has_all_that_was_taken_and_comes_back_on_another_machine(lab):
    alpha = appliance_with_backups(lab, BACKUP_SCHEDULE="off").start()
    alice, bob = alpha.add("alice"), alpha.add("bob")
    alpha.set_aliases(f"sales {alice.address}\n")
    beta = lab.appliance("beta.example")  # in the DNS, but not there yet
    waiting = alpha.submit(bob, mail.message(bob.address, "carol@beta.example"))
    wait_until("mail in the queue", lambda: alpha.why_deferred("carol@beta.example"))
    with Ledger(alpha, alice) as ledger, Appending(alpha, bob) as drafts:
        ledger.wait_taken(40)
        wait_until("some drafts", lambda: len(drafts.stored) > 20)
        taken, stored = dict(ledger.taken), dict(drafts.stored)
        told = alpha.backup("now").stdout
        ledger.wait_taken(10)  # it went on meanwhile
    print(told)
    assert "3 accounts" in told
    uids = uid_state(alpha, alice)
    with backups_locked(alpha):
        verify = subprocess.Popen(["podman", "exec", alpha.container, "mailserver", "backup", "verify"], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert "begins when it has ended" in verify.stderr.readline()
    assert "can be restored" in verify.communicate(timeout=120)[0]
    used = alpha.one_off("backup", "restore", writable=True)
    assert used.returncode == 1 and "running" in used.stderr
    key = (alpha.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes()
    certificate = alpha.certificate(993)["der"]
    alpha.stop()
    used = alpha.one_off("backup", "restore", writable=True)
    assert used.returncode == 4 and "already" in used.stderr

    fresh = appliance_with_backups(lab, workspace=lab.folder("fresh"), BACKUP_PASSWORD="another one", BACKUP_SCHEDULE="off")
    wrong = fresh.one_off("backup", "restore", writable=True)
    assert wrong.returncode == 1 and "the password does not fit" in wrong.stderr
    fresh.settings["BACKUP_PASSWORD"] = PASSWORD
    restored = fresh.one_off("backup", "restore", writable=True)
    assert restored.returncode == 0, restored.stderr
    assert not list(fresh.workspace.glob(".restore*"))

    fresh.start()
    ledger = Ledger(fresh, alice)
    ledger.taken = taken
    ledger.check(deadline=60)
    there = found(fresh, bob, "INBOX", "Work")
    assert {subject: there.get(subject) for subject in stored} == stored
    assert (fresh.workspace / "etc/opendkim/keys/alpha.example/mailserver.private").read_bytes() == key
    assert fresh.certificate(993)["der"] == certificate
    assert not warnings(fresh)
    # No number that was given after the backup is given again, and those from before are as they were.
    assert uid_state(fresh, alice)[0] == uids[0] and int(uid_state(fresh, alice)[1]) > int(uids[1])
    aliased = mail.deliver(fresh.ipv4, mail.message("stranger@lab.example", "sales@alpha.example"))
    fresh.wait_for(alice, aliased["Subject"])
    beta.start()
    carol = beta.add("carol")
    fresh.exec("postqueue", "-f")
    beta.wait_for(carol, waiting["Subject"], deadline=60)


def state(appliance):
    return json.loads(appliance.backup("list", "--json").stdout)


def warnings(appliance):
    return [one for one in appliance.status()["warnings"] if "backup" in one.lower()]


def test_backups_are_made_and_tried_out_by_themselves_and_bring_a_mailbox_back(lab):
    appliance = appliance_with_backups(lab, BACKUP_SCHEDULE="1h", BACKUP_POST_COMMAND="echo $BACKUP_RESULT >> /host/results")
    appliance.start(ready=False)
    wait_until("the first backup, tried out", lambda: state(appliance)["last_verified_restore"], deadline=90)
    alice = appliance.add("alice")
    for number in range(4):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, f"mail {number}"))
        appliance.wait_for(alice, sent["Subject"])
    with appliance.imap(alice) as server:
        server.append("Sent", r"(\Seen)", None, mail.message(alice.address, "x@lab.example", "answer").as_bytes())
    first = len(state(appliance)["backups"])
    appliance.backup("now")
    assert len(state(appliance)["backups"]) == first + 1
    assert set((appliance.workspace / "results").read_text().split()) == {"ok"}

    with appliance.imap(alice) as server:
        server.select("INBOX")
        server.store("1:2", "+FLAGS", r"(\Deleted)")
        server.expunge()
        server.select("Sent")
        server.store("1", "+FLAGS", r"(\Deleted)")
        server.expunge()
    new = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address))
    appliance.wait_for(alice, new["Subject"])
    told = appliance.backup("restore", "--user", alice.address, "--folder", "Sent").stdout
    assert told.startswith("Brought back 1 ") and appliance.subjects(alice, "Restored.Sent") == ["answer"]
    told = appliance.backup("restore", "--user", alice.address).stdout
    assert told.startswith("Brought back 2 "), told
    assert sorted(appliance.subjects(alice, "Restored.INBOX")) == ["mail 0", "mail 1"]
    assert sorted(appliance.subjects(alice)) == sorted(["mail 2", "mail 3", new["Subject"]])
    assert appliance.backup("restore", "--user", alice.address).stdout.startswith("Brought back 0 ")

    for words, code in [(["restore", "--user", "nobody@alpha.example"], 3), (["restore", "--user", "nobody"], 2),
                        (["restore", "--user", alice.address, "--folder", "Nowhere"], 3),
                        (["restore", "--user", alice.address, "--folder", "../bob"], 2),
                        (["restore", "--user", alice.address, "--snapshot", "ffff"], 3),
                        (["restore", "--folder", "Sent"], 2), (["now", "--old"], 2), (["make"], 2)]:
        refused = appliance.backup(*words, check=False)
        assert refused.returncode == code and refused.stderr.startswith("error: "), (words, refused)

    # A backup that is killed leaves nothing half, and a warning until the next one.
    appliance.exec("sh", "-c", "head -c 150000000 /dev/urandom > /host/large")
    made = len(state(appliance)["backups"])
    podman("exec", "--detach", appliance.container, "mailserver", "backup", "now")
    wait_until("restic at work", lambda: [one for one in appliance.processes() if one[1] == "restic" and " backup " in one[2]],
               interval=0.01)
    for pid, _, line in appliance.processes():
        if line.startswith("mailserver backup now"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
    wait_until("restic to end with it", lambda: not [one for one in appliance.processes() if one[1] == "restic"])
    assert "broken off" in wait_until("a warning", lambda: warnings(appliance))[0]
    assert len(state(appliance)["backups"]) == made
    appliance.backup("now")
    assert len(state(appliance)["backups"]) == made + 1
    wait_until("no warning", lambda: not warnings(appliance))
    read = figures.read(appliance)
    assert read["mailserver_backup_failed"] == 0
    assert read["mailserver_backup_last_success_timestamp_seconds"] >= read["mailserver_backup_last_verified_timestamp_seconds"]
    assert read["mailserver_backup_size_bytes"] > 150_000_000

    # A repository that is gone, its disk not being there, is not quietly begun anew.
    appliance.exec("mv", "/backup/config", "/backup/elsewhere")
    gone = appliance.backup("now", check=False)
    assert gone.returncode == 1 and "no longer in /backup" in gone.stderr and PASSWORD not in gone.stderr
    assert "no longer in /backup" in wait_until("a warning", lambda: warnings(appliance))[0]
    assert appliance.is_ready()
    assert (appliance.workspace / "results").read_text().split()[-1] == "failed"
    assert PASSWORD not in appliance.logs()
    left = {file.name for file in (appliance.workspace / "var/lib/mailserver").glob("backup-*")}
    assert left <= {"backup-machines"}, "something was left behind"
