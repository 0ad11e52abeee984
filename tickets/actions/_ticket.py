"""What every verb needs: the ticket locked and fresh, the time, and whether the agent may."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from customers.models import Order
from tickets.actions.refusals import HeldBy
from tickets.events import Actor
from tickets.models import Agent, Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, held until the transaction ends. On SQLite the transaction itself holds everything.

    `no_key`: rows that only refer to it need not wait. PostgreSQL asks for what a row refers to when one transaction
    changes it twice, and two could then wait for each other.
    """
    return Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)


def hold_order(order_id: int | None) -> None:
    """What customers do with one order waits for each other here, so that no two of them open a ticket for one code.
    Always before a ticket is locked: the other way round two could wait for each other for ever."""
    Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()


def moment(at: datetime | None) -> datetime:
    """`now` is read at the door; only doors that have no other business leave it to us."""
    return at or timezone.now()


def stop_if_held(ticket: Ticket, by: Actor) -> None:
    """Raises `HeldBy`: an agent decides nothing about what a colleague has in work. Customers and the system may."""
    if isinstance(by, Agent) and ticket.holder not in (None, by):
        raise HeldBy(ticket.holder)


def change(ticket: Ticket, **values: Any) -> None:
    """Set and save just these columns."""
    for name, value in values.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(values))
