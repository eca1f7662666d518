"""Mail with a virus is refused, and what could not be scanned does not pass for clean."""
import io
import smtplib
import zipfile

import pytest

from rig import mail
from rig.podman import wait_until

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
STRANGER = "stranger@lab.example"


def scanning(lab, **settings):
    """An appliance, not started yet, whose only signature is the operator's own: it knows EICAR."""
    appliance = lab.appliance(VIRUS_SCAN="true", **settings)
    folder = appliance.workspace / "var/lib/clamav"
    folder.mkdir(parents=True)
    (folder / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    return appliance


def with_attachment(sender, recipient, octets, name):
    made = mail.message(sender, recipient)
    made.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return made


def zipped(octets):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as inside:
        inside.writestr("eicar.com", octets)
    return archive.getvalue()


def refusal(send):
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send()
    return refused.value.smtp_code, refused.value.smtp_error.decode()


def test_viruses_are_refused_and_without_the_scanner_mail_waits(lab):
    appliance = scanning(lab, VIRUS_SIGNATURES_MIRROR="off").start()
    alice = appliance.add("alice")
    wait_until("the scanner", lambda: appliance.service("clamd")["state"] == "ready")
    infected = with_attachment(STRANGER, alice.address, EICAR, "eicar.com")
    found = (554, "5.7.1 virus found: Eicar-Test-Signature.UNOFFICIAL")
    assert refusal(lambda: mail.deliver(appliance.ipv4, infected)) == found
    packed = with_attachment(alice.address, alice.address, zipped(EICAR), "letter.zip")
    for port in (25, 465, 587):
        assert refusal(lambda: appliance.submit(alice, packed, port=port)) == found

    clean = mail.deliver(appliance.ipv4, mail.message(STRANGER, alice.address, X_Virus_Scanned="by me"))
    assert appliance.wait_for(alice, clean["Subject"]).get_all("X-Virus-Scanned") == ["yes"]

    # Without signatures it cannot come back; everything else stays.
    signatures = appliance.workspace / "var/lib/clamav/own.ndb"
    signatures.rename(signatures.with_suffix(".away"))
    assert appliance.kill_process("clamd") == 1
    code, reply = refusal(lambda: mail.deliver(appliance.ipv4, mail.message(STRANGER, alice.address)))
    assert code == 451 and "the virus scanner does not answer" in reply
    wait_until("a warning", lambda: "no virus signatures" in "".join(appliance.status()["warnings"]))
    assert appliance.is_ready() and appliance.can_send(alice)

    signatures.with_suffix(".away").rename(signatures)
    late = mail.message(STRANGER, alice.address)

    def taken():
        try:
            return mail.deliver(appliance.ipv4, late)
        except smtplib.SMTPDataError as not_yet:
            assert not_yet.smtp_code == 451
            return None
    wait_until("mail to be taken again", taken)
    assert appliance.wait_for(alice, late["Subject"])["X-Virus-Scanned"] == "yes"
    wait_until("the warning to go", lambda: appliance.status()["warnings"] == [])


def test_a_scanner_that_cannot_run_is_explained_and_mail_passes_when_the_operator_wants_that(lab):
    appliance = scanning(lab, VIRUS_SCAN_UNAVAILABLE="pass")
    small = ["--memory=700m"]
    refused = appliance.one_off("check-config", options=small)
    assert refused.returncode == 2
    assert "needs 1.7 GiB of memory, and has 700 MiB" in refused.stderr

    def warning_about(what):
        return next((text for text in appliance.status()["warnings"] if what in text), None)

    # The operator's own signatures are no substitute for ClamAV's, which nobody can fetch in this network.
    appliance.start(options=small)
    alice = appliance.add("alice")
    warning = wait_until("the reason of the failed download", lambda: warning_about("cannot be reached"))
    assert warning.startswith("no virus signatures yet") and "let through unscanned" in warning
    assert "All services but clamd are ready" in appliance.exec("mailserver", "status").stdout

    for name in ("main.cvd", "daily.cvd"):
        (appliance.workspace / "var/lib/clamav" / name).touch()
    wait_until("a warning about memory", lambda: warning_about("the virus scanner needs 1.4 GiB of memory"))
    assert appliance.service("clamd")["restarts"] == 0
    sent = mail.deliver(appliance.ipv4, mail.message(STRANGER, alice.address))
    assert appliance.wait_for(alice, sent["Subject"])["X-Virus-Scanned"] == "no (scanner unavailable)"
