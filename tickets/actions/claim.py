from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.actions._ticket import change, locked, moment, stop_if_held
from tickets.actions.refusals import Finished, HeldBy, Refused
from tickets.events import record
from tickets.models import Agent, Event, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def claim(ticket: Ticket, *, by: Agent, at: datetime | None = None) -> bool:
    """Take the ticket into work, also from an agent who left. Of any number at once exactly one wins; the others get
    `HeldBy`.

    True when it changed hands, False when `by` had it already. The conditional UPDATE decides, not the page that
    was read before it, and is the same on every database.
    """
    won = Ticket.objects.unsolved().unassigned().filter(pk=ticket.pk).update(assignee=by)
    ticket.refresh_from_db()
    if not won:
        if ticket.assignee_id == by.pk:
            return False
        if ticket.status == Status.SOLVED:
            raise Refused(_("The ticket is solved. Reopen it first."))
        if ticket.holder is None:
            raise Finished(ticket)
        raise HeldBy(ticket.holder)
    if ticket.status == Status.NEW:
        change(ticket, status=Status.OPEN)
    record(ticket, Event.Kind.CLAIMED, by=by, at=moment(at))
    return True


@transaction.atomic
def release(ticket: Ticket, *, by: Agent, at: datetime | None = None) -> bool:
    """Put the ticket back so that anybody can claim it. Only its handler can; False when nobody has it."""
    ticket = locked(ticket)
    if ticket.assignee is None:
        return False
    stop_if_held(ticket, by)
    change(ticket, assignee=None)
    record(ticket, Event.Kind.RELEASED, by=by, at=moment(at))
    return True
