from datetime import datetime

from django.db import transaction

from tickets.actions._ticket import change, locked, moment
from tickets.actions.refusals import Finished, NothingSaid
from tickets.events import record
from tickets.models import Agent, Event, Note, Team, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def hand_over(
    ticket: Ticket, *, by: Agent, to: Agent | Team, where_it_stands: str, at: datetime | None = None
) -> bool:
    """Give the ticket to an agent, or to a team, where it waits for whoever claims it. Also how one takes over from a
    colleague.

    The line `where_it_stands` becomes a note, so that the next handler reads on where this one stopped. False when it
    is there already.
    """
    ticket, now = locked(ticket), moment(at)
    if not where_it_stands.strip():
        raise NothingSaid
    if ticket.status == Status.CLOSED:
        raise Finished(ticket)
    agent, team = (to, ticket.team) if isinstance(to, Agent) else (None, to)
    if (ticket.assignee, ticket.team) == (agent, team):
        return False
    before = {"from_agent": ticket.assignee_id, "from_team": ticket.team_id}
    change(ticket, assignee=agent, team=team, last_activity_at=now)
    if ticket.status == Status.NEW and agent:
        change(ticket, status=Status.OPEN)
    Note.objects.create(
        ticket=ticket, kind=Note.Kind.HAND_OVER, agent=by, text=where_it_stands.strip(), created_at=now
    )
    record(
        ticket,
        Event.Kind.HANDED_OVER,
        by=by,
        at=now,
        **before,
        to_agent=agent.pk if agent else None,
        to_team=to.pk if isinstance(to, Team) else None,
        to_name=to.name,
    )
    return True
