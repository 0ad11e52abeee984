from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.linking import fold_email
from tickets.actions._ticket import change, locked, stop_if_held
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Event, InMail, Message, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def join(ticket: Ticket, into: Ticket, *, by: Agent, at: datetime) -> bool:
    """A mail that opened a ticket belongs to another one: what was said in it moves there, and the emptied ticket is
    closed and says where it went. False when it was joined already. Raises `Refused` when an agent has answered in it,
    or the other one is closed."""
    # In one order, so that two agents who join crosswise do not wait for each other.
    for one in sorted((ticket, into), key=lambda one: one.pk):
        locked(one)
    ticket, into = locked(ticket), locked(into)
    if ticket.merged_into_id == into.pk:
        return False
    _stop_if_not_possible(ticket, into, by)
    messages = list(ticket.messages.values_list("pk", flat=True))
    is_of_same = ticket.customer_id == into.customer_id
    taking_part = dict(into.participants.filter(removed_at=None).values_list("folded", "pk"))
    for message in Message.objects.filter(pk__in=messages):
        _move(message, into, is_of_same, taking_part)
    InMail.objects.filter(ticket=ticket).update(ticket=into, looks_like=None)
    waited = [one for one in (ticket.waiting_since, into.waiting_since) if one]
    if into.status == Status.SOLVED:
        _reopen(into, by, at)
        into = locked(into)
    change(into, waiting_since=min(waited, default=None), last_activity_at=at)
    if into.status == Status.WAITING_CUSTOMER and waited:
        change(into, status=Status.OPEN)
        record(into, Event.Kind.STATUS_CHANGED, by=by, at=at, old=Status.WAITING_CUSTOMER, new=Status.OPEN)
    if is_of_same:
        record(into, Event.Kind.RECEIVED, by=into.customer, at=at, message=messages[-1] if messages else None)
    before = ticket.status
    change(
        ticket, merged_into=into, status=Status.SOLVED, solved_at=at, waiting_since=None, last_activity_at=at
    )
    record(ticket, Event.Kind.SOLVED, by=by, at=at, old=before)
    change(ticket, status=Status.CLOSED)
    record(ticket, Event.Kind.CLOSED, by=by, at=at)
    told = {"messages": messages, "emptied": ticket.pk, "other": into.pk}
    record(ticket, Event.Kind.JOINED, by=by, at=at, into=into.number, **told)
    record(into, Event.Kind.JOINED, by=by, at=at, **{"from": ticket.number}, **told)
    return True


def _stop_if_not_possible(ticket: Ticket, into: Ticket, by: Agent) -> None:
    stop_if_held(ticket, by)
    for one in (ticket, into):
        if ticket.pk == into.pk or one.merged_into_id:
            raise Refused(_("Ticket %(number)s went into another one itself.") % {"number": one.number})
    if into.status == Status.CLOSED:
        raise Refused(_("Ticket %(number)s is closed.") % {"number": into.number})
    if ticket.messages.filter(direction=Message.Direction.OUT).exists():
        raise Refused(_("Somebody has answered in this ticket already, so it stays one of its own."))


def _move(message: Message, into: Ticket, is_of_same: bool, taking_part: dict[str, int]) -> None:
    """Whoever takes no part in the other ticket is a stranger there until an agent says who it is."""
    values = {"ticket": into}
    if not is_of_same:
        part = taking_part.get(fold_email(message.sender_address))
        values |= {"customer": None, "participant_id": part, "is_stranger": part is None}
    Message.objects.filter(pk=message.pk).update(**values)


def _reopen(into: Ticket, by: Agent, at: datetime) -> None:
    change(into, status=Status.OPEN, solved_at=None)
    record(into, Event.Kind.REOPENED, by=by, at=at)
