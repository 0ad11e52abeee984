"""Sending what stands in `Delivery`, so that a crash loses nothing and repeats nothing it can avoid.

A worker claims a row with a conditional UPDATE and a lease, writes an attempt before it talks to the mail
server, and the outcome after. A worker killed in between leaves an attempt without an outcome: after the
lease the next one marks it as cut off and sends again under the same Message-ID, by which mail programs drop
a double.
"""

import logging
import os
import smtplib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from tickets.actions.undelivered import undelivered
from tickets.channels import notify
from tickets.channels.compose import mail_of
from tickets.channels.smtp import Patient, Unanswered
from tickets.channels.smtp_answers import blames_address, in_words, is_permanent
from tickets.models import Delivery, DeliveryAttempt, Ticket

logger = logging.getLogger(__name__)

Outcome = DeliveryAttempt.Outcome

BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240, 480, 960, 1440)]
"""Waiting times after a refusal "for now", as mail servers do it; after two days in all it failed."""

UNREACHABLE_WAIT = timedelta(minutes=15)
"""At most so long until a mail that never reached the server is tried again, for as long as it takes."""

CUT_OFF_AT_MOST = 20
"""A mail during which so many workers died is what kills them."""

UNANSWERED_AT_MOST = 3
"""So often a mail is sent again that the server took as a whole without a word: it may be there each time."""

REST_SECONDS = 10
ROUND_SECONDS = 45
BATCH = 50

_rest_until = 0.0
"""On this process's monotonic clock: while the server is away each try costs EMAIL_TIMEOUT and a worker."""


class Unreachable(Exception):
    """No connection to the mail server, or no login: the fault of no mail."""


@dataclass(frozen=True)
class Claimed:
    delivery: Delivery
    attempt: DeliveryAttempt
    cut_offs: int = 0
    """How many earlier attempts ended without an outcome."""


class Server:
    """A connection to the mail server for several mails, opened when the first one needs it."""

    _connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def take(self, mail: EmailMultiAlternatives, *, on_wait: Callable[[], Any]) -> None:
        """Raises `Unreachable`, `Unanswered`, or what the server said to this mail. `on_wait` is called while it
        waits."""
        mail.connection = self._open()
        if isinstance(smtp := getattr(mail.connection, "connection", None), Patient):
            smtp.on_wait = on_wait
        try:
            mail.send()
        except BaseException:
            self.hang_up()  # in the middle of a sentence, maybe: the next mail begins anew
            raise

    def hang_up(self) -> None:
        if self._connection:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):
                pass  # it is gone, which is what we want
            self._connection = None

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
            try:
                connection.open()
                if isinstance(smtp := getattr(connection, "connection", None), smtplib.SMTP):
                    smtp.ehlo_or_helo_if_needed()  # a server that will not greet us has judged no mail
            except Exception as error:
                # Whatever it is, such as a password that is not ASCII: no mail had its say yet.
                raise Unreachable(f"{type(error).__name__}: {error}") from error
            self._connection = connection
        return self._connection


def send_due() -> int:
    """Send what is due, oldest first, until nothing is or ROUND_SECONDS have passed. Any number may at once.

    Leaves mails alone when the server cannot be reached: the others would only wait for the same. Returns how many
    it tried.
    """
    end = time.monotonic() + ROUND_SECONDS
    tried = 0
    with Server() as server:
        while batch := _due_now():
            before = tried
            for pk in batch:
                if time.monotonic() > end:
                    return tried
                tried += _send(pk, server)
            if tried == before:
                break  # other workers have them all
    return tried


def send_one(delivery: int) -> bool:
    """Send one delivery if it is due and nobody else has it. True when it was tried."""
    with Server() as server:
        return _send(delivery, server)


def _due_now() -> list[int]:
    due = _may_go(Delivery.objects.due(timezone.now())).order_by("next_attempt_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def _may_go(due: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """While the mail server cannot be reached only what goes another way."""
    return due.exclude(via=Delivery.Via.MAIL) if _resting() else due


def _resting() -> bool:
    return time.monotonic() < _rest_until


def _send(pk: int, server: Server) -> bool:
    global _rest_until
    claimed = claim(pk, now=timezone.now())
    if claimed is None:
        return False
    try:
        if claimed.cut_offs >= CUT_OFF_AT_MOST:
            raise ValueError("No worker lived to tell what became of it.")
        _hand_on(claimed, server)
    except Unreachable as error:
        _rest_until = time.monotonic() + REST_SECONDS
        logger.warning("The mail server cannot be reached: %s", error)
        _put_back(claimed, Outcome.UNREACHABLE, str(error), now=timezone.now(), at_most=UNREACHABLE_WAIT)
    except Exception as error:
        _refused(claimed, error, now=timezone.now())
    else:
        _accepted(claimed, now=timezone.now())
    return True


def _hand_on(claimed: Claimed, server: Server) -> None:
    delivery = claimed.delivery
    lease = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    until = timezone.now() + lease

    def hold() -> None:
        """Nobody takes a mail for dropped because its server takes its time."""
        nonlocal until
        if (now := timezone.now()) > until - lease * 2 / 3:
            until = now + lease
            _still_mine(claimed).update(next_attempt_at=until)

    if delivery.via == Delivery.Via.URL:
        notify.send(delivery.url, title=delivery.subject, body=delivery.text)
    else:
        server.take(mail_of(delivery), on_wait=hold)


@transaction.atomic
def claim(pk: int, *, now: datetime) -> Claimed | None:
    """Take a due delivery for the length of a lease; None when it is not due or another worker was faster."""
    taken = (
        _may_go(Delivery.objects.due(now))
        .filter(pk=pk)
        .update(
            state=Delivery.State.SENDING,
            attempts_made=F("attempts_made") + 1,
            next_attempt_at=now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS),
        )
    )
    if not taken:
        return None
    delivery = Delivery.objects.select_related("ticket", "message").get(pk=pk)
    delivery.attempts.filter(outcome=Outcome.STARTED).update(outcome=Outcome.INTERRUPTED, finished_at=now)
    cut_offs = _times(Outcome.INTERRUPTED, delivery)
    attempt = DeliveryAttempt.objects.create(
        delivery=delivery,
        number=delivery.attempts_made,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:100],
        started_at=now,
    )
    return Claimed(delivery, attempt, cut_offs)


@transaction.atomic
def _accepted(claimed: Claimed, *, now: datetime) -> None:
    _finish(claimed, Outcome.SENT, "", now)
    # Whoever has the claim by now, the mail is out; and it may have come back before we got to write that it left.
    came_back = Q(state=Delivery.State.BOUNCED)
    Delivery.objects.filter(pk=claimed.delivery.pk).update(
        state=Case(When(came_back, then=F("state")), default=Value(Delivery.State.SENT.value)),
        detail=Case(When(came_back, then=F("detail")), default=Value(""), output_field=TextField()),
        sent_at=now,
        next_attempt_at=None,
        **_wiped(claimed.delivery),
    )


def _refused(claimed: Claimed, error: Exception, *, now: datetime) -> None:
    """Try again later, or give up when the server says never or has said "later" for two days."""
    words = in_words(error)
    detail = f"{type(error).__name__}: {words}"
    if not isinstance(error, smtplib.SMTPException | OSError | ValueError):
        logger.error("Mail %s could not be sent", claimed.delivery.pk, exc_info=error)
    if isinstance(error, Unanswered):
        if _times(Outcome.UNANSWERED, claimed.delivery) >= UNANSWERED_AT_MOST:
            words = gettext(
                "It may have arrived all the same: the mail server took all of it and said nothing."
            )
            _give_up(claimed, detail, words, is_address=False, now=now)
        else:
            _put_back(claimed, Outcome.UNANSWERED, detail, now=now)
    elif is_permanent(error) or _times(Outcome.DEFERRED, claimed.delivery) >= len(BACK_OFF):
        _give_up(claimed, detail, words, is_address=blames_address(error), now=now)
    else:
        _put_back(claimed, Outcome.DEFERRED, detail, now=now)


@transaction.atomic
def _put_back(
    claimed: Claimed, outcome: Outcome, detail: str, *, now: datetime, at_most: timedelta = timedelta.max
) -> None:
    """Each outcome waits longer by its own count: a server that was away has refused nothing yet."""
    wait = min(BACK_OFF[min(_times(outcome, claimed.delivery), len(BACK_OFF) - 1)], at_most)
    _finish(claimed, outcome, detail, now)
    state = Delivery.State.QUEUED if outcome == Outcome.UNREACHABLE else Delivery.State.DEFERRED
    _still_mine(claimed).update(state=state, detail=_kept(detail), next_attempt_at=now + wait)


@transaction.atomic
def _give_up(claimed: Claimed, detail: str, words: str, *, is_address: bool, now: datetime) -> None:
    """`detail` is for the log of attempts, `words` for the people of the ticket."""
    delivery = claimed.delivery
    # The ticket first, as verbs do it: the other way round two could wait for each other for ever.
    Ticket.objects.select_for_update(no_key=True).filter(pk=delivery.ticket_id).first()
    _finish(claimed, Outcome.FAILED, detail, now)
    if not _still_mine(claimed).update(next_attempt_at=None, **_wiped(delivery)):
        return
    logger.error(
        "Mail %s (%s) failed for good after %s attempts", delivery.pk, delivery.kind, claimed.attempt.number
    )
    undelivered(delivery, bounced=False, detail=words, is_address=is_address, at=now)


def _still_mine(claimed: Claimed) -> QuerySet[Delivery]:
    """The delivery, unless another worker took it since: who outlived its lease must not undo that."""
    return Delivery.objects.filter(
        pk=claimed.delivery.pk, state=Delivery.State.SENDING, attempts_made=claimed.attempt.number
    )


def _finish(claimed: Claimed, outcome: Outcome, detail: str, now: datetime) -> None:
    # A NUL from a server's answer would be refused by PostgreSQL.
    DeliveryAttempt.objects.filter(pk=claimed.attempt.pk).update(
        outcome=outcome, detail=_kept(detail), finished_at=now
    )


def _kept(detail: str) -> str:
    return detail.replace("\0", "")[:2000]


def _times(outcome: Outcome, delivery: Delivery) -> int:
    return delivery.attempts.filter(outcome=outcome).count()


def _wiped(delivery: Delivery) -> dict[str, Any]:
    return {"text": "", "html": ""} if delivery.holds_secret else {}
