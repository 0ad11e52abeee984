"""The facts of `sla.why` as plain sentences in the reader's language; times in the zone of the calendar."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.time_zones import zone_or
from sla.models import Escalation, Promise
from sla.terms import WORKING
from sla.why import Facts
from tickets.models import Event
from tickets.models.ticket import Status


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
    zone = zone_or(one["time_zone"], "UTC")

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
    if one["broken_at"]:
        yield _("It was not kept in time.")
    if one["met_at"]:
        yield _("It was met on %(at)s.") % {"at": at(one["met_at"])}
    for warning in one["warnings"]:
        yield _warning_in_words(warning, at)


def _days_in_words(one: Facts) -> Iterator[str]:
    counted = [day for day in one["days"] if round(day["minutes"])]
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
    return _("Since %(from)s it stands still, and will be due later by as long: %(status)s.") % values


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
    hours, rest = divmod(round(minutes), 60)
    parts = [ngettext("%(count)s h", "%(count)s h", hours) % {"count": hours}] if hours else []
    if rest or not hours:
        parts.append(_("%(count)s min") % {"count": rest})
    return " ".join(parts)
