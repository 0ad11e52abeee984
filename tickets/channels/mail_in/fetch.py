"""Mail fetched by IMAP (RFC 3501). A mail is stored and committed before the server is told that it was seen, and each
UID is stored once, whoever fetches and dies; nothing is ever deleted on the server."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError

from tickets.channels.mail_in.handle import handle_one, park
from tickets.channels.mail_in.store import store
from tickets.memory import remembering
from tickets.models import InMail, Mailbox, MailboxFolder

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 30
LEASE = timedelta(minutes=10)
AT_MOST = 500
"""Mails of one folder in one go; the next one comes a minute later."""

FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError, ssl.SSLError, UnicodeError)


REFUSALS_AT_MOST = 5
"""So often, a minute apart, a mail is asked for that the server does not give."""
NOT_GIVEN = gettext_noop("The mail server does not give it out. Please look at it with another program.")


class NotGiven(Exception):
    """The server has this mail, and answers that it cannot give it: some do for ever."""


@dataclass
class Fetched:
    """What one mailbox had."""

    mailbox: Mailbox
    new: list[InMail] = field(default_factory=list)
    error: str = ""
    is_busy: bool = False
    """Somebody else fetches it at this moment."""


def fetch_all(*, now: datetime) -> list[Fetched]:
    """Fetch every IMAP mailbox in use and read what came."""
    mailboxes = Mailbox.objects.filter(is_active=True, source=Mailbox.Source.IMAP).select_related("shop")
    return [fetch_one(mailbox, now=now) for mailbox in mailboxes]


def fetch_one(mailbox: Mailbox, *, now: datetime) -> Fetched:
    fetched = Fetched(mailbox)
    free = Mailbox.objects.filter(Q(fetching_until=None) | Q(fetching_until__lt=now), pk=mailbox.pk)
    if not free.update(fetching_until=now + LEASE):
        fetched.is_busy = True
        return fetched
    try:
        with connected(mailbox) as server:
            for folder in mailbox.folder_list:
                try:
                    _fetch_folder(server, folder, fetched)
                except (NotGiven, MailboxFolderSelectError) as error:
                    _told(fetched, error)  # of this folder alone
    except FAILURES as error:
        _told(fetched, error)
    finally:
        Mailbox.objects.filter(pk=mailbox.pk).update(
            fetching_until=None, fetched_at=timezone.now(), fetch_error=fetched.error
        )
    with remembering():
        fetched.new = [handle_one(mail.pk) or mail for mail in fetched.new]
    return fetched


def _told(fetched: Fetched, error: Exception) -> None:
    told = f"{type(error).__name__}: {error}".replace("\0", "")
    fetched.error = "\n".join(filter(None, [fetched.error, told]))[:1000]
    logger.warning("Mailbox %s could not be fetched: %s", fetched.mailbox, told)


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """Signed in to the server of a mailbox. Raises one of `FAILURES`."""
    kinds = {
        Mailbox.Security.TLS: (MailBox, 993),
        Mailbox.Security.STARTTLS: (MailBoxStartTls, 143),
        Mailbox.Security.NONE: (MailBoxUnencrypted, 143),
    }
    kind, port = kinds[Mailbox.Security(mailbox.security)]
    secure = {} if kind is MailBoxUnencrypted else {"ssl_context": ssl.create_default_context()}
    server = kind(mailbox.host, port=mailbox.port or port, timeout=TIMEOUT_SECONDS, **secure)
    try:
        server.login(mailbox.user, mailbox.password, initial_folder=None)
        yield server
    finally:
        # A connection that is gone already cannot be left politely.
        with suppress(*FAILURES):
            server.client.logout()


def _fetch_folder(server: BaseMailBox, name: str, fetched: Fetched) -> None:
    server.folder.set(name)
    read = _how_far(fetched.mailbox, name, server.folder.status(name, ["UIDVALIDITY"])["UIDVALIDITY"])
    place = {"account": read.account, "folder": name, "uid_validity": read.uid_validity}
    for uid in _uids_after(server, read.last_uid):
        try:
            raw = _bytes_of(server, uid)
        except NotGiven as error:
            if read.refusals + 1 < REFUSALS_AT_MOST:
                MailboxFolder.objects.filter(pk=read.pk).update(refusals=F("refusals") + 1)
                raise
            # For the others behind it: somebody may get it out by another program.
            stored = store(fetched.mailbox, b"", at=timezone.now(), mine=True, uid=uid, **place)
            if stored:
                park(stored, NOT_GIVEN, f"{fetched.mailbox.user}, {name}, {error}", at=timezone.now())
            _is_read(read, uid)
            continue
        if raw is None:
            continue  # deleted by somebody since it was listed
        if stored := store(fetched.mailbox, raw, at=timezone.now(), uid=uid, **place):
            fetched.new.append(stored)
        _is_read(read, uid)
        server.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


def _is_read(read: MailboxFolder, uid: int) -> None:
    MailboxFolder.objects.filter(pk=read.pk, last_uid__lt=uid).update(last_uid=uid, refusals=0)
    read.refusals = 0


def _how_far(mailbox: Mailbox, name: str, uid_validity: int) -> MailboxFolder:
    read, _ = MailboxFolder.objects.get_or_create(
        mailbox=mailbox, account=mailbox.account, name=name, defaults={"uid_validity": uid_validity}
    )
    if read.uid_validity != uid_validity:
        # The server numbered the folder anew, so all of it is looked at again; what came before comes as a duplicate.
        MailboxFolder.objects.filter(pk=read.pk).update(uid_validity=uid_validity, last_uid=0, refusals=0)
        read.refresh_from_db()
    return read


def _uids_after(server: BaseMailBox, last: int) -> list[int]:
    status, found = server.client.uid("SEARCH", f"UID {last + 1}:*")
    if status != "OK":
        raise imaplib.IMAP4.error(f"SEARCH: {found!r}")
    # "*" is the newest mail even where that is below the beginning (RFC 3501, 6.4.8).
    return sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > last)[:AT_MOST]


def _bytes_of(server: BaseMailBox, uid: int) -> bytes | None:
    """PEEK: the mail is not marked as seen by looking at it. Raises `NotGiven` when the server will not."""
    status, parts = server.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    if status != "OK":
        raise NotGiven(f"FETCH {uid}: {parts!r}"[:300])
    return next((part[1] for part in parts if isinstance(part, tuple)), None)
