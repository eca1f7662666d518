"""Who guesses passwords is slowed and refused, and nobody else is; bans by hand."""
import json

# What an attacker's container does: logs in with each password at the same moment, and says what came of it.
TRIES = """
import concurrent.futures, imaplib
context = ssl._create_unverified_context()
def attempt(what):
    port, login, password = what
    try:
        if port == 993:
            with imaplib.IMAP4_SSL(arguments["host"], port, ssl_context=context, timeout=60) as server:
                server.login(login, password)
        else:
            with smtplib.SMTP_SSL(arguments["host"], port, context=context, timeout=60) as server:
                server.login(login, password)
        return "in"
    except (imaplib.IMAP4.error, smtplib.SMTPAuthenticationError) as error:
        return str(error)
with concurrent.futures.ThreadPoolExecutor(20) as pool:
    answer(list(pool.map(attempt, arguments["tries"])))
"""


def attempts(attacker, appliance, *tries):
    """What each (port, (login, password)) came to: "in", or the server's words."""
    return attacker.python(TRIES, host=appliance.ipv4, tries=[(port, *login) for port, login in tries])


def ban(appliance, *words, code=0):
    """`./mailserver.sh ban …`"""
    done = appliance.exec("mailserver", "ban", *words, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def bans(appliance):
    """(network, account, by hand) of each ban."""
    return sorted((one["network"], one["account"], one["by_hand"]) for one in json.loads(ban(appliance, "list", "--json")))


def test_a_guesser_is_refused_and_the_owner_is_not(lab):
    attacker, trusted = lab.neighbour("attacker"), lab.neighbour("trusted")
    appliance = lab.appliance(LOGIN_TRUSTED_NETWORKS=trusted.ipv4).start()
    alice, bob = appliance.add("alice"), appliance.add("bob")
    # A phone with an old password repeats it for weeks; that is no guessing.
    assert "in" not in attempts(attacker, appliance, *[(993, (alice.address, "old password"))] * 15)
    assert bans(appliance) == []
    # IMAP and SMTP count together.
    guesses = [(port, (alice.address, f"guess {number} {port}")) for number in range(6) for port in (993, 465)]
    for guesser in (trusted, attacker):
        assert "in" not in attempts(guesser, appliance, *guesses)
    assert bans(appliance) == [(attacker.ipv4, alice.address, False)]
    assert appliance.status()["bans"] == 1
    refused = attempts(attacker, appliance, (993, alice), (465, alice), (993, (alice.address, "wrong")), (993, bob))
    # The guesser is not told.
    assert refused[0] == refused[2] and "AUTHENTICATIONFAILED" in refused[0]
    assert "535" in refused[1] and "5.7.8" in refused[1]
    assert refused[3] == "in"
    assert appliance.can_read(alice) and appliance.can_send(alice)
    assert attempts(trusted, appliance, (993, alice)) == ["in"]
    # A new password ends it, as the operator does.
    appliance.user("passwd", "--password-stdin", alice.address, input="another one, longer\n")
    alice = alice._replace(password="another one, longer")
    assert attempts(attacker, appliance, (993, alice)) == ["in"] and bans(appliance) == []
    ban(appliance, "add", trusted.ipv4, code=2)
    # Whose address got lost on the way comes with the gateway's.
    assert "may be anybody" in ban(appliance, "add", lab.addresses("gateway")[0], code=2)


def test_a_ban_by_hand_is_in_force_at_once_and_after_a_restart(lab, appliance):
    alice = appliance.add("alice")
    stranger = lab.neighbour()
    assert ban(appliance, "list") == "Nobody is banned.\n"
    assert attempts(stranger, appliance, (993, alice)) == ["in"]
    ban(appliance, "add", stranger.ipv4, "--for", "1h", "--reason", "it's \"100%\" <b>\r\nx")
    listed = json.loads(ban(appliance, "list", "--json"))[0]
    assert listed["network"] == stranger.ipv4 and listed["by_hand"] and "\n" not in listed["reason"]
    assert stranger.ipv4 in ban(appliance, "list")
    assert "in" not in attempts(stranger, appliance, (993, alice), (465, alice))
    assert appliance.can_read(alice)
    ban(appliance, "add", stranger.ipv4, code=4)
    appliance.kill()
    appliance.start()
    assert "in" not in attempts(stranger, appliance, (993, alice), (465, alice))
    assert appliance.can_read(alice)
    # Mail from there is taken as before.
    codes = stranger.python("""
with smtplib.SMTP(arguments["host"], 25, timeout=60) as server:
    server.ehlo()
    answer([server.mail("x@neighbour.lab.example")[0], server.rcpt("alice@alpha.example")[0]])
""", host=appliance.ipv4)
    assert codes == [250, 250]
    ban(appliance, "del", stranger.ipv4)
    assert attempts(stranger, appliance, (993, alice)) == ["in"]
    ban(appliance, "del", stranger.ipv4, code=3)
    for words in (("add", "198.18.0.1/8"), ("add", "0.0.0.0/0"), ("add", "127.0.0.1"), ("add", "x"), ("add",), ("ad",),
                  ("add", stranger.ipv4, "--for", "soon"), ("list", "x"), ("add", stranger.ipv4, "--fore", "1h")):
        ban(appliance, *words, code=2)
    assert bans(appliance) == []
