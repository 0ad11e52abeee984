from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from tickets.actions._ticket import change, hold_order, locked, moment, stop_if_held
from tickets.actions.open_ticket import goes_on_in
from tickets.actions.refusals import Finished, GoesOn, Refused
from tickets.actions.seen import Seen, stop_if_changed
from tickets.channels import mail_out
from tickets.events import Actor, record
from tickets.models import Agent, Event, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def wait_for(ticket: Ticket, status: Status, *, by: Actor, at: datetime | None = None) -> bool:
    """Move an unsolved ticket between open, waiting for customer and waiting for supplier."""
    if status not in (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER):
        raise ValueError(f"{status} has a verb of its own")
    ticket = locked(ticket)
    stop_if_held(ticket, by)
    if not ticket.is_unsolved:
        raise Refused(_("The ticket is solved. Reopen it first."))
    if ticket.status == status:
        return False
    before = ticket.status
    change(ticket, status=status)
    record(ticket, Event.Kind.STATUS_CHANGED, by=by, at=moment(at), old=before, new=status)
    return True


@transaction.atomic
def solve(
    ticket: Ticket, *, by: Actor, tell: bool = True, seen: Seen | None = None, at: datetime | None = None
) -> bool:
    """The problem is solved, says customer or agent. The customer is told, unless an answer just did (`tell`).

    Raises `ChangedMeanwhile` when the ticket moved on since the agent's page (`seen`).
    """
    ticket, now = locked(ticket), moment(at)
    if seen and isinstance(by, Agent):
        stop_if_changed(ticket, seen, by)
    stop_if_held(ticket, by)
    if ticket.status == Status.CLOSED and isinstance(by, Agent):
        raise Finished(ticket)  # a customer's thanks that come late are welcome, and change nothing
    if not ticket.is_unsolved:
        return False
    before = ticket.status
    change(ticket, status=Status.SOLVED, solved_at=now, waiting_since=None, last_activity_at=now)
    record(ticket, Event.Kind.SOLVED, by=by, at=now, old=before)
    if tell and isinstance(by, Agent):
        mail_out.tell_solved(ticket, at=now)
    return True


@transaction.atomic
def reopen(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> bool:
    """A solved ticket is a problem still. It goes back to its handler and, said by the customer, into the queue.

    Raises `GoesOn` when the customer has reported it anew, `Finished` when it is closed.
    """
    by_customer = isinstance(by, Customer)
    if by_customer:
        hold_order(ticket.order_id)
    ticket, now = locked(ticket), moment(at)
    elsewhere = goes_on_in(ticket, at=now) if by_customer and not ticket.is_unsolved else None
    if elsewhere:
        raise GoesOn(elsewhere)
    if ticket.status == Status.CLOSED:
        raise Finished(ticket)
    stop_if_held(ticket, by)
    if ticket.status != Status.SOLVED:
        return False
    waiting_since = None if isinstance(by, Agent) else now
    change(ticket, status=Status.OPEN, solved_at=None, waiting_since=waiting_since, last_activity_at=now)
    record(ticket, Event.Kind.REOPENED, by=by, at=now)
    return True


@transaction.atomic
def close(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> bool:
    """End a solved ticket for good: an answer from now on opens a new, linked one."""
    ticket = locked(ticket)
    stop_if_held(ticket, by)
    if ticket.is_unsolved:
        raise Refused(_("The ticket is not solved. Only a solved one is closed."))
    if ticket.status == Status.CLOSED:
        return False
    change(ticket, status=Status.CLOSED)
    record(ticket, Event.Kind.CLOSED, by=by, at=moment(at))
    return True


def close_long_solved(*, now: datetime, at_most: int = 1000) -> int:
    """Close what has been solved for REOPEN_DAYS. Returns how many; several workers may do it at once."""
    old = Ticket.objects.filter(
        status=Status.SOLVED, solved_at__lte=now - timedelta(days=settings.REOPEN_DAYS)
    ).order_by("solved_at")[:at_most]
    closed = 0
    for ticket in old:
        with suppress(Refused):  # reopened since we listed it
            closed += close(ticket, by=None, at=now)
    return closed
