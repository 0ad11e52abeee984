"""The questions that an SLA must be able to answer: why this deadline, why this agent. Facts as JSON, out of the
ticket's history and nothing else, and the same facts as plain sentences."""

from collections.abc import Container, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.derive import Derived
from sla.models import Escalation, Promise, SlaTerms
from sla.models.rule import STEPS
from sla.promises import derived_of
from sla.terms import WORKING
from tickets.models import Event, Ticket
from tickets.models.ticket import Status

DAYS_AT_MOST = 31
"""Days whose hours are told one by one; a longer time is told by its first ones."""

ROUTED_BY = (Event.Kind.ROUTED, Event.Kind.CLAIMED, Event.Kind.RELEASED, Event.Kind.HANDED_OVER)

Facts = dict[str, Any]


def why(ticket: Ticket) -> Facts:
    """Why the deadlines of this ticket are what they are, and why it is whose it is. Times are ISO 8601 in UTC, days
    and hours those of the calendar's time zone. A fixed number of queries."""
    events = list(
        ticket.events.filter(kind__in=(Event.Kind.SLA_APPLIED, *ROUTED_BY))
        .select_related("agent")
        .order_by("pk")
    )
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
        "days": list(_days(promise, ZoneInfo(hours["tz"]), hours["exceptions"])),
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
    stretches = [*promise.ran, *running]
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


# --- In words -----------------------------------------------------------------------------------------------


def deadline_in_words(facts: Facts) -> list[tuple[str, list[str]]]:
    """For each promise its name and sentences, in the reader's language; times in the calendar's zone."""
    return [(_kind(one["kind"]), list(_promise_in_words(one))) for one in facts["promises"]]


def sla_type_in_words(facts: Facts) -> list[str]:
    sentences = []
    for number, one in enumerate(facts["sla_types"]):
        values = {"name": one["sla_type"], "why": _rule(one["rule"])}
        first = (
            _("The SLA type “%(name)s” holds: %(why)s.")
            if number == 0
            else _("Later “%(name)s” came to hold: %(why)s.")
        )
        sentences.append(first % values)
        if one["passed_over"]:
            passed = ", ".join(_passed(step) for step in one["passed_over"])
            sentences.append(
                _("More specific rules were looked for and not found: %(passed)s.") % {"passed": passed}
            )
    return sentences


def agent_in_words(facts: Facts) -> list[str]:
    return [sentence for one in facts["agent"] for sentence in _agent(one)]


def _promise_in_words(one: Facts) -> Iterator[str]:
    zone = ZoneInfo(one["time_zone"])

    def at(moment: str | None) -> str:
        local = datetime.fromisoformat(moment or "").astimezone(zone)
        return f"{date_format(local, 'D j M')}, {local:%H:%M} ({local:%Z})"

    amount = _amount(one["minutes"])
    clock = _("in opening hours") if one["clock"] == WORKING else _("around the clock")
    values = {"amount": amount, "clock": clock, "start": at(one["started_at"]), "due": at(one["due_at"])}
    yield _("Promised within %(amount)s %(clock)s from %(start)s, so it is due on %(due)s.") % values
    yield from _days_in_words(one)
    for pause in one["pauses"]:
        yield _pause(pause, at)
    if one["paused_since"]:
        yield _("It stands still since %(at)s: it will be due later by as long.") % {
            "at": at(one["paused_since"])
        }
    if one["broken_at"]:
        yield _("It was not kept in time.")
    if one["met_at"]:
        yield _("It was met on %(at)s.") % {"at": at(one["met_at"])}
    for warning in one["warnings"]:
        yield _warning_in_words(warning, at)


def _days_in_words(one: Facts) -> Iterator[str]:
    counted = [day for day in one["days"] if day["minutes"]]
    if counted:
        parts = [
            _("%(minutes)s on %(day)s") % {"minutes": _amount(day["minutes"]), "day": _day(day["date"])}
            for day in counted
        ]
        yield _("Counted: %(parts)s.") % {"parts": ", ".join(parts)}
    closed = [_day(day["date"]) for day in one["days"] if not day["open"]]
    if closed:
        yield _("Closed, so not counted: %(days)s.") % {"days": ", ".join(closed)}
    special = [day for day in one["days"] if day["special"]]
    if special:
        yield _("Holidays and days with hours of their own: %(days)s.") % {
            "days": ", ".join(_day(day["date"]) for day in special)
        }


def _pause(pause: Facts, at: Any) -> str:
    status = Status(pause["status"]).label if pause["status"] in Status.values else pause["status"]
    values = {"from": at(pause["from"]), "to": at(pause["to"]) if pause["to"] else "", "status": status}
    if pause["to"]:
        return _("From %(from)s to %(to)s it stood still: %(status)s.") % values
    return _("Since %(from)s it stands still: %(status)s.") % values


def _warning_in_words(warning: Facts, at: Any) -> str:
    words = warning["words"]
    if warning["state"] == Escalation.State.DONE:
        return _("Warning %(when)s: given on %(at)s.") % {"when": words, "at": at(warning["done_at"])}
    if warning["state"] == Escalation.State.CANCELLED:
        return _("Warning %(when)s: not needed any more.") % {"when": words}
    if warning["due_at"]:
        return _("Warning %(when)s: to come on %(at)s.") % {"when": words, "at": at(warning["due_at"])}
    return _("Warning %(when)s: waits with the promise.") % {"when": words}


def _agent(one: Facts) -> Iterator[str]:
    who = one["by"] or _("The system")
    match one["kind"]:
        case Event.Kind.ROUTED:
            for step in one["trail"]:
                yield _trail(step)
            if not one["to"]:
                yield _("Nobody was found, so it waits for whoever takes it.")
        case Event.Kind.CLAIMED:
            yield _("%(who)s took it into work.") % {"who": who}
        case Event.Kind.RELEASED:
            yield _("%(who)s put it back.") % {"who": who}
        case Event.Kind.HANDED_OVER if one["for_promise"]:
            yield _("It was handed over to %(to)s, as a step of its SLA type says.") % {"to": one["to"]}
        case Event.Kind.HANDED_OVER:
            yield _("%(who)s handed it over to %(to)s.") % {"who": who, "to": one["to"]}


def _trail(step: Facts) -> str:
    places = {
        "sla_type": _("The SLA type"),
        "customer": _("Who looks after the customer"),
        "channel": _("Who looks after the channel"),
        "general": _("Who looks after all the rest"),
    }
    reasons = {
        "taken": _("%(name)s gets it"),
        "nobody_named": _("names nobody"),
        "left": _("%(name)s does not work here any more"),
        "absent": _("%(name)s is absent"),
        "nobody_present": _("of %(name)s nobody is present"),
    }
    reason = reasons.get(step.get("why", ""), "?") % {"name": step.get("name", "")}
    return f"{places.get(step.get('step', ''), '?')}: {reason}."


def _rule(step: str | None) -> str:
    return {
        "customer_problem_type": _("a rule for this customer and this problem"),
        "customer": _("a rule for this customer"),
        "customer_group_problem_type": _("a rule for the customer's group and this problem"),
        "customer_group": _("a rule for the customer's group"),
        "shop_problem_type": _("a rule for this shop and this problem"),
        "shop": _("a rule for this shop"),
        "problem_type": _("a rule for this problem"),
        "default": _("it is the default"),
    }.get(step or "", "?")


def _passed(step: str) -> str:
    return {
        "customer_problem_type": _("customer and problem"),
        "customer": _("customer"),
        "customer_group_problem_type": _("customer group and problem"),
        "customer_group": _("customer group"),
        "shop_problem_type": _("shop and problem"),
        "shop": _("shop"),
        "problem_type": _("problem"),
    }.get(step, step)


def _kind(kind: str) -> str:
    return str(Promise.Kind(kind).label)


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "D j M")


def _amount(minutes: float) -> str:
    """ "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(count)s h", "%(count)s h", int(hours)) % {"count": int(hours)}] if hours else []
    if rest or not hours:
        parts.append(_("%(count)s min") % {"count": f"{rest:g}"})
    return " ".join(parts)
