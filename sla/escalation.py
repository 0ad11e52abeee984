"""What happens when a promise is broken: it is marked, and somebody is warned, once."""

import logging
from datetime import datetime

from django.db import transaction

from sla.models import Promise
from sla.promises import mark_broken
from tickets.channels import mail_out
from tickets.events import record
from tickets.models import Agent, Event, Ticket

logger = logging.getLogger(__name__)

AT_ONCE = 5_000
"""Promises a pass takes at most; the next one goes on."""


def sweep_broken(*, now: datetime) -> int:
    """Mark every promise that is past due and warn of it. Returns how many this pass marked.

    Any number may run at once, and be killed: each promise is one transaction that marks, records and queues
    its warnings, or does none of it.
    """
    late = list(Promise.objects.to_break(now).values_list("pk", flat=True)[:AT_ONCE])
    marked = 0
    for pk in late:
        try:
            marked += _break(pk, now=now)
        except Exception:
            # One that cannot be marked must not keep the others from it. It is tried again in the next pass.
            logger.exception("Promise %s is broken and could not be marked", pk)
    return marked


@transaction.atomic
def _break(pk: int, *, now: datetime) -> bool:
    # The ticket first, as verbs do it: the other way round two could wait for each other for ever. Alone, because
    # PostgreSQL reads only the locked row anew after waiting: an assignee joined to it would be the one before.
    ticket = Ticket.objects.select_for_update(of=("self",)).get(promises=pk)
    # Looked at only now: it may have been met or moved while we waited.
    promise = Promise.objects.to_break(now).select_related("sla_type__calendar").filter(pk=pk).first()
    if promise is None or not mark_broken(promise, ticket, at=now):
        return False
    _warn(promise, ticket, at=now)
    return True


def _warn(promise: Promise, ticket: Ticket, *, at: datetime) -> None:
    agents = warned(promise, ticket)
    if not agents:
        logger.warning("A promise for ticket %s is broken and there is nobody to warn", ticket)
        return
    for agent in agents:
        mail_out.warn(agent, ticket, template="promise_broken", context={"promise": promise}, at=at)
    record(
        ticket,
        Event.Kind.WARNED,
        by=None,
        at=at,
        promise=promise.pk,
        promise_kind=promise.kind,
        agents=[agent.pk for agent in agents],
        names=[agent.name for agent in agents],
    )


def warned(promise: Promise, ticket: Ticket) -> list[Agent]:
    """The handler and those whom the SLA type names; without any, the ticket's team; else the admins."""
    people = set(promise.sla_type.warned_agents.filter(is_active=True))
    if ticket.holder:
        people.add(ticket.holder)
    if not people and ticket.team:
        people.update(ticket.team.members.filter(is_active=True))
    if not people:
        people.update(Agent.objects.filter(is_superuser=True, is_active=True))
    return sorted(people, key=lambda agent: agent.pk)
