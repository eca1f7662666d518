"""The aliases file, catch-alls and plus addresses."""
from rig import mail


def test_aliases_lead_where_the_file_says(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases("# who reads what\n"
                          f"sales {alice.address}\n"
                          f"info@alpha.example sales@alpha.example\n"
                          f"all@alpha.example {alice.address}, {bob.address}\n")
    for source, readers in (("sales@alpha.example", [alice]), ("info@alpha.example", [alice]),
                            ("all@alpha.example", [alice, bob]), ("SALES@alpha.example", [alice])):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", source))
        for reader in readers:
            appliance.wait_for(reader, sent["Subject"])


def test_a_bad_file_is_refused_with_its_lines_and_the_old_aliases_stay(appliance):
    alice = appliance.add("alice")
    appliance.set_aliases(f"sales {alice.address}\n")
    # A circle is named where it closes.
    circle = "a@alpha.example b@alpha.example\nb@alpha.example a@alpha.example"
    for line, word in (("loop@alpha.example loop@alpha.example", "loop"),
                       (circle, "a@alpha.example -> b@alpha.example -> a@alpha.example"),
                       ("gone@alpha.example nobody@alpha.example", "nobody@alpha.example"),
                       ("pipe@alpha.example |\"/bin/touch /tmp/canary\"", "|"),
                       ("file@alpha.example /tmp/canary", "/tmp/canary"),
                       ("include@alpha.example :include:/etc/passwd", ":include:"),
                       ("lonely@alpha.example", "lonely"),
                       ("a@elsewhere.example alice@alpha.example", "elsewhere.example")):
        refused = appliance.set_aliases(f"new@alpha.example {alice.address}\n{line}\n", check=False)
        assert refused.returncode == 2, line
        number = 3 if line == circle else 2
        assert f"line {number}" in refused.stderr and word in refused.stderr, refused.stderr
        with appliance.smtp(25) as server:
            server.mail("stranger@lab.example")
            assert server.rcpt("sales@alpha.example")[0] == 250
            assert server.rcpt("new@alpha.example")[0] == 550


def test_a_catch_all_takes_only_what_nobody_else_takes(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases(f"@alpha.example {alice.address}\nsales@alpha.example {bob.address}\n")
    for source, reader, other in (("whoever@alpha.example", alice, bob), ("sales@alpha.example", bob, alice),
                                  ("bob@alpha.example", bob, alice)):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", source))
        appliance.wait_for(reader, sent["Subject"])
        assert sent["Subject"] not in appliance.subjects(other)


def test_a_plus_address_reaches_the_account(appliance):
    alice = appliance.add("alice")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", "alice+shop@alpha.example"))
    appliance.wait_for(alice, sent["Subject"])


def test_an_alias_to_the_outside_is_followed(lab):
    alpha = lab.appliance("alpha.example").start(ready=False)
    beta = lab.appliance("beta.example").start(ready=False)
    alpha.wait_ready(), beta.wait_ready()
    bob = beta.add("bob")
    alpha.set_aliases(f"bob@alpha.example {bob.address}\n")
    sent = mail.deliver(alpha.ipv4, mail.message("stranger@lab.example", "bob@alpha.example"))
    beta.wait_for(bob, sent["Subject"])


def test_commands_change_aliases_at_once_and_leave_the_operators_file_readable(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases("# who reads what\nsales alice\n")
    appliance.user("alias", "add", "info", "alice", "bob@alpha.example")
    appliance.user("alias", "add", "sales", bob.address)
    for source in ("info@alpha.example", "sales@alpha.example"):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", source))
        for reader in (alice, bob):
            appliance.wait_for(reader, sent["Subject"])
    appliance.user("alias", "del", "info")
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        assert server.rcpt("info@alpha.example")[0] == 550
    assert (appliance.workspace / "etc/postfix/valias").read_text() == (
        "# who reads what\nsales@alpha.example  alice@alpha.example, bob@alpha.example\n")
    # Somebody who goes is taken out of the file as well.
    appliance.user("del", bob.address)
    assert appliance.user("update-aliases").stdout == "Updated aliases: 1 in force.\n"


def test_a_domain_alias_has_the_names_of_the_other_domain_and_no_more(lab):
    appliance = lab.appliance(ADDITIONAL_DOMAINS="alias.example").start()
    alice, own = appliance.add("alice"), appliance.add("own@alias.example")
    appliance.set_aliases(f"sales@alpha.example {alice.address}\n@alias.example @alpha.example\n")
    for recipient, reader in (("alice@alias.example", alice), ("alice+x@alias.example", alice),
                              ("sales@alias.example", alice), ("own@alias.example", own)):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", recipient))
        appliance.wait_for(reader, sent["Subject"])
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        for nobody in ("nobody@alias.example", "nobody@alpha.example"):
            assert server.rcpt(nobody)[0] == 550
    sent = appliance.submit(alice, mail.message("sales@alias.example", own.address), sender="sales@alias.example")
    appliance.wait_for(own, sent["Subject"])
    with appliance.smtp(465, own) as server:
        server.mail("sales@alias.example")
        assert server.rcpt(alice.address)[0] == 553


def test_patterns_receive_and_send_in_force_at_once_and_bounded(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases("/shop-[a-z]+@alpha\\.example/ alice\n/.*team.*/ alice, bob\n/(x+x+)+y@.*/ alice\n")
    for recipient, readers in (("shop-abc@alpha.example", [alice]), ("SHOP-abc@alpha.example", [alice]),
                               ("our-team@alpha.example", [alice, bob])):
        sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", recipient))
        for reader in readers:
            appliance.wait_for(reader, sent["Subject"])
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        for nobody in ("shop-1@alpha.example", "xshop-abc@alpha.example", "x" * 60 + "@alpha.example"):
            assert server.rcpt(nobody)[0] == 550, nobody
        # Only served domains: a pattern is no way to take mail for others.
        assert server.rcpt("team@lab.example")[0] == 554
    sent = appliance.submit(alice, mail.message("shop-abc@alpha.example", bob.address), sender="shop-abc@alpha.example")
    appliance.wait_for(bob, sent["Subject"])
    for login, sender in ((bob, "shop-abc@alpha.example"), (alice, "our-team@alpha.example")):
        with appliance.smtp(465, login) as server:
            server.mail(sender)
            assert server.rcpt(bob.address)[0] == 553


def test_a_forward_keeps_the_local_copy(appliance):
    alice, bob = appliance.add("alice"), appliance.add("bob")
    appliance.set_aliases(f"{bob.address} {alice.address}\n")
    sent = mail.deliver(appliance.ipv4, mail.message("stranger@lab.example", bob.address))
    appliance.wait_for(alice, sent["Subject"])
    appliance.wait_for(bob, sent["Subject"])
