"""How promises hear of what happens to tickets. In the transaction of the change, so only the database."""

from typing import Any

from django.dispatch import receiver

from sla.promises import apply_sla, follow
from sla.routing import route_new
from tickets.events import event_recorded
from tickets.models import Event, Ticket


@receiver(event_recorded)
def route_and_promise(event: Event, ticket: Ticket, **kwargs: Any) -> None:
    match event.kind:
        case Event.Kind.OPENED:
            decision = apply_sla(ticket, at=event.at, is_new=True)
            route_new(ticket, decision.sla_type, at=event.at)
        case Event.Kind.TYPE_CHANGED | Event.Kind.ORDER_LINKED:
            apply_sla(ticket, at=event.at)
        case _:
            follow(event, ticket)
