"""Plain makers of SLA types and their calendars."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from sla.models import Calendar, EscalationStep, OpeningHours, Promise, SlaRule, SlaType, SpecialHours
from tickets.models import Agent, ProblemType, Ticket


def make_calendar(
    name: str = "Nine to five",
    *,
    days: Iterable[int] = range(5),
    opens: time = time(9),
    closes: time = time(17),
    **fields: Any,
) -> Calendar:
    calendar = Calendar.objects.create(name=name, **fields)
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=calendar, weekday=day, opens=opens, closes=closes) for day in days
    )
    return calendar


def make_special_hours(
    calendar: Calendar, on: date, opens: time | None = None, closes: time | None = None, name: str = ""
) -> SpecialHours:
    """A day off, or one span of an extra opening."""
    return SpecialHours.objects.create(calendar=calendar, on=on, opens=opens, closes=closes, name=name)


def make_sla_type(
    name: str = "Codes",
    *,
    calendar: Calendar | None = None,
    problem_type: ProblemType | None = None,
    warned: Iterable[Agent] = (),
    **fields: Any,
) -> SlaType:
    """Two working hours to the first answer, eight to the solution; the rule of `problem_type` if given. When one is
    due its handler and those of `warned` get a mail."""
    values = {"first_answer_minutes": 120, "solution_minutes": 480} | fields
    sla_type = SlaType.objects.create(
        name=name, calendar=calendar or make_calendar(f"Hours of {name}"), **values
    )
    for kind in (Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION):
        make_step(sla_type, kind).agents.set(warned)
    if problem_type:
        SlaRule.objects.create(problem_type=problem_type, sla_type=sla_type)
    return sla_type


def make_step(
    sla_type: SlaType, kind: Promise.Kind = Promise.Kind.FIRST_ANSWER, **fields: Any
) -> EscalationStep:
    """By mail only, when it is due, unless `fields` say otherwise."""
    values = {"by_notice": False} | fields
    return EscalationStep.objects.create(sla_type=sla_type, promise_kind=kind, **values)


def promise_of(ticket: Ticket, kind: Promise.Kind = Promise.Kind.FIRST_ANSWER) -> Promise:
    """The newest promise of this kind."""
    return ticket.promises.filter(kind=kind).latest("started_at", "pk")
