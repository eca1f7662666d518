"""Nobody sends to the world through us without a login; least of all a neighbour on the same network."""
FORMS = """\
victim@elsewhere.example
<victim@elsewhere.example>
victim%elsewhere.example@alpha.example
victim%elsewhere.example@mail.alpha.example
victim%elsewhere.example
victim@elsewhere.example@alpha.example
"victim@elsewhere.example"
"victim@elsewhere.example"@alpha.example
"victim%elsewhere.example"@alpha.example
@alpha.example:victim@elsewhere.example
@mail.alpha.example,@alpha.example:victim@elsewhere.example
elsewhere.example!victim
elsewhere.example!victim@alpha.example
elsewhere.example!victim@[{ip}]
victim%elsewhere.example@[{ip}]
victim@[198.51.100.7]
victim@[IPv6:2001:db8::7]
victim@198.51.100.7
victim@localhost@elsewhere.example
victim+tag@elsewhere.example
victim@ELSEWHERE.EXAMPLE.
postmaster@elsewhere.example
root@elsewhere.example
"\\\\"victim@elsewhere.example
victim@elsewhere.example\\0@alpha.example
nobody@alpha.example
nobody@beta.alpha.example
""".splitlines()

SENDERS = ("stranger@lab.example", "", "postmaster@alpha.example", "root@localhost", "admin@mail.alpha.example")

TRY = """
def refused(port, sender, recipient):
    if port == 465:
        server = smtplib.SMTP_SSL(arguments["host"], port, local_hostname="neighbour.lab.example", timeout=30,
                                  context=ssl._create_unverified_context())
    else:
        server = smtplib.SMTP(arguments["host"], port, local_hostname="neighbour.lab.example", timeout=30)
    server.ehlo()
    if port == 587:
        server.starttls(context=ssl._create_unverified_context())
        server.ehlo()
    form = recipient.replace("{ip}", arguments["host"])
    if not form.startswith("<"):
        form = f"<{form}>"
    code, _ = server.docmd(f"MAIL FROM:<{sender}>")
    if code == 250:
        code, _ = server.docmd(f"RCPT TO:{form}")
    server.close()
    return code
answer([[port, sender, form, code]
        for port in arguments["ports"] for sender in arguments["senders"] for form in arguments["forms"]
        if (code := refused(port, sender, form)) < 400])
"""


def test_no_form_of_address_is_relayed_for_a_neighbour(lab, appliance):
    neighbour = lab.neighbour()
    accepted = neighbour.python(TRY, host=appliance.ipv4, ports=[25], senders=SENDERS[:3], forms=FORMS, timeout=300)
    accepted += neighbour.python(TRY, host=appliance.ipv4, ports=[25, 465, 587], senders=SENDERS, forms=FORMS[:1])
    accepted += neighbour.python(TRY, host=appliance.ipv6, ports=[25], senders=SENDERS, forms=FORMS[:6])
    assert accepted == []


def test_no_form_of_address_is_relayed_without_a_login_on_the_submission_ports(lab, appliance):
    neighbour = lab.neighbour()
    assert neighbour.python(TRY, host=appliance.ipv4, ports=[465, 587], senders=SENDERS[:1], forms=FORMS) == []


def test_postmaster_and_abuse_take_mail_from_anybody(lab, appliance):
    neighbour = lab.neighbour()
    taken = neighbour.python(TRY, host=appliance.ipv4, ports=[25], senders=SENDERS[:1],
                             forms=["postmaster@alpha.example", "abuse@alpha.example", "Postmaster@Alpha.EXAMPLE"])
    assert len(taken) == 3
