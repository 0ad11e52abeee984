from datetime import datetime

from django.db import transaction

from tickets.actions._ticket import moment
from tickets.events import record
from tickets.models import Agent, Event, Ticket


@transaction.atomic
def reveal_code(ticket: Ticket, *, by: Agent, at: datetime | None = None) -> str:
    """The ticket's activation code in the clear, against an entry in the history for each look at it."""
    if ticket.code is None:
        raise ValueError("This ticket is not about a code.")
    record(ticket, Event.Kind.CODE_REVEALED, by=by, at=moment(at), code=ticket.code_id, tail=ticket.code.tail)
    return ticket.code.code
