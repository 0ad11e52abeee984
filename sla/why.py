"""The questions that an SLA must be able to answer: why this deadline, why this agent. Facts as JSON, out of the
ticket's history and nothing else; `sla.why_in_words` makes sentences of them."""

from collections.abc import Container, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from customers.time_zones import zone_or
from sla.derive import Derived
from sla.models import Escalation, Promise, SlaTerms
from sla.models.rule import STEPS
from sla.promises import derived_of
from sla.terms import WORKING
from tickets.events import taken_back
from tickets.models import Event, Ticket

DAYS_AT_MOST = 31
"""Days whose hours are told one by one; a longer time is told by its first ones."""

ROUTED_BY = (Event.Kind.ROUTED, Event.Kind.CLAIMED, Event.Kind.RELEASED, Event.Kind.HANDED_OVER)

Facts = dict[str, Any]


def why(ticket: Ticket) -> Facts:
    """Why the deadlines of this ticket are what they are, and why it is whose it is. Times are ISO 8601 in UTC, days
    and hours those of the calendar's time zone. A fixed number of queries."""
    kinds = (Event.Kind.SLA_APPLIED, Event.Kind.REPLY_UNDONE, *ROUTED_BY)
    events = list(ticket.events.filter(kind__in=kinds).select_related("agent").order_by("pk"))
    never = taken_back((event.kind, event.data) for event in events)
    events = [event for event in events if event.pk not in never]
    applied = [event for event in events if event.kind == Event.Kind.SLA_APPLIED]
    named = SlaTerms.objects.filter(pk__in=[event.data["terms"] for event in applied])
    hours = dict(named.values_list("pk", "data__hours"))
    rows = list(ticket.promises.order_by("pk").prefetch_related("escalations__step"))
    derived = derived_of([ticket.pk])[ticket.pk]
    return {
        "ticket": ticket.number,
        "sla_types": [_applied(event) for event in applied],
        "promises": [
            _promise(row, one, hours[one.terms_id]) for row, one in zip(rows, derived, strict=False)
        ],
        "agent": [_step_of_agent(event) for event in events if event.kind in ROUTED_BY],
    }


def _applied(event: Event) -> Facts:
    won = event.data.get("why")
    passed = STEPS[: STEPS.index(won)] if won in STEPS else STEPS
    return {
        "at": _iso(event.at),
        "sla_type": event.data.get("name"),
        "rule": won,
        "passed_over": list(passed),
    }


def _promise(row: Promise, promise: Derived, hours: Facts) -> Facts:
    return {
        "kind": promise.kind,
        "sla_type": promise.sla_type_id,
        "minutes": promise.amount.minutes,
        "clock": promise.amount.clock,
        "time_zone": hours["tz"],
        "started_at": _iso(promise.started_at),
        "due_at": _iso(promise.due_at),
        "paused_since": _iso(promise.paused_since),
        "met_at": _iso(promise.met_at),
        "broken_at": _iso(promise.broken_at),
        "pauses": [
            {"from": _iso(begin), "to": _iso(end), "status": status} for begin, end, status in promise.pauses
        ],
        "days": list(_days(promise, zone_or(hours["tz"], "UTC"), hours["exceptions"])),
        "warnings": [_warning(one) for one in row.escalations.all()],
    }


def _days(promise: Derived, zone: ZoneInfo, special: Container[str]) -> Iterator[Facts]:
    """What each day gave: minutes that counted, the opening hours, and whether they are not those of the week."""
    hours = promise.terms.hours
    if promise.amount.clock != WORKING or hours is None:
        return
    running = (
        [(promise.running_since, max(promise.due_at, promise.running_since))] if promise.running_since else []
    )
    # What went on after the due time does not say why it is then.
    stretches = [(start, min(stop, promise.due_at)) for start, stop in [*promise.ran, *running]]
    stretches = [(start, stop) for start, stop in stretches if start < stop]
    if not stretches:
        return
    day, last = stretches[0][0].astimezone(zone).date(), stretches[-1][1].astimezone(zone).date()
    for on in (day + timedelta(days=number) for number in range(min((last - day).days + 1, DAYS_AT_MOST))):
        begin, end = (_midnight(one, zone) for one in (on, on + timedelta(days=1)))
        counted = sum(
            (
                hours.between(max(start, begin), min(stop, end))
                for start, stop in stretches
                if start < end and stop > begin
            ),
            timedelta(),
        )
        spans = [[_clock(start), _clock(stop)] for start, stop in hours.spans_on(on)]
        yield {
            "date": on.isoformat(),
            "open": spans,
            "special": on.isoformat() in special,
            "minutes": round(counted / timedelta(minutes=1), 2),
        }


def _warning(escalation: Escalation) -> Facts:
    step = escalation.step
    return {
        "step": step.pk,
        "when": step.when,
        "amount": step.amount,
        "words": step.in_words(),
        "due_at": _iso(escalation.due_at),
        "state": escalation.state,
        "done_at": _iso(escalation.done_at),
    }


def _step_of_agent(event: Event) -> Facts:
    return {
        "at": _iso(event.at),
        "kind": event.kind,
        "by": event.agent.name if event.agent else None,
        "to": event.data.get("to_name"),
        "why": event.data.get("why"),
        "trail": event.data.get("trail", []),
        "for_promise": event.data.get("promise"),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone)


def _clock(time: timedelta) -> str:
    minutes = time // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
