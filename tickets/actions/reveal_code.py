from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.actions._ticket import moment
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Event, Ticket


@transaction.atomic
def reveal_code(ticket: Ticket, *, by: Agent, at: datetime | None = None) -> str:
    """The ticket's activation code in the clear, against an entry in the history for each look at it.

    Raises `Refused` where the problem type wants to know who asks, and nobody knows it yet.
    """
    if ticket.code is None:
        raise ValueError("This ticket is not about a code.")
    if ticket.problem_type.needs_verified and not ticket.verified:
        raise Refused(
            _("Nothing proves yet who asks. Send a one-time code first; then the code can be shown.")
        )
    record(ticket, Event.Kind.CODE_REVEALED, by=by, at=moment(at), code=ticket.code_id, tail=ticket.code.tail)
    return ticket.code.code
