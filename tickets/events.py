"""The one writer of `Event`, and the signal by which this floor speaks to the one above it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.dispatch import Signal

from customers.models import Customer
from tickets.models import Agent, Event, Ticket

Actor = Agent | Customer | None
"""Who does something: an agent, a customer, or None for the system itself."""

event_recorded = Signal()
"""Sent inside the transaction of the change with `event` and `ticket`. Receivers touch only the database."""


def record(ticket: Ticket, kind: Event.Kind, *, by: Actor, at: datetime, **data: Any) -> Event:
    """Write what happened. `data` is JSON: old and new values by id or plain text, never translated sentences."""
    event = Event.objects.create(
        ticket=ticket,
        kind=kind,
        agent=by if isinstance(by, Agent) else None,
        customer=by if isinstance(by, Customer) else None,
        at=at,
        data=data,
    )
    event_recorded.send(sender=Event, event=event, ticket=ticket)
    return event


def taken_back(events: Iterable[tuple[str, Mapping[str, Any]]]) -> set[int]:
    """Ids of those that count as never happened, by kind and data of the events of a ticket: what an answer recorded
    that was taken back before it left."""
    return {pk for kind, data in events if kind == Event.Kind.REPLY_UNDONE for pk in data.get("undone", ())}
