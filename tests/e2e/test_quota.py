"""How much a mailbox may hold, and what happens when it is full."""
from rig import mail
from rig.podman import wait_until

FULL = "Your mailbox is full"
NEARLY_FULL = "Your mailbox is nearly full"


def set_quota(appliance, account, octets):
    """None: the default."""
    appliance.user("quota", account.address, "default" if octets is None else f"{octets}b")


def lines(octets):
    return ("x" * 62 + "\r\n") * (octets // 64)


def fill(reader, octets, folder="INBOX"):
    """Stores a message of this size; the server's answer."""
    head = b"Subject: ballast\r\n\r\n"
    answer, text = reader.append(folder, None, None, head + lines(octets).encode()[:octets - len(head)])
    return answer, text[0]


def usage(reader):
    """(used, limit) in KiB as a mail program is told; None without a limit."""
    _, (_, found) = reader.getquotaroot("INBOX")
    return tuple(map(int, found[0].rpartition(b"STORAGE ")[2].rstrip(b")").split())) if found[0] else None


def rcpt(server, recipient, size=""):
    """The answer to one recipient, in a transaction of its own."""
    server.rset()
    server.docmd(f"MAIL FROM:<stranger@lab.example> {size}".strip())
    code, text = server.rcpt(recipient)
    return code, text.decode()


def test_mail_that_does_not_fit_is_refused_and_its_sender_told(lab):
    alpha, beta = lab.appliance("alpha.example"), lab.appliance("beta.example")
    for server in (alpha, beta):
        server.start(ready=False)
    for server in (alpha, beta):
        server.wait_ready()
        server.publish(*server.advised_records())
    alice, bob = alpha.add("alice"), beta.add("bob")
    low = alpha.add("low")
    set_quota(alpha, alice, 10 * 1024)
    set_quota(alpha, low, 1)
    alpha.set_aliases("both alice@alpha.example, postmaster@alpha.example\n")

    small = beta.submit(bob, mail.message(bob.address, alice.address))
    alpha.wait_for(alice, small["Subject"])

    # The other server is refused at RCPT; by way of an alias with two targets it is noticed at delivery only.
    for recipient in (alice.address, low.address, "both@alpha.example"):
        big = beta.submit(bob, mail.message(bob.address, recipient, body=lines(21_000)))
        report = wait_until(f"the report about {recipient}", lambda: next(
            (found for folder in ("INBOX", "Junk") for text in map(str, mail.messages(beta.ipv4, bob, folder))
             if big["Message-ID"] in (found := " ".join(text.split()))), None))
        assert "could not be delivered" in report and "552 5.2.2" in report and "mailbox is full" in report
    assert alpha.subjects(alice) == [small["Subject"]] and alpha.subjects(low) == []
    wait_until("an empty queue", alpha.queue_is_empty)

    set_quota(alpha, alice, 100 * 1024)
    big = beta.submit(bob, mail.message(bob.address, alice.address, body=lines(21_000)))
    alpha.wait_for(alice, big["Subject"])


def test_a_full_mailbox_is_refused_at_rcpt_and_its_user_warned(lab):
    alpha = lab.appliance("alpha.example", QUOTA_DEFAULT="1M").start()
    alice, carol = alpha.add("alice"), alpha.add("carol")
    set_quota(alpha, carol, 0)
    alpha.set_aliases("sales alice@alpha.example\nboth alice@alpha.example, carol@alpha.example\n")
    everywhere = (alice.address, "alice+detail@alpha.example", "ALICE@ALPHA.EXAMPLE", "sales@alpha.example")

    with alpha.imap(alice) as reader:
        assert usage(reader) == (0, 1024)
        assert fill(reader, 900_000)[0] == "OK"
        assert alpha.subjects(alice) == ["ballast"]
        # The size a sender tells is counted; what the sender only sends, at the end of it.
        with alpha.smtp() as server:
            for recipient in everywhere:
                assert rcpt(server, recipient)[0] == 250
                code, text = rcpt(server, recipient, "SIZE=400000")
                assert code == 552 and text.startswith("5.2.2") and "mailbox is full" in text
            server.rset()
            server.mail("stranger@lab.example")
            assert server.rcpt(alice.address)[0] == 250
            code, text = server.data(mail.message("stranger@lab.example", alice.address, body=lines(400_000)).as_bytes())
            assert code == 552 and b"mailbox is full" in text

        assert fill(reader, 60_000)[0] == "OK"
        warning = alpha.wait_for(alice, NEARLY_FULL).get_content()
        assert "1.0 MiB" in warning and "Trash" in warning and "postmaster@alpha.example" in warning
        answer, text = fill(reader, 200_000)
        assert answer == "NO" and text.startswith(b"[OVERQUOTA]")

        # The last mail may lie across the line.
        last = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", alice.address, body=lines(100_000)))
        alpha.wait_for(alice, last["Subject"])
        alpha.wait_for(alice, FULL)
        used, limit = usage(reader)
        assert used > limit == 1024

        for port, login in ((25, None), (465, carol), (587, carol)):
            with alpha.smtp(port, login) as server:
                for recipient in everywhere:
                    server.rset()
                    server.mail(carol.address if login else "stranger@lab.example")
                    code, text = server.rcpt(recipient)
                    assert code == 552 and text.startswith(b"5.2.2"), (port, recipient, code, text)
                for recipient in (carol.address, "postmaster@alpha.example", "both@alpha.example"):
                    assert server.rcpt(recipient)[0] == 250
        with alpha.smtp() as server:
            assert rcpt(server, "nobody@alpha.example")[0] == 550

        # Both ways of deleting are open to a full mailbox.
        reader.select("INBOX")
        assert reader.copy("2", "Trash")[0] == "OK"
        assert fill(reader, 200)[0] == "NO"
        reader.select("Trash")
        reader.store("1:*", "+FLAGS", "\\Deleted")
        reader.expunge()
        reader.select("INBOX")
        reader.store("1", "+FLAGS", "\\Deleted")
        reader.expunge()
        assert usage(reader)[0] < 200
    mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", alice.address))
    assert sorted(alpha.subjects(alice)).count(FULL) == 1 == alpha.subjects(alice).count(NEARLY_FULL)

    with alpha.imap(carol) as reader:
        assert usage(reader) is None
        assert fill(reader, 2_000_000)[0] == "OK"


