"""The mails we write: a named function and three templates each (<kind>.subject.txt, .txt and .html).

Each only writes a `Delivery` row in the transaction of what it tells about; `tickets.channels.deliver` sends
it. Mail can carry a `Message` and never a `Note`: there is no way here to pass one.
"""

import logging
import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import css_inline
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from customers.linking import fold_email
from customers.models import Customer
from tickets import mail_templates
from tickets.access import ticket_url
from tickets.channels import notify
from tickets.channels.mail_files import split_files
from tickets.channels.message_ids import root_id, thread_of
from tickets.models import Agent, Delivery, Mailbox, MailTemplate, Message, Notice, Participant, Ticket

logger = logging.getLogger(__name__)

BROKER_REST_SECONDS = 30
WAKE_UP_SECONDS = 10
_broker_rests_until = 0.0


def acknowledge(ticket: Ticket, *, at: datetime) -> Delivery | None:
    """Thanks, what arrived, and by when an answer comes. None of the customer's own words: they may hold a
    code, and a mail that repeats what a stranger typed is a way to send spam."""
    first = ticket.messages.for_customer(at).first()
    with translation.override(_written_in(ticket.customer.language)):
        received = _received(ticket, first)
    context = {"message": first, "received": received, "found": {}}
    return _to_customer("acknowledge", ticket, at=at, message=first, context=context)


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
            sender=_named(ticket.shop.name, ticket.shop.support_email),
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
    context = {"reopen_days": settings.REOPEN_DAYS, "answers_by_mail": answers_come_by_mail(ticket)}
    return _to_customer("solved", ticket, at=at, context=context)


def answers_come_by_mail(ticket: Ticket) -> bool:
    """Whether we read what is written to the address that the shop's mails come from. Somebody else may."""
    address = fold_email(ticket.shop.support_email)
    return Mailbox.objects.filter(folded=address, is_active=True).exists()


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
        subject=_one_line(f"[{_('Test')}] {subject}")[:300],
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
        sender=_named(ticket.shop.name, ticket.shop.support_email),
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
    return _to_customer("delay", ticket, at=at, context={"promise": promise})


def _to_customer(
    kind: str, ticket: Ticket, *, at: datetime, message: Message | None = None, context: dict[str, Any]
) -> Delivery | None:
    """None when the customer has no address: the page is then the only way."""
    to = ticket.customer.email
    if not to:
        return None
    return _queue(
        kind,
        to=to,
        sender=_named(ticket.shop.name, ticket.shop.support_email),
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
    holds_secret: bool = False,
    url: str = "",
) -> Delivery:
    """`reader`: who of the ticket's people gets it, so that it hangs under what they wrote and got before."""
    context = {"site_url": settings.SITE_URL, **context}
    with translation.override(_written_in(language)):
        subject, text, html = written(kind, ticket, context)
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


def written(
    kind: str, ticket: Ticket | None, context: dict[str, Any], own: MailTemplate | None = None
) -> tuple[str, str, str]:
    """Subject, text and HTML: in the words of the shop where it has its own (`own`, or the one that fits), else in
    those that came with the program. Call it in the language of the reader."""
    if own is None and ticket and kind in MailTemplate.Kind.values:
        own = mail_templates.chosen_for(kind, ticket)
    if own:
        subject, text, inside = mail_templates.render(own, mail_values(ticket, context))
        html = render_to_string("mail/own.html", context | {"inside": inside})
    else:
        subject = render_to_string(f"mail/{kind}.subject.txt", context)
        # What a template leaves out for this ticket would leave a hole.
        text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"mail/{kind}.txt", context).strip()) + "\n"
        html = render_to_string(f"mail/{kind}.html", context)
    return _one_line(subject), text, css_inline.inline(html, load_remote_stylesheets=False)


def mail_values(ticket: Ticket, context: dict[str, Any]) -> dict[str, Any]:
    """What may stand in the place of a template's variables. Of what a customer wrote nothing but the name."""
    message, told = context.get("message"), context.get("promise")
    due = (
        _in_words("{% answer_promised ticket as due %}{{ due|in_full }}", ticket=ticket) if ticket.pk else ""
    )
    promise = "{{ promise.due_at|for_customer:ticket.customer|in_full }}"
    return {
        "customer_name": ticket.customer.name,
        "shop": ticket.shop.name,
        "ticket_number": ticket.number,
        "ticket_url": context.get("ticket_url", ""),
        "subject": ticket.subject,
        "answer_by": due,
        "received": "\n".join(f"- {line}" for line in context.get("received", [])),
        "text": message.text if message and not message.is_from_customer else "",
        "agent_name": message.agent.name if message and message.agent else "",
        "reopen_days": settings.REOPEN_DAYS,
        "promise": _in_words(promise, ticket=ticket, promise=told) if told else "",
    }


def _in_words(template: str, **values: Any) -> str:
    """The floor above words promises by its template tags, which any template may load."""
    return Template("{% load sla_promises %}" + template).render(Context(values, autoescape=False))


def _written_in(language: str) -> str:
    """The language of whoever reads the mail, if we have the words of it."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


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


def _received(ticket: Ticket, message: Message | None) -> list[str]:
    """A line for each thing that came with the first message: what was asked and how much of it is there."""
    lines = []
    for evidence in ticket.evidence.prefetch_related("attachments"):
        pictures = len(evidence.attachments.all())
        if pictures:
            counted = ngettext("%(count)s picture", "%(count)s pictures", pictures) % {"count": pictures}
            lines.append(f"{evidence.label} – {counted}")
        elif evidence.value:
            lines.append(_("%(question)s – answered") % {"question": evidence.label})
    others = message.attachments.filter(evidence=None).count() if message else 0
    if others:
        lines.append(ngettext("%(count)s more file", "%(count)s more files", others) % {"count": others})
    return lines


def _named(name: str, address: str) -> str:
    """`"Name" <address>`, unencoded: encoding headers is the business of who writes the mail."""
    quoted = re.sub(r'(["\\])', r"\\\1", _one_line(name))
    return f'"{quoted}" <{address}>'


def _one_line(text: str) -> str:
    """Safe in a header: no controls, line breaks, encoded words or marks that turn the writing."""
    text = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text)
    return text.replace("=?", "= ?").strip()
