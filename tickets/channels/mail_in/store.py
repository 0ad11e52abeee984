"""Mail is stored before it is understood: bytes and row are on disk before anybody is told that we have it."""

import hashlib
import os
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from tickets.models import InMail, Mailbox


def lease_from(at: datetime) -> datetime:
    """Until when whoever reads a mail is believed alive. The longest takes seconds."""
    return at + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def store(
    mailbox: Mailbox,
    raw: bytes,
    *,
    at: datetime,
    account: str = "",
    folder: str = "",
    uid_validity: int | None = None,
    uid: int | None = None,
    mine: bool = False,
) -> InMail | None:
    """Keep a mail as it came; it is committed when this returns. None when this UID of the folder is here already.

    `mine`: the caller reads it at once, so no worker takes it before the lease is over.
    """
    mail = InMail(
        mailbox=mailbox,
        account=account,
        folder=folder,
        uid_validity=uid_validity,
        uid=uid,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=at,
        attempts=1 if mine else 0,
        next_attempt_at=lease_from(at) if mine else at,
    )
    mail.raw.save("", ContentFile(raw), save=False)
    _to_disk(mail)
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        mail.raw.storage.delete(mail.raw.name)
        if uid is None:
            raise
        return None
    # After any other error the row may be there, if only its answer was lost: the file stays.
    return mail


def _to_disk(mail: InMail) -> None:
    """Not only into the memory of the kernel, which a loss of power would take. Storages of other hosts have no path
    and did it already."""
    with suppress(NotImplementedError):
        descriptor = os.open(mail.raw.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
