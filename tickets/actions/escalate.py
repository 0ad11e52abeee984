from datetime import datetime
from typing import Any

from django.db import transaction

from tickets.actions._ticket import change, locked, moment
from tickets.events import record
from tickets.models import Agent, Event, Team, Ticket
from tickets.models.ticket import Priority, Status


@transaction.atomic
def raise_priority(ticket: Ticket, *, why: dict[str, Any], at: datetime | None = None) -> bool:
    """One step up, said by the system; False for what is urgent or solved already. `why` goes into the event."""
    ticket = locked(ticket)
    if not ticket.is_unsolved or ticket.priority >= Priority.URGENT:
        return False
    before = ticket.priority
    change(ticket, priority=before + 1)
    record(ticket, Event.Kind.PRIORITY_RAISED, by=None, at=moment(at), old=before, new=ticket.priority, **why)
    return True


@transaction.atomic
def pass_on(ticket: Ticket, *, to: Agent | Team, why: dict[str, Any], at: datetime | None = None) -> bool:
    """The system gives the ticket to an agent, or back into the queue of a team, because a promise is near or broken.
    False when it is there already, or solved. `why` goes into the event."""
    ticket = locked(ticket)
    agent, team = (to, ticket.team) if isinstance(to, Agent) else (None, to)
    if not ticket.is_unsolved or (ticket.assignee, ticket.team) == (agent, team):
        return False
    before = {"from_agent": ticket.assignee_id, "from_team": ticket.team_id}
    change(ticket, assignee=agent, team=team)
    if ticket.status == Status.NEW and agent:
        change(ticket, status=Status.OPEN)
    whom = {
        "to_agent": agent.pk if agent else None,
        "to_team": to.pk if isinstance(to, Team) else None,
        "to_name": to.name,
    }
    record(ticket, Event.Kind.HANDED_OVER, by=None, at=moment(at), **before, **whom, **why)
    return True
