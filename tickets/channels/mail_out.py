"""The mails we write: a named function each, and words (see tickets.channels.mail_words).

Each only writes a `Delivery` row in the transaction of what it tells about; `tickets.channels.deliver` sends
it. Mail can carry a `Message` and never a `Note`: there is no way here to pass one.
"""

import logging
import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from customers.models import Customer
from tickets.access import ticket_url
from tickets.channels import notify
from tickets.channels.addresses_of import answers_come_by_mail, written_from, written_to
from tickets.channels.mail_files import split_files
from tickets.channels.mail_words import lines_received, one_line, written, written_in
from tickets.channels.message_ids import passed_on, root_id, thread_of
from tickets.models import Agent, Delivery, InMail, Mailbox, Message, Notice, Participant, Ticket
from tickets.models.ticket import Channel

logger = logging.getLogger(__name__)

BROKER_REST_SECONDS = 30
WAKE_UP_SECONDS = 10
_broker_rests_until = 0.0


def acknowledge(ticket: Ticket, *, first: Message, at: datetime) -> Delivery | None:
    """Thanks, what arrived with the first message, and by when an answer comes. None of the customer's own words: they
    may hold a code, and a mail that repeats what a stranger typed is a way to send spam."""
    with translation.override(written_in(ticket.customer.language)):
        received = lines_received(ticket, first)
    context = {"message": first, "received": received, "found": {}, "unproven": _is_unproven(ticket)}
    # The first mail of its ticket hangs under nothing but what it answers.
    thread = passed_on([first.header_id])
    return _to_customer("acknowledge", ticket, at=at, message=first, context=context, thread=thread)


def send_reply(message: Message, *, participants: Iterable[Participant] = (), at: datetime) -> list[Delivery]:
    """A mail to the customer and one to each participant. They leave when nobody can take the answer back any more."""
    ticket = message.ticket
    attached, left_out = split_files(message)
    by_mail = answers_come_by_mail(ticket)
    context = {"message": message, "files": attached, "left_out": left_out, "answers_by_mail": by_mail}
    to_customer = _to_customer("reply", ticket, at=at, message=message, context=context)
    to_others = [
        _queue(
            "reply_participant",
            to=participant.email,
            sender=_named(ticket.shop.name, written_from(ticket)),
            language=ticket.customer.language,
            context={"ticket": ticket, "shop": ticket.shop, "participant": participant, **context},
            at=at,
            ticket=ticket,
            message=message,
            reader=participant,
        )
        for participant in participants
    ]
    return [one for one in (to_customer, *to_others) if one]


def tell_solved(ticket: Ticket, *, at: datetime) -> Delivery | None:
    if not _may_be_told(ticket):
        return None
    context = {"reopen_days": settings.REOPEN_DAYS, "answers_by_mail": answers_come_by_mail(ticket)}
    context["unproven"] = _is_unproven(ticket)
    return _to_customer("solved", ticket, at=at, context=context)


def confirm_address(email: str, customer: Customer, *, link: str, at: datetime) -> Delivery:
    """The link by which the reader of an address gets to the list of own tickets."""
    return _queue(
        "confirm_address",
        to=email,
        sender=settings.DEFAULT_FROM_EMAIL,
        language=customer.language,
        context={"link": link, "customer": customer},
        at=at,
        holds_secret=True,
    )


REPLIES = ("reply", "reply_participant")
"""Kinds of mails that carry what an agent wrote."""


def send_test(to: Agent, *, subject: str, text: str, html: str, at: datetime) -> Delivery:
    """A mail template as it would be sent, to the admin who tries it."""
    delivery = Delivery.objects.create(
        kind="test",
        to=to.email,
        sender=settings.DEFAULT_FROM_EMAIL,
        subject=one_line(f"[{_('Test')}] {subject}")[:300],
        text=text,
        html=html,
        created_at=at,
        next_attempt_at=at,
    )
    transaction.on_commit(lambda: wake_up(delivery.pk), robust=True)
    return delivery


def verify_code(ticket: Ticket, *, to: str, code: str, at: datetime) -> Delivery:
    """Six digits for whoever reads this known address of the customer."""
    return _queue(
        "verify_code",
        to=to,
        sender=_named(ticket.shop.name, written_from(ticket)),
        language=ticket.customer.language,
        context={"ticket": ticket, "shop": ticket.shop, "customer": ticket.customer, "code": code},
        at=at,
        ticket=ticket,
        holds_secret=True,
    )


BY_THEMSELVES = ("acknowledge",)
"""Kinds of mails to customers that a machine writes as an answer to what they wrote."""


def tell_breaker(mailbox: Mailbox, ticket: Ticket, *, at: datetime) -> list[Delivery]:
    """Tell the admins, by mail and in the desk, that a mailbox stopped to thank people it does not know: a loop, or a
    flood. `ticket` is the one whose mail was too much."""
    admins = Agent.objects.filter(is_active=True, is_staff=True)
    data = {"mailbox": mailbox.address}
    Notice.objects.bulk_create(
        Notice(agent=admin, ticket=ticket, kind="breaker", data=data, created_at=at) for admin in admins
    )
    return [
        _queue(
            "breaker",
            to=admin.email,
            sender=settings.DEFAULT_FROM_EMAIL,
            language=settings.LANGUAGE_CODE,
            context={
                "agent": admin,
                "mailbox": mailbox,
                "mail_url": settings.SITE_URL + reverse("desk:mail"),
                "mailbox_url": settings.SITE_URL + reverse("admin:tickets_mailbox_change", args=[mailbox.pk]),
            },
            at=at,
        )
        for admin in admins
    ]


WARNED_OF_AT_MOST = 50
"""Tickets that one warning names; of more it says how many."""


def warn(
    to: str, *, agent: Agent | None, lines: Sequence[tuple[Ticket, Any]], at: datetime, url: str = ""
) -> Delivery:
    """Tell somebody about tickets whose promises are near or broken; `lines` are tickets with the promise, which the
    floor above knows. By mail to `to`, or, with `url`, to a notification address."""
    only = lines[0][0] if len(lines) == 1 else None
    named = [
        {
            "ticket": ticket,
            "promise": promise,
            "is_late": bool(promise.broken_at or (not promise.met_at and promise.due_at <= at)),
            "url": settings.SITE_URL + reverse("desk:ticket", args=[ticket.number]),
        }
        for ticket, promise in lines[:WARNED_OF_AT_MOST]
    ]
    return _queue(
        "warning",
        to=notify.kind_of(url) if url else to,
        sender=settings.DEFAULT_FROM_EMAIL,
        language=settings.LANGUAGE_CODE,
        context={
            "agent": agent,
            "lines": named,
            "line": named[0] if only else None,
            "count": len(lines),
            "more": len(lines) - len(named),
            "queue_url": settings.SITE_URL + reverse("desk:queue"),
        },
        at=at,
        ticket=only,
        url=url,
    )


def tell_delay(ticket: Ticket, *, promise: Any, at: datetime) -> Delivery | None:
    """Before a promise breaks the customer hears that it will take longer."""
    if not _may_be_told(ticket):
        return None
    return _to_customer(
        "delay", ticket, at=at, context={"promise": promise, "unproven": _is_unproven(ticket)}
    )


def _may_be_told(ticket: Ticket) -> bool:
    """Whether mails that nobody wrote for it may go out. Not to machines, and not to an address in whose name anybody
    may have written, before we thanked it or an agent answered: else whoever sends us forged mails has us send mails to
    as many people, past all that bounds the thanks (THREATS V6, V7)."""
    opened = InMail.objects.filter(ticket=ticket, outcome=InMail.Outcome.OPENED).order_by("pk").first()
    if opened is None:
        return True
    if opened.is_automatic:
        return False
    is_known = ticket.verified or opened.thanked != InMail.Thanked.NO
    return bool(is_known) or ticket.messages.filter(direction=Message.Direction.OUT).exists()


def _is_unproven(ticket: Ticket) -> bool:
    """Somebody wrote a mail in whose name we do not know, and a machine writes back: then name and subject, which they
    wrote as well, are not repeated to whoever it is (THREATS V6)."""
    return ticket.channel == Channel.MAIL and not ticket.verified


def _to_customer(
    kind: str,
    ticket: Ticket,
    *,
    at: datetime,
    message: Message | None = None,
    context: dict[str, Any],
    thread: list[str] | None = None,
) -> Delivery | None:
    """None when the customer has no address: the page is then the only way."""
    address = written_to(ticket)
    if address is None:
        return None
    return _queue(
        kind,
        to=address.email,
        sender=_named(ticket.shop.name, written_from(ticket)),
        language=ticket.customer.language,
        context={
            "ticket": ticket,
            "shop": ticket.shop,
            "customer": ticket.customer,
            "ticket_url": ticket_url(ticket),
            **context,
        },
        at=at,
        ticket=ticket,
        message=message,
        reader=ticket.customer,
        thread=thread,
    )


def _queue(
    kind: str,
    *,
    to: str,
    sender: str,
    language: str,
    context: dict[str, Any],
    at: datetime,
    ticket: Ticket | None = None,
    message: Message | None = None,
    reader: Customer | Participant | None = None,
    thread: list[str] | None = None,
    holds_secret: bool = False,
    url: str = "",
) -> Delivery:
    """`reader`: who of the ticket's people gets it, so that it hangs under what they wrote and got before; `thread`:
    the Message-IDs of that, where the caller knows them."""
    context = {"site_url": settings.SITE_URL, **context}
    subject, text, html = written(kind, ticket, context, language=language)
    if thread is None:
        thread = thread_of(ticket, reader, to) if ticket and reader else []
    leaves_at = message.held_until if message and message.held_until and kind in REPLIES else at
    delivery = Delivery.objects.create(
        kind=kind,
        participant=reader if isinstance(reader, Participant) else None,
        in_reply_to=thread[-1] if thread else root_id(ticket, sender) if ticket else "",
        references=" ".join([root_id(ticket, sender), *thread]) if ticket else "",
        via=Delivery.Via.URL if url else Delivery.Via.MAIL,
        url=url,
        ticket=ticket,
        message=message,
        to=to,
        sender=sender,
        subject=subject[:300],
        text=text,
        html=html,
        holds_secret=holds_secret,
        created_at=at,
        next_attempt_at=leaves_at,
    )
    if leaves_at <= at:
        # A wake-up, no more: without a broker the sweep finds the row, and the customer must not suffer.
        transaction.on_commit(lambda: wake_up(delivery.pk), robust=True)
    return delivery


def wake_up(delivery: int) -> None:
    """Tell a worker, when the broker can be reached. One that cannot is left alone for a while: each try
    takes time in which somebody waits for a page."""
    global _broker_rests_until
    if time.monotonic() < _broker_rests_until:
        return
    try:
        # Not taken before the sweep comes round, it is worth nothing: a burst of mails must not keep what stands
        # behind them in the queue, such as the sweep of the promises, from its turn.
        current_app.send_task("tickets.tasks.send_delivery", [delivery], retry=False, expires=WAKE_UP_SECONDS)
    except (OperationalError, OSError) as error:
        _broker_rests_until = time.monotonic() + BROKER_REST_SECONDS
        logger.warning("The broker cannot be reached, mails wait for the sweep: %s", error)


def _named(name: str, address: str) -> str:
    """`"Name" <address>`, unencoded: encoding headers is the business of who writes the mail."""
    quoted = re.sub(r'(["\\])', r"\\\1", one_line(name))
    return f'"{quoted}" <{address}>'
