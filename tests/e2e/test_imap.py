"""Reading mail."""
import time

from rig import mail


def test_a_new_mailbox_has_the_usual_folders(appliance):
    alice = appliance.add("alice")
    with appliance.imap(alice) as reader:
        listing = b" ".join(reader.list()[1]).decode()
    for use in ("\\Drafts", "\\Junk", "\\Trash", "\\Sent"):
        assert use in listing


def test_a_waiting_mail_program_hears_of_new_mail_at_once(appliance):
    alice = appliance.add("alice")
    took = []
    with appliance.imap(alice) as reader:
        reader.select("INBOX")
        reader.send(b"i IDLE\r\n")
        assert reader.readline().startswith(b"+")
        for _ in range(5):
            with appliance.smtp(25) as server:
                server.send_message(mail.message("stranger@lab.example", alice.address))
                taken = time.monotonic()
            while b"EXISTS" not in (line := reader.readline()):
                assert line, "the session ended"
            took.append(time.monotonic() - taken)
        reader.send(b"DONE\r\n")
    print(f"from 250 to EXISTS: best {min(took) * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms")


def test_no_mail_is_passed_over_in_silence_whenever_it_comes(appliance):
    alice = appliance.add("alice")
    with appliance.imap(alice) as writer, appliance.imap(alice) as reader:
        reader.select("INBOX")
        for moment in (0, 0.6, 0.75, 0.9, 1.1):  # after IDLE: around the time at which a session may be parked
            reader.send(b"i IDLE\r\n")
            assert reader.readline().startswith(b"+")
            time.sleep(moment)
            writer.append("INBOX", None, None, b"Subject: now\r\n\r\n")
            while b"EXISTS" not in (line := reader.readline()):
                assert line, "the session ended"
            reader.send(b"DONE\r\n")
            while not reader.readline().startswith(b"i OK"):
                pass


def test_143_with_starttls_and_993_read_the_same_mail(appliance):
    alice = appliance.add("alice")
    sent = appliance.submit(alice, mail.message(alice.address, alice.address))
    appliance.wait_for(alice, sent["Subject"])
    with appliance.imap(alice, port=143) as reader:
        assert reader.select("INBOX")[1] == [b"1"]


def test_a_folder_name_does_not_lead_out_of_the_mailbox(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    sent = appliance.submit(bob, mail.message(bob.address, bob.address))
    appliance.wait_for(bob, sent["Subject"])
    with appliance.imap(alice) as reader:
        for name in ("../bob@alpha.example/Maildir", "/etc", "~/x", "~bob/x", "../../../../etc",
                     "..", "INBOX.../bob"):
            reader.create(f'"{name}"')
            reader.select(f'"{name}"')
            reader.append("INBOX", None, None, b"Subject: own\r\n\r\nx\r\n")
    assert appliance.subjects(bob) == [sent["Subject"]]
    homes = {path.name for path in (appliance.workspace / "mail/inboxes/alpha.example").iterdir()}
    assert homes <= {"alice@alpha.example", "bob@alpha.example", "postmaster@alpha.example"}
