"""Searching mail, with the full-text index and without."""
import email.message
import email.policy

from rig import mail
from rig.podman import wait_until

TEXTS = {
    # what comes in, by transfer encoding: the text, and a word of it to search for
    "8bit": ("Die Rechnungsnummer lautet 4711-0815, bitte überweisen.", "rechnungsnummer"),
    "quoted-printable": ("Schöne Grüße aus der Mönchstraße", "Grüße"),
    "base64": ("Übermäßige Häufung von Äpfeln", "übermäßige"),
}


def encoded(recipient, subject, text, encoding):
    made = email.message.EmailMessage(policy=email.policy.SMTP.clone(cte_type="8bit"))
    made["From"], made["To"], made["Subject"] = "Jörg Müller <joerg@lab.example>", recipient, subject
    made.set_content(text + "\n", cte=encoding)
    return made


def fill(appliance, account):
    """One mail for each encoding and one in English; waits until they are there."""
    for encoding, (text, _) in TEXTS.items():
        append(appliance, account, encoded(account.address, f"Betreff {encoding}", text, encoding))
    append(appliance, account, mail.message("smith@lab.example", account.address, "Plan B",
                                            "The university of quastenflosser\n"))


def append(appliance, account, message, folder="INBOX"):
    with appliance.imap(account) as writer:
        assert writer.append(folder, None, None, message.as_bytes())[0] == "OK"


def search(appliance, account, *criteria, folder="INBOX"):
    """The subjects of what a SEARCH finds; the last criterion may be any text."""
    with appliance.imap(account) as reader:
        reader.select(folder, readonly=True)
        reader.literal = criteria[-1].encode()
        answer, data = reader.search("UTF-8", *criteria[:-1])
        assert answer == "OK", data
        if not data[0]:
            return []
        parts = reader.fetch(data[0].replace(b" ", b",").decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
        return [email.message_from_bytes(part[1])["Subject"] for part in parts if isinstance(part, tuple)]


def indexed(appliance, account, folder="INBOX"):
    """How many messages of a folder are in the index."""
    stats = appliance.exec("doveadm", "-f", "flow", "fts", "flatcurve", "stats", "-u", account.address, folder).stdout
    return int(stats.partition("messages=")[2].split()[0]) if "messages=" in stats else 0


def assert_finds_all(appliance, account):
    """What is right with and without an index."""
    for encoding, (_, word) in TEXTS.items():
        assert search(appliance, account, "BODY", word) == [f"Betreff {encoding}"]
    assert search(appliance, account, "TEXT", "ÜBERWEISEN") == ["Betreff 8bit"]
    assert search(appliance, account, "BODY", "quastenflosser") == ["Plan B"]
    assert search(appliance, account, "BODY", "universi") == ["Plan B"]
    assert search(appliance, account, "BODY", "the") == ["Plan B"]
    assert search(appliance, account, "TEXT", "plan b") == ["Plan B"]
    assert search(appliance, account, "SUBJECT", "quoted-print") == ["Betreff quoted-printable"]
    assert len(search(appliance, account, "FROM", "müller")) == len(TEXTS)
    assert search(appliance, account, "FROM", "smith@lab") == ["Plan B"]
    assert search(appliance, account, "BODY", "coelacanth") == []


def test_without_an_index_a_search_finds_the_same(lab):
    appliance = lab.appliance(FULL_TEXT_SEARCH="false").start()
    alice = appliance.add("alice")
    fill(appliance, alice)
    assert_finds_all(appliance, alice)
    assert search(appliance, alice, "BODY", "snummer") == ["Betreff 8bit"]
    assert appliance.exec("doveadm", "fts", "optimize", "-A", check=False).returncode != 0


def test_mail_is_indexed_when_it_arrives_and_found_by_the_index(lab):
    appliance = lab.appliance(FULL_TEXT_SEARCH="true").start()
    alice = appliance.add("alice")
    fill(appliance, alice)
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", alice.address, body="A lungfish.\n"))
    appliance.wait_for(alice, sent["Subject"])
    wait_until("the index, without a search", lambda: indexed(appliance, alice) == len(TEXTS) + 2)
    assert search(appliance, alice, "BODY", "lungfish") == [sent["Subject"]]
    assert_finds_all(appliance, alice)
    # Only the index knows these: letters with and without accents are the same, and it begins at word beginnings.
    assert search(appliance, alice, "BODY", "grusse") == ["Betreff quoted-printable"]
    assert search(appliance, alice, "BODY", "snummer") == []

    append(appliance, alice, mail.message("a@lab.example", alice.address, "junk", "A sturgeon.\n"), "Junk")
    append(appliance, alice, mail.message("a@lab.example", alice.address, "sent", "A sturgeon.\n"), "Sent")
    wait_until("the other folder", lambda: indexed(appliance, alice, "Sent") == 1)
    assert indexed(appliance, alice, "Junk") == 0
    assert search(appliance, alice, "BODY", "sturgeon", folder="Junk") == ["junk"]

    appliance.exec("doveadm", "fts", "optimize", "-A")
    assert_finds_all(appliance, alice)
    maildir = appliance.workspace / f"mail/inboxes/{appliance.domain}/{alice.address}/Maildir"
    for file in (maildir / "fts-flatcurve").rglob("*.glass"):
        file.write_bytes(b"damaged" * 1000)
    # Dovecot drops the session of who searches there, once for each process that knew the index; it is put right at once.
    wait_until("the damaged index to be replaced",
               lambda: search(appliance, alice, "BODY", "quastenflosser") == ["Plan B"])
    wait_until("everybody to see the new one", lambda: assert_finds_all(appliance, alice) is None)
    appliance.exec("doveadm", "fts", "flatcurve", "remove", "-u", alice.address, "*")
    assert indexed(appliance, alice) == 0
    assert_finds_all(appliance, alice)
    assert indexed(appliance, alice) == len(TEXTS) + 2

    with appliance.imap(alice) as writer:
        writer.select("INBOX")
        writer.store("1:*", "+FLAGS", "\\Deleted")
        writer.expunge()
    assert search(appliance, alice, "TEXT", "quastenflosser") == []
    appliance.user("del", "--purge-inbox", alice.address)
    assert not maildir.exists()


def test_an_enforced_index_also_finds_parts_of_words_and_what_is_excluded_at_delivery(lab):
    appliance = lab.appliance(FULL_TEXT_SEARCH="true", FULL_TEXT_SEARCH_ENFORCED="yes",
                              FULL_TEXT_SEARCH_SUBSTRING="true", FULL_TEXT_SEARCH_EXCLUDE="INBOX,Lists.*").start()
    alice = appliance.add("alice")
    with appliance.imap(alice) as writer:
        writer.create("Lists.fish")
    fill(appliance, alice)
    append(appliance, alice, mail.message("a@lab.example", alice.address, "list", "A sturgeon.\n"), "Lists.fish")
    append(appliance, alice, mail.message("a@lab.example", alice.address, "junk", "A sturgeon.\n"), "Junk")
    wait_until("the folder that is not excluded", lambda: indexed(appliance, alice, "Junk") == 1)
    assert indexed(appliance, alice) == indexed(appliance, alice, "Lists.fish") == 0
    assert search(appliance, alice, "BODY", "turgeo", folder="Junk") == ["junk"]
    assert search(appliance, alice, "BODY", "snummer") == ["Betreff 8bit"]
    assert_finds_all(appliance, alice)
