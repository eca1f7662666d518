"""The engines alone: the appliance's image, hence the same packages, with Postfix and Dovecot as Debian ships them."""
import pathlib
import sqlite3

from rig.appliance import Account, Appliance
from rig.podman import wait_until

from .start import open_ports

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "bare"
DOMAIN = "bare.example"


class Bare(Appliance):
    """Of an appliance's methods those that look from outside: ports, processes, start, stop."""

    RUN_OPTIONS = ""  # it has no resolver of its own

    def __init__(self, lab):
        super().__init__(lab, DOMAIN, None, {}, options=[
            "--read-only=false", "--entrypoint=/bare/run.sh", f"--volume={FOLDER}:/bare:ro", f"--dns={lab.dns.ipv4}"])
        self.workspace.chmod(0o755)

    def is_ready(self):
        if self.exit_code() is not None:
            raise AssertionError(f"the bare engines ended:\n{self.logs()[-3000:]}")
        return len(open_ports(self.ipv4)) == 2

    def take_accounts(self, appliance):
        """The appliance's accounts, with the same hashes, and `quick`, whose password costs nothing to check."""
        with sqlite3.connect(appliance.workspace / "etc/mailserver/accounts.sqlite", timeout=10) as database:
            rows = database.execute("SELECT address, password FROM accounts").fetchall()
        database.close()
        rows = [(address.partition("@")[0] + "@" + DOMAIN, password) for address, password in rows]
        lines = [f"{address}:{password}\n" for address, password in rows if not address.startswith("quick@")]
        lines.append(f"quick@{DOMAIN}:{{PLAIN}}quick\n")
        (self.workspace / "passwd").write_text("".join(lines))
        (self.workspace / "mailboxes").write_text("".join(f"{address} ok\n" for address, _ in rows))
        if self.container:
            self.exec("sh", "-c", "cp /host/mailboxes /etc/postfix && postmap hash:/etc/postfix/mailboxes")

    def twin(self, account):
        """The same account here."""
        return Account(account.address.partition("@")[0] + "@" + DOMAIN, account.password)

    def wait_ready(self, deadline=60):
        wait_until("the bare engines to be ready", self.is_ready, deadline=deadline)
        return self
