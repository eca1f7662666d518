"""The life of an account, by the operator's commands and the user's mail program."""
import base64
import imaplib
import json
import re

import pytest

from rig import mail
from rig.appliance import Account
from rig.podman import wait_until


def test_a_new_account_works_the_moment_the_command_returns_a_hundred_times(appliance):
    for number in range(100):
        account = appliance.add(f"user{number}")
        assert appliance.can_read(account), account.address
        assert appliance.can_send(account), account.address


def test_a_generated_password_is_printed_and_works(appliance):
    out = appliance.user("add", "jens@alpha.example").stdout
    made = re.fullmatch(r"Created user 'jens@alpha\.example', generated password is:'(.+)'\.\n", out)
    assert made, out
    assert appliance.can_read(("jens@alpha.example", made[1]))


def test_the_life_of_an_account(appliance):
    name = "jens@alpha.example"
    assert appliance.user("add", name, "first-password").stdout == f"Created user '{name}' with password provided.\n"
    assert appliance.can_read((name, "first-password")) and appliance.can_send((name, "first-password"))

    assert appliance.user("passwd", name, "second-password").stdout == f"Updated password for user '{name}'\n"
    assert not appliance.can_read((name, "first-password")) and not appliance.can_send((name, "first-password"))
    assert appliance.can_read((name, "second-password")) and appliance.can_send((name, "second-password"))

    sent = appliance.submit(Account(name, "second-password"), mail.message(name, name))
    appliance.wait_for((name, "second-password"), sent["Subject"])
    assert appliance.user("del", name).stdout == f"Deleted '{name}'.\n"
    assert not appliance.can_read((name, "second-password")) and not appliance.can_send((name, "second-password"))
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        assert server.rcpt(name)[0] == 550

    appliance.user("add", name, "third-password")
    assert appliance.subjects((name, "third-password")) == [sent["Subject"]]
    assert appliance.user("del", "--purge-inbox", name).stdout == \
        f"Deleted '{name}' and purged mail/inboxes/alpha.example/{name}.\n"
    appliance.user("add", name, "fourth-password")
    assert appliance.subjects((name, "fourth-password")) == []


def test_open_sessions_end_when_the_password_changes_and_when_the_account_goes(appliance):
    for words in (("passwd", "jens@alpha.example", "another-password"), ("del", "jens@alpha.example")):
        appliance.user("add", "jens@alpha.example", "first-password")
        with appliance.imap(("jens@alpha.example", "first-password")) as reader:
            reader.noop()
            appliance.user(*words)

            def ended():
                try:
                    reader.noop()
                except (imaplib.IMAP4.abort, OSError):
                    return True
                return False

            wait_until("the session to end", ended, deadline=10)
        if words[0] == "passwd":
            appliance.user("del", "jens@alpha.example")


def test_exit_codes_and_messages(appliance):
    appliance.add("jens")
    taken = appliance.user("add", "jens@alpha.example", "another-password", check=False)
    assert taken.returncode == 4 and "error: cannot add 'jens@alpha.example'" in taken.stderr
    unknown = appliance.user("passwd", "nobody@alpha.example", "another-password", check=False)
    assert unknown.returncode == 3
    assert "User 'nobody@alpha.example' does not exist. Please create the user first." in unknown.stderr
    gone = appliance.user("del", "nobody@alpha.example", check=False)
    assert gone.returncode == 3 and gone.stdout == ""
    elsewhere = appliance.user("add", "jens@elsewhere.example", "another-password", check=False)
    assert elsewhere.returncode == 2 and "elsewhere.example" in elsewhere.stderr and "DOMAIN" in elsewhere.stderr
    nonsense = appliance.user("add", "noatsign", "another-password", check=False)
    assert nonsense.returncode == 2
    assert appliance.user("add", check=False).returncode == 2
    odd = appliance.user("frobnicate", check=False)
    assert odd.returncode == 2 and "Unknown command 'frobnicate'." in odd.stderr
    assert appliance.user("help").stdout.startswith("Usage: ./user.sh <command> [options]\n")
    for result in (taken, unknown, gone, elsewhere, nonsense):
        assert "another-password" not in result.stdout + result.stderr


def test_the_list_shows_every_account(appliance):
    appliance.add("jens")
    lines = appliance.user("list").stdout.splitlines()
    assert lines[0] == (f"{'user':>40} | {'mbox size':>10} | {'mails':>8} | {'quota':>10} | {'last login':>10} | "
                        "sanity checks")
    assert f"{'jens@alpha.example':>40} | {'<empty>':>10} | {0:>8} | {'-':>10} | {'never':>10} | OK" in lines
    listed = json.loads(appliance.user("list", "--json").stdout)
    assert {user["user"] for user in listed["users"]} == {"jens@alpha.example", "postmaster@alpha.example"}


# Made by `doveadm pw` from "secret".
HASHES = ("{SSHA256}k/BTz2qtq2MUGD4wxfR8rexMDyEnyANsLk06GyjUUZP2qmKi",
          "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
          "{PBKDF2}$1$T0FkN5z2OhkMGFq0$5000$03fe6bdfc16cc402e69402b92707f14e91f280b5",
          "{SHA512-CRYPT}$6$IPqxefSTd.h/jD1L$xkb7ezq/GIjjNb45nqfGWPtYqFNLixQ3b376X/7ZPOdDh8QDufcx62H37.Mg8QrKWmEi6lgOY69."
          "Odko4yGR7.",
          "{BLF-CRYPT}$2y$05$B5J3VVqdSFi1tNBCkOTVoO8VGHZ7t6GSQmxvAj2ho7RmRbUi6vaze",
          "{PLAIN}secret")


def test_a_user_moves_in_with_the_hash_of_another_server(appliance):
    for number, value in enumerate(HASHES):
        name = f"user{number}@alpha.example"
        appliance.user("add", "--hash-stdin", name, input=value + "\n")
        assert appliance.can_read((name, "secret")) and appliance.can_send((name, "secret")), value
        assert not appliance.can_read((name, "wrong")) and not appliance.can_read((name, value)), value
    refused = appliance.user("add", "--hash-stdin", "x@alpha.example", input="{MD5}5f4dcc3b\n", check=False)
    assert refused.returncode == 2 and "MD5" in refused.stderr
    assert b"secret" not in (appliance.workspace / "etc/mailserver/accounts.sqlite").read_bytes()


PASSWORDS = ("with spaces inside", "quote'and\"quote", "$HOME `id` $(id)", "{PLAIN}secret", "-leading-dash",
             "back\\slash", "grüße-ünïcode-密码", "x" * 128, "percent%s%n%u", "semi;colon&amp|pipe")


@pytest.mark.parametrize("way", ["argument", "stdin"])
def test_any_password_logs_in(appliance, way):
    for number, password in enumerate(PASSWORDS):
        name = f"user{number}@alpha.example"
        if way == "stdin":
            appliance.user("add", "--password-stdin", name, input=password + "\n")
        else:
            appliance.user("add", name, password)
        for port in (465, 587):
            # AUTH PLAIN by hand: smtplib takes ASCII passwords only.
            with appliance.smtp(port) as server:
                code, _ = server.docmd("AUTH PLAIN " + base64.b64encode(
                    f"\0{name}\0{password}".encode()).decode())
                assert code == 235, password
        with appliance.imap((name, password)) as reader:
            assert reader.state == "AUTH"


def test_names_are_one_whatever_their_case(appliance):
    appliance.user("add", "Jens.Meyer@Alpha.Example", "some-password")
    for name in ("jens.meyer@alpha.example", "JENS.MEYER@ALPHA.EXAMPLE", "Jens.Meyer@Alpha.Example"):
        assert appliance.can_read((name, "some-password")) and appliance.can_send((name, "some-password"))
    assert appliance.user("add", "JENS.MEYER@alpha.example", "some-password", check=False).returncode == 4
    with appliance.smtp(25) as server:
        server.mail("stranger@lab.example")
        assert server.rcpt("jens.MEYER@alpha.example")[0] == 250
    appliance.user("del", "JENS.meyer@alpha.example")
    assert not appliance.can_read(("jens.meyer@alpha.example", "some-password"))


def test_names_are_never_patterns(appliance):
    keep = appliance.add("abc")
    for name in (".*@alpha.example", "a.c@alpha.example", "%@alpha.example", "a_c@alpha.example", "*",
                 "abc@alpha.exampl", "bc@alpha.example", "' OR 1=1 --@alpha.example", "../../etc@alpha.example"):
        assert appliance.user("del", "--purge-inbox", name, check=False).returncode in (2, 3), name
    assert appliance.can_read(keep)


HOSTILE = ("a/b@alpha.example", "../x@alpha.example", "a b@alpha.example", "a\nb@alpha.example", "a\tb@alpha.example",
           "\"a\"@alpha.example", "a@b@alpha.example", "@alpha.example", "a@", "a;id@alpha.example", "$(id)@alpha.example",
           "a'b\"c@alpha.example", "-rf@alpha.example/", ".a@alpha.example", "a.@alpha.example", "a..b@alpha.example",
           "a+b@alpha.example", "ä@alpha.example", "x" * 65 + "@alpha.example", "%d@alpha.example", "*@alpha.example", "")


def test_hostile_names_are_refused_and_change_nothing(appliance):
    before = appliance.user("list", "--json").stdout
    taken = [name for name in HOSTILE
             if appliance.user("add", "--", name, "some-password", check=False).returncode != 2]
    assert taken == []
    after = appliance.user("list", "--json").stdout
    assert after == before


def test_login_names_are_no_patterns_either(appliance):
    appliance.user("add", "alice@alpha.example", "some-password")
    for name in ("alice@alpha.example' --", "%@alpha.example", "alice@alpha.exampl_", "alice@alpha.example\" OR \"1",
                 "*", "alice", "alice@", "alice@alpha.example\t", "alice@elsewhere.example"):
        assert not appliance.can_read((name, "some-password")), name
    assert appliance.can_read(("alice@alpha.example", "some-password"))


def test_accounts_added_at_once_are_all_there_and_one_name_has_one_winner(appliance):
    many = 50
    appliance.exec("sh", "-c", f"""
        for number in $(seq {many}); do
            {{ mailserver user add user$number@alpha.example password-$number; echo $number $? >>/tmp/different; }} &
            {{ mailserver user add same@alpha.example password-$number; echo $number $? >>/tmp/same; }} &
        done
        wait""", timeout=300)
    different, same = (dict(line.split() for line in appliance.exec("cat", file).stdout.splitlines())
                       for file in ("/tmp/different", "/tmp/same"))
    # On a slow machine the last ones are told that others change the accounts, and to try again.
    print(f"{list(different.values()).count('1')} of {many} were told to try again")
    assert set(different.values()) <= {"0", "1"} and list(different.values()).count("0") > many / 2
    listed = {user["user"] for user in json.loads(appliance.user("list", "--json").stdout)["users"]}
    for number, code in different.items():
        assert (f"user{number}@alpha.example" in listed) == (code == "0")
    added = next(number for number, code in different.items() if code == "0")
    assert appliance.can_read((f"user{added}@alpha.example", f"password-{added}"))
    assert list(same.values()).count("0") == 1 and set(same.values()) <= {"0", "1", "4"}
    winner = next(number for number, code in same.items() if code == "0")
    assert appliance.can_read(("same@alpha.example", f"password-{winner}"))


def test_a_killed_command_leaves_the_old_or_the_new_state(appliance):
    kept = appliance.add("kept")
    appliance.exec("sh", "-c", """
        began=$(date +%s%N)
        mailserver user add whole@alpha.example some-password
        took=$(($(date +%s%N) - began))
        for number in $(seq 100); do
            after=$(printf '%d.%09d' $((took * number / 80 / 1000000000)) $((took * number / 80 % 1000000000)))
            timeout --signal=KILL $after mailserver user add half$number@alpha.example some-password
        done""", check=False, timeout=300)
    listed = {user["user"] for user in json.loads(appliance.user("list", "--json").stdout)["users"]}
    print(f"{len(listed) - 3} of 100 were made")
    for number in range(1, 101, 5):
        name = f"half{number}@alpha.example"
        assert appliance.can_read((name, "some-password")) == (name in listed)
    assert appliance.can_read(kept) and appliance.can_read(appliance.add("late"))


def test_the_password_is_in_no_process_list_and_no_log(appliance):
    appliance.user("add", "--password-stdin", "jens@alpha.example", input="hidden-Password-4711\n")
    assert appliance.can_read(("jens@alpha.example", "hidden-Password-4711"))
    assert appliance.can_send(("jens@alpha.example", "hidden-Password-4711"))
    assert "hidden-Password-4711" not in appliance.logs()
