from datetime import datetime

from django.db import transaction

from tickets.actions._ticket import change, locked, moment
from tickets.actions.refusals import Finished
from tickets.events import record
from tickets.models import Agent, Event, ProblemType, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def change_problem_type(
    ticket: Ticket, problem_type: ProblemType, *, by: Agent, at: datetime | None = None
) -> bool:
    """The customer chose one problem, it is another. What was given as evidence stays as it was asked."""
    ticket = locked(ticket)
    if ticket.status == Status.CLOSED:
        raise Finished(ticket)
    if ticket.problem_type_id == problem_type.pk:
        return False
    old = ticket.problem_type
    change(ticket, problem_type=problem_type)
    record(
        ticket,
        Event.Kind.TYPE_CHANGED,
        by=by,
        at=moment(at),
        old=old.pk,
        old_name=old.name,
        new=problem_type.pk,
        new_name=problem_type.name,
    )
    return True
