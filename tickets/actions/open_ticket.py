from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from customers.models import ActivationCode, Customer, Order, Product
from tickets.actions._ticket import hold_order, moment
from tickets.actions.by_mail import ByMail, say_by_mail
from tickets.actions.draft import hand_in, hold
from tickets.channels import mail_out
from tickets.events import Actor, record
from tickets.models import Draft, Event, Evidence, EvidenceSlot, Message, ProblemType, Ticket
from tickets.models.ticket import Channel, Verified


@dataclass(frozen=True)
class Answer:
    """What was given for one slot: the answer as text, or nothing for a picture, whose files lie in the draft."""

    slot: EvidenceSlot
    value: str = ""


@dataclass(frozen=True)
class Opened:
    ticket: Ticket
    is_new: bool
    """False: there was an open ticket for the same code already, and it is this one."""


@transaction.atomic
def open_ticket(
    *,
    by: Actor,
    order: Order,
    code: ActivationCode | None,
    problem_type: ProblemType,
    text: str,
    answers: Sequence[Answer] = (),
    draft: Draft | None = None,
    channel: Channel = Channel.WEB,
    at: datetime | None = None,
) -> Opened:
    """Open a ticket for a problem with a code of an order, or with the order as a whole (`code` None).

    Bound to shop, customer and product of the order. Asked twice for the same code, also by two requests at once, the
    second one gets the ticket that is open already; the draft then stays, for it was not sent.
    """
    now = moment(at)
    hold_order(order.pk)
    already = open_ticket_for(order, code, at=now)
    if already:
        return Opened(already, is_new=False)
    forgotten = _unsolved(order, code).filter(customer=order.customer).first()
    product = code.item.product if code else only_product(order)
    ticket = Ticket.objects.create(
        shop=order.shop,
        customer=order.customer,
        order=order,
        code=code,
        product=product,
        problem_type=problem_type,
        follows=forgotten,
        subject=f"{problem_type.name}: {product.name if product else order.number}"[:200],
        channel=channel,
        verified=_verified(channel),
        opened_at=now,
        waiting_since=now,
        last_activity_at=now,
    )
    message = _first_message(ticket, text, now)
    _store_evidence(ticket, message, answers, draft)
    link = {"follows": forgotten.pk} if forgotten else {}
    record(ticket, Event.Kind.OPENED, by=by, at=now, message=message.pk, channel=channel, **link)
    ticket.refresh_from_db()
    mail_out.acknowledge(ticket, first=message, at=now)
    return Opened(ticket, is_new=True)


def open_ticket_for(order: Order, code: ActivationCode | None, *, at: datetime) -> Ticket | None:
    """The unsolved ticket for this code, or for the order as a whole. One in which nobody said a word for
    TICKET_LINK_DAYS counts no more: its link has expired, and the customer must get to some ticket."""
    return _unsolved(order, code).filter(_in_reach(at)).first()


def goes_on_in(ticket: Ticket, *, at: datetime) -> Ticket | None:
    """Where the customer of a solved or closed ticket has an open one for the same code or order."""
    same = Q(follows=ticket)
    if ticket.order_id:
        same |= Q(order=ticket.order_id, code=ticket.code_id)
    theirs = Ticket.objects.unsolved().filter(same, _in_reach(at), customer=ticket.customer_id)
    return theirs.exclude(pk=ticket.pk).order_by("-pk").first()


def _unsolved(order: Order, code: ActivationCode | None) -> QuerySet[Ticket]:
    return Ticket.objects.unsolved().filter(order=order, code=code).order_by("-pk")


def _in_reach(at: datetime) -> Q:
    return Q(last_activity_at__gte=at - timedelta(days=settings.TICKET_LINK_DAYS))


@transaction.atomic
def follow_up(
    closed: Ticket,
    *,
    by: Customer,
    text: str,
    draft: Draft | None,
    channel: Channel,
    mail: ByMail | None = None,
    acknowledge: bool = True,
    at: datetime,
) -> Message:
    """A new ticket for what a customer says after the old one was closed: same order, same code, linked.

    The caller holds the order, and has seen that it goes on in no other ticket.
    """
    ticket = Ticket.objects.create(
        shop=closed.shop,
        customer=closed.customer,
        order=closed.order,
        code=closed.code,
        product=closed.product,
        problem_type=closed.problem_type,
        follows=closed,
        subject=closed.subject,
        mailbox=closed.mailbox,
        verified=_verified(channel, mail),
        channel=channel,
        opened_at=at,
        waiting_since=at,
        last_activity_at=at,
    )
    if mail:
        message = say_by_mail(mail, text=text, at=at, ticket=ticket, customer=by)
    else:
        message = _first_message(ticket, text, at)
    if draft:
        hand_in(draft, message=message)
    record(ticket, Event.Kind.OPENED, by=by, at=at, message=message.pk, channel=channel, follows=closed.pk)
    ticket.refresh_from_db()
    if acknowledge:
        mail_out.acknowledge(ticket, first=message, at=at)
    return message


def _verified(channel: Channel, mail: ByMail | None = None) -> str:
    """Pages of customers are opened by signed links only."""
    return mail.verified if mail else Verified.LINK if channel == Channel.WEB else Verified.NOT


def _first_message(ticket: Ticket, text: str, now: datetime) -> Message:
    return Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.IN,
        channel=ticket.channel,
        customer=ticket.customer,
        verified=ticket.verified,
        text=text.strip(),
        created_at=now,
    )


def only_product(order: Order) -> Product | None:
    products = {item.product for item in order.items.select_related("product")}
    return products.pop() if len(products) == 1 else None


def _store_evidence(ticket: Ticket, message: Message, answers: Sequence[Answer], draft: Draft | None) -> None:
    if draft:
        hold(draft)
    for position, answer in enumerate(answers):
        evidence = Evidence.objects.create(
            ticket=ticket,
            slot=answer.slot,
            label=answer.slot.label,
            kind=answer.slot.kind,
            value=answer.value,
            position=position,
        )
        if draft:
            draft.attachments.filter(slot=answer.slot).update(draft=None, message=message, evidence=evidence)
    if draft:
        hand_in(draft, message=message)
