"""How promises hear of what happens to tickets. In the transaction of the change, so only the database."""

from typing import Any

from django.dispatch import receiver

from sla.promises import follow
from sla.routing import route_new
from tickets.events import event_recorded
from tickets.models import Event, Ticket


@receiver(event_recorded)
def route_and_promise(event: Event, ticket: Ticket, **kwargs: Any) -> None:
    if event.kind == Event.Kind.OPENED:
        route_new(ticket, at=event.at)
    follow(event, ticket)
