"""The same loads with many accounts, and with large mailboxes."""
import os
import shutil

import accounts as many_accounts
from search import MAILUSER
from search import fill as fill_maildir

from . import imap, smtp
from .figures import alternate


def give_mail(server, account, pristine):
    """A mailbox with the files of `pristine`, in place of what the account has."""
    target = smtp.maildir(server, account)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(pristine, target, copy_function=os.link)
    for folder in (target.parent.parent, target.parent, target, *target.iterdir()):
        os.chown(folder, MAILUSER, MAILUSER)


def short(servers, pick, count):
    """A little of each load, for `pick(server)`: some accounts."""
    return {
        "imap": alternate(servers, lambda server: imap.mixed(server, pick(server), 5)),
        "login": alternate(servers, lambda server: imap.logins(server, pick(server)[0], count // 4)),
        "inbound": alternate(servers, lambda server: smtp.inbound(server, pick(server), 4096, 10, count)),
    }


def by_accounts(servers, pick, sizes, pristine, count):
    """`servers`: the appliance and, perhaps, the bare engines with the same accounts; each picked has the mail of
    `pristine`."""
    figures = {}
    for size in sizes:
        if size >= 1000:
            many_accounts.fill(servers[0], size)
            for other in servers[1:]:
                other.take_accounts(servers[0])
        for server in servers:
            for account in pick(server):
                give_mail(server, account, pristine)
        figures[size] = short(servers, pick, count)
    return figures


def by_messages(lab, servers, pick, sizes, count):
    """With that many messages in each of the mailboxes."""
    figures = {}
    for size in sizes:
        pristine = lab.folder(f"mailbox-{size}") / "Maildir"
        fill_maildir(pristine, size)
        for server in servers:
            for account in pick(server):
                give_mail(server, account, pristine)
                session = imap.Session(server, account)  # Dovecot's own index: not what is measured
                session.ask("SELECT INBOX")
                session.ask("FETCH 1:* (RFC822.SIZE ENVELOPE)")
                session.close()
        figures[size] = short(servers, pick, count)
    return figures
