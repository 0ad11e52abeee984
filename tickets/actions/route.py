from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tickets.actions._ticket import change, locked, moment
from tickets.events import record
from tickets.models import Agent, Event, Team, Ticket


@transaction.atomic(savepoint=False)
def route(
    ticket: Ticket,
    *,
    agent: Agent | None,
    team: Team | None,
    why: str,
    trail: Sequence[Mapping[str, Any]] = (),
    at: datetime | None = None,
    is_new: bool = False,
) -> bool:
    """The system names who is responsible for a ticket that nobody has in work. `why` names the step that decided,
    `trail` each step that was looked at; with a trail it is recorded also that nobody was found. `is_new`: the caller's
    transaction made the ticket, so nobody else can have it."""
    if not is_new:
        ticket = locked(ticket)
    if ticket.assignee_id or ((agent, team) == (None, ticket.team) and not trail):
        return False
    if (agent, team) != (None, ticket.team):
        change(ticket, assignee=agent, team=team)
    record(
        ticket,
        Event.Kind.ROUTED,
        by=None,
        at=moment(at),
        to_agent=agent.pk if agent else None,
        to_team=team.pk if team else None,
        to_name=agent.name if agent else team.name if team else "",
        why=why,
        trail=list(trail),
    )
    return True


@transaction.atomic(savepoint=False)
def set_due(ticket: Ticket, *, due_at: datetime | None) -> bool:
    """When the next promise is due. Derived from the promises, which keep their own history: no event."""
    changed = Ticket.objects.filter(pk=ticket.pk).exclude(due_at=due_at).update(due_at=due_at)
    ticket.due_at = due_at
    return bool(changed)
