"""From a stored mail to what became of it. Whoever reads one claims its row for the length of a lease, so a worker that
dies in the middle is found by the sweep; what is done is done in one transaction with the row that says so. A mail that
cannot be understood, or ends every worker, is parked with the reason, and an agent sees it."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from tickets.channels.mail_in.facts import NOTED, Facts, gather, note_down
from tickets.channels.mail_in.mail import Mail, Unreadable
from tickets.channels.mail_in.parse import read
from tickets.channels.mail_in.settle import fingerprint_of, set_aside_copy, settle
from tickets.channels.mail_in.store import lease_from
from tickets.memory import remembering
from tickets.models import Agent, InMail

logger = logging.getLogger(__name__)

Outcome = InMail.Outcome

ENDED_WORKERS = gettext_noop("Reading it ended every worker that tried. Be careful with the original.")
NOT_READABLE = gettext_noop("Nothing can be read in it.")
FILE_GONE = gettext_noop("Its file is gone from the storage.")
NOT_UNDERSTOOD = gettext_noop("We could not understand it. Please tell whoever runs the helpdesk.")

TRIES = 4
"""A mail during which so many workers died is what ends them."""
BATCH = 100
WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)


def handle_due(*, now: datetime) -> int:
    """Read what is stored, oldest first. Any number of workers may at once. Returns how many mails were read."""
    due = InMail.objects.due(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH]
    with remembering():
        return sum(handle_one(pk) is not None for pk in list(due))


def handle_one(pk: int) -> InMail | None:
    """Read one mail if it is due and nobody else has it."""
    now = timezone.now()
    taken = InMail.objects.due(now).filter(pk=pk)
    if not taken.update(next_attempt_at=lease_from(now), attempts=F("attempts") + 1):
        return None
    in_mail = InMail.objects.select_related("mailbox__shop").get(pk=pk)
    handle(in_mail, at=now)
    return in_mail


def let_through(in_mail: InMail, *, by: Agent, at: datetime) -> InMail:
    """An agent has a parked mail read anew, by the rules as they are now. What became of it before stays in `told`."""
    before = {"was": in_mail.reason, "by": by.name, "at": at.isoformat()}
    parked = InMail.objects.filter(
        pk=in_mail.pk, outcome__in=[Outcome.PARKED, Outcome.SET_ASIDE], ticket=None
    )
    # With the lease at once, so that no sweep takes it from under us.
    fresh = {"outcome": Outcome.WAITING, "reason": "", "attempts": 1, "fingerprint": None}
    if parked.update(next_attempt_at=lease_from(at), handled_at=None, **fresh):
        in_mail = InMail.objects.select_related("mailbox__shop").get(pk=in_mail.pk)
        in_mail.told = in_mail.told | {"again": [*in_mail.told.get("again", []), before]}
        handle(in_mail, at=at)
    return in_mail


def handle(in_mail: InMail, *, at: datetime) -> Mail | None:
    """Understand a mail that the caller has claimed. Afterwards its columns say what became of it; an empty outcome
    says that database or storage failed, and it is tried again, for as long as it takes. Returns what was read."""
    if in_mail.attempts > TRIES:
        park(in_mail, ENDED_WORKERS, at=at)
        return None
    mail = None
    try:
        with in_mail.raw.open("rb") as file:
            raw = file.read()
        mail = read(raw)
        facts = gather(in_mail.mailbox, mail, raw)
        note_down(in_mail, facts)
        _settle(in_mail, facts, at=at)
    except Unreadable as error:
        park(in_mail, NOT_READABLE, str(error), at=at)
    except FileNotFoundError:
        park(in_mail, FILE_GONE, at=at)
    except IntegrityError as error:
        # Something that it needs was deleted in this moment. Once more, and it is something else.
        logger.warning("Mail %s could not be read now: %s", in_mail.pk, error)
        if in_mail.attempts >= TRIES:
            park(in_mail, NOT_UNDERSTOOD, type(error).__name__, at=at)
        else:
            _try_later(in_mail, at=at)
    except (OperationalError, InterfaceError, OSError) as error:
        # The database or the storage fails, which is not for the mail to answer for.
        logger.warning("Mail %s could not be read now: %s", in_mail.pk, error)
        in_mail.attempts -= 1
        _try_later(in_mail, at=at)
    except Exception as error:  # nothing that a stranger sends may stop the mail behind it
        logger.exception("Mail %s could not be understood", in_mail.pk)
        park(in_mail, NOT_UNDERSTOOD, type(error).__name__, at=at)
    return mail


def _settle(in_mail: InMail, facts: Facts, *, at: datetime) -> None:
    in_mail.fingerprint = fingerprint_of(in_mail, facts.mail)
    try:
        with transaction.atomic():
            if _is_mine(in_mail):
                settle(in_mail, facts, at=at)
    except IntegrityError:
        others = InMail.objects.filter(fingerprint=in_mail.fingerprint).exclude(pk=in_mail.pk)
        if not others.exists():
            raise
        in_mail.ticket = in_mail.message = in_mail.fingerprint = None
        with transaction.atomic():
            if _is_mine(in_mail):
                set_aside_copy(in_mail, at=at)


def _is_mine(in_mail: InMail) -> bool:
    """False for who outlived the lease: another worker took the mail, and may be done with it. Holds the row until the
    transaction ends. Raises `IntegrityError` when the same mail came before: between two workers with a copy each the
    column decides."""
    mine = InMail.objects.filter(pk=in_mail.pk, attempts=in_mail.attempts, next_attempt_at__isnull=False)
    return bool(mine.update(fingerprint=in_mail.fingerprint))


def park(in_mail: InMail, reason: str, detail: str = "", *, at: datetime) -> None:
    """Until an agent looks at it. Its text and files are read from the original then."""
    in_mail.ticket = in_mail.message = in_mail.fingerprint = None  # what was undone with the transaction
    in_mail.told = in_mail.told | {"detail": detail}
    _save(in_mail, NOTED, outcome=Outcome.PARKED, reason=reason, next_attempt_at=None, handled_at=at)


def _try_later(in_mail: InMail, *, at: datetime) -> None:
    in_mail.ticket = in_mail.message = in_mail.fingerprint = None
    waited = max(at - in_mail.received_at, timedelta(0))
    wait = min(max(WAIT, waited / 4), LONGEST_WAIT)
    try:
        _save(in_mail, ("attempts",), outcome=Outcome.WAITING, next_attempt_at=at + wait)
    except DatabaseError:
        logger.warning("Mail %s waits for its lease to end.", in_mail.pk)


def _save(in_mail: InMail, columns: tuple[str, ...] = (), /, **values: Any) -> None:
    for name, value in values.items():
        setattr(in_mail, name, value)
    in_mail.save(update_fields=[*columns, *values])
