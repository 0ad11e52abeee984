"""What happens when a promise is near or broken, exactly once whoever runs it: broken ones are marked, the steps whose
moment has come are taken, and who is to be told is told, several things at once in one mail.

Three passes, each over rows that say what is due, each row claimed by a conditional UPDATE in a transaction of its
own. So any number may sweep at once and be killed: what one did not finish the next one finds. The cost follows what
is due, not how many promises are open.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import shuffle
from typing import Any
from uuid import uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Min, Model
from django.utils import timezone

from customers.secrets import lookup_digest
from sla.models import Escalation, EscalationStep, Promise, Warning
from sla.promises import mark_broken
from sla.routing import Search
from tickets.actions import pass_on, raise_priority
from tickets.channels import mail_out
from tickets.events import record
from tickets.models import Agent, Delivery, Event, Notice, Ticket

logger = logging.getLogger(__name__)

AT_ONCE = 5_000
"""Rows of a kind that a pass takes at most; the next one goes on."""

LATE_AFTER = timedelta(minutes=5)
"""A step that is taken so long after its moment is marked as late: nobody swept meanwhile."""


@dataclass(frozen=True)
class Swept:
    """What one pass did itself."""

    broken: int
    steps: int
    deliveries: int


def sweep(*, now: datetime) -> Swept:
    broken = sweep_broken(now=now)
    steps = _each(Escalation.objects.due(now), "promise__ticket", _take, now)
    return Swept(broken, steps, send_warnings(now=now))


def next_due(until: datetime) -> datetime | None:
    """The moment of what `sweep(now=until)` would find first."""
    moments = (
        Promise.objects.to_break(until).values_list("due_at", flat=True).first(),
        Escalation.objects.due(until).values_list("due_at", flat=True).first(),
        Warning.objects.filter(batch=None, send_after__lte=until).aggregate(first=Min("send_after"))["first"],
    )
    return min(filter(None, moments), default=None)


def sweep_broken(*, now: datetime) -> int:
    """Mark every promise that is past due. Returns how many this pass marked."""
    return _each(Promise.objects.to_break(now), "ticket", _break, now)


def _each(due: Any, ticket: str, do: Callable[[int, datetime], bool], now: datetime) -> int:
    """Ticket by ticket, and what is due for one in its order. The tickets come in any order, so that sweeps that run at
    once share them: going by time, they would all wait for the same row, one after the other."""
    of_ticket: dict[int, list[int]] = defaultdict(list)
    for pk, number in due.values_list("pk", ticket)[:AT_ONCE]:
        of_ticket[number].append(pk)
    tickets = list(of_ticket.values())
    shuffle(tickets)
    done = 0
    for pk in chain.from_iterable(tickets):
        try:
            done += do(pk, now)
        except SoftTimeLimitExceeded:
            raise  # the worker is told to end, not that this one failed
        except Exception:
            # One that cannot be done must not keep the others from it. It is tried again in the next pass.
            logger.exception("%s %s is due and could not be done", due.model.__name__, pk)
    return done


@transaction.atomic
def _break(pk: int, now: datetime) -> bool:
    # The ticket first, as verbs do it: the other way round two could wait for each other for ever. And without its
    # relations: PostgreSQL would give those as they were before the wait.
    ticket = Ticket.objects.select_for_update(of=("self",)).get(promises=pk)
    return mark_broken(Promise.objects.get(pk=pk), ticket, at=now)


@transaction.atomic
def _take(pk: int, now: datetime) -> bool:
    """Take one step: tell, raise, hand over, and keep in the history what was done. False when it was taken, moved
    or cancelled while we waited."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(promises__escalations=pk)
    if not Escalation.objects.due(now).filter(pk=pk).update(state=Escalation.State.DONE, done_at=now):
        return False
    escalation = Escalation.objects.select_related("promise", "step__sla_type").get(pk=pk)
    step, promise = escalation.step, escalation.promise
    # To whom it is handed over is told, too. Nothing is taken from anybody for what was kept meanwhile.
    search = Search(on=timezone.localdate(now))
    to = None if promise.met_at else step.hand_to_team or search.present(step.hand_to_agent, "step")
    people = _by_id({*whom(step, ticket), *([to] if isinstance(to, Agent) else [])})
    _tell(escalation, ticket, people, now)
    told_customer = step.to_customer and _tell_customer(ticket, promise, now)
    if not (people or step.address or step.url or told_customer):
        logger.warning("A promise for ticket %s escalates and there is nobody to tell", ticket)
    record(
        ticket,
        Event.Kind.WARNED,
        by=None,
        at=now,
        promise=promise.pk,
        promise_kind=promise.kind,
        step=step.pk,
        when=step.when,
        amount=step.amount,
        late=now - (escalation.due_at or now) > LATE_AFTER,
        agents=[agent.pk for agent in people],
        names=[*(agent.name for agent in people), *filter(None, [step.address])],
        customer=bool(told_customer),
        passed_over=search.trail,
    )
    why = {"promise": promise.pk, "step": step.pk}
    if step.raise_priority and not promise.met_at:
        raise_priority(ticket, why=why, at=now)
    if to:
        pass_on(ticket, to=to, why=why, at=now)
    return True


def whom(step: EscalationStep, ticket: Ticket) -> list[Agent]:
    """Whom a step tells in the desk and by mail, by id. A step that asks for people of the desk and finds none tells
    the ticket's team, or else the superusers: a warning must reach somebody. One that only tells others (an address,
    a service, the customer) does not look for more."""
    people: set[Agent] = set(step.agents.all())
    if step.to_assignee and ticket.holder:
        people.add(ticket.holder)
    if step.to_team and ticket.team:
        people.update(ticket.team.members.all())
    if step.to_lead and ticket.team and ticket.team.lead:
        people.add(ticket.team.lead)
    if step.to_responsible:
        people.update(_responsible(step))
    people = {agent for agent in people if agent.is_active}
    asked = step.to_assignee or step.to_team or step.to_lead or step.to_responsible or step.agents.exists()
    if people or not asked or not (step.by_mail or step.by_notice):
        return _by_id(people)
    if ticket.team:
        people = set(ticket.team.members.filter(is_active=True))
    return _by_id(people or Agent.objects.filter(is_superuser=True, is_active=True))


def _responsible(step: EscalationStep) -> Iterable[Agent]:
    if step.sla_type.responsible_agent:
        return [step.sla_type.responsible_agent]
    team = step.sla_type.responsible_team
    return team.members.all() if team else ()


def _by_id(people: Iterable[Agent]) -> list[Agent]:
    return sorted(people, key=lambda agent: agent.pk)


def _tell(escalation: Escalation, ticket: Ticket, people: list[Agent], now: datetime) -> None:
    step, promise = escalation.step, escalation.promise
    if step.by_notice:
        data = {"promise_kind": promise.kind, "due_at": promise.due_at.isoformat(), "when": step.when}
        Notice.objects.bulk_create(
            Notice(agent=agent, ticket=ticket, kind="warned", data=data, created_at=now) for agent in people
        )
    warnings: list[Model] = []
    if step.by_mail:
        warnings += [
            _warning(escalation, Warning.By.MAIL, agent.email, agent.quiet_ends(now), agent)
            for agent in people
        ]
        if step.address and step.address not in {agent.email for agent in people}:
            warnings.append(_warning(escalation, Warning.By.MAIL, step.address, now))
    if step.url:
        # One address may stand in several steps, and is told once of all of them. It is secret.
        to = lookup_digest("notification address", step.url)
        warnings.append(_warning(escalation, Warning.By.URL, to, now))
    Warning.objects.bulk_create(warnings)


def _warning(
    escalation: Escalation, by: Warning.By, to: str, send_after: datetime, agent: Agent | None = None
) -> Warning:
    return Warning(escalation=escalation, by=by, to=to, agent=agent, send_after=send_after)


def _tell_customer(ticket: Ticket, promise: Promise, now: datetime) -> Delivery | None:
    """Once for a promise, and only while it is of use: of what is kept or broken by now, or waits for the customer, the
    customer needs no such word."""
    if promise.met_at or promise.paused_since or promise.due_at <= now:
        return None
    told = {"data__promise": promise.pk, "data__customer": True}
    if ticket.events.filter(kind=Event.Kind.WARNED, **told).exists():
        return None
    return mail_out.tell_delay(ticket, promise=promise, at=now)


def send_warnings(*, now: datetime) -> int:
    """Queue the mails and notifications of all that waits to be told: one for each person, whatever it is about.
    Returns how many. Their delivery is the business of `tickets.channels.deliver`."""
    waiting = Warning.objects.filter(batch=None, send_after__lte=now).order_by()
    people = list(waiting.values_list("by", "to").distinct()[:AT_ONCE])
    shuffle(people)  # as tickets above
    sent = 0
    for by, to in people:
        try:
            sent += _send_together(by, to, now)
        except Exception:
            logger.exception("The warnings for %s could not be written", to)
    return sent


@transaction.atomic
def _send_together(by: str, to: str, now: datetime) -> bool:
    batch = uuid4()
    mine = Warning.objects.filter(batch=None, send_after__lte=now, by=by, to=to)
    if not mine.update(batch=batch):
        return False
    warnings = Warning.objects.filter(batch=batch).order_by("escalation__promise__due_at", "pk")
    related = (
        "agent",
        "escalation__step",
        "escalation__promise__sla_type",
        "escalation__promise__ticket__shop",
    )
    more = ("escalation__promise__ticket__customer", "escalation__promise__ticket__assignee")
    told = list(warnings.select_related(*related, *more, "escalation__promise__ticket__team"))
    url = told[0].escalation.step.url if by == Warning.By.URL else ""
    agent = told[0].agent
    if agent and not agent.is_active:
        return False  # left while the mail waited
    promises = {one.escalation.promise_id: one.escalation.promise for one in told}
    lines = [(promise.ticket, promise) for promise in promises.values()]
    delivery = mail_out.warn(to, agent=agent, lines=lines, url=url, at=now)
    Warning.objects.filter(batch=batch).update(delivery=delivery)
    return True
