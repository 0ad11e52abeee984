"""Promises in templates: `{% load sla_promises %}`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from customers.models import Customer, Order
from customers.time_zones import zone_or
from sla.choosing import decide
from sla.models import Promise
from sla.promises import first_answer_due
from tickets.models import ProblemType, Ticket

register = template.Library()

ANSWERS = (Promise.Kind.FIRST_ANSWER, Promise.Kind.NEXT_ANSWER)


@register.simple_tag
def promise_preview(problem_type: ProblemType, order: Order) -> datetime | None:
    """By when a ticket about this problem with this order would get its first answer, were it opened now; in the
    zone of the customer, or of its calendar while that is not known. Four queries."""
    decision = decide(problem_type, customer=order.customer, shop=order.shop)
    if decision is None:
        return None
    first_answer = first_answer_due(decision.sla_type, timezone.now())
    return first_answer.astimezone(_zone_for(order.customer.time_zone, decision.sla_type.calendar.time_zone))


@register.simple_tag
def promises_of(ticket: Ticket) -> list[Promise]:
    """All promises of a ticket in order, `due_at` in the zone of their calendar. One query."""
    promises = list(ticket.promises.select_related("sla_type__calendar"))
    for promise in promises:
        promise.due_at = promise.due_at.astimezone(_zone(promise.sla_type.calendar.time_zone))
    return promises


@register.simple_tag(takes_context=True)
def answer_promised(context: Mapping[str, Any], ticket: Ticket) -> datetime | None:
    """By when the next answer is promised, the first or a later one; in the zone of the customer, or of its calendar
    while that is not known; None when no answer is owed. One query, once where the context has a dictionary `found` for
    it: the three parts of a mail all tell it."""
    found = context.get("found", {})
    if "answer_promised" not in found:
        found["answer_promised"] = answers_promised([ticket]).get(ticket.pk)
    return found["answer_promised"]


@register.simple_tag
def answers_promised(tickets: Iterable[Ticket]) -> dict[int, datetime]:
    """By ticket id, as `answer_promised`. One query."""
    owed = Promise.objects.open().filter(ticket__in=tickets, kind__in=ANSWERS, paused_since=None)
    rows = owed.values_list(
        "ticket", "due_at", "ticket__customer__time_zone", "sla_type__calendar__time_zone"
    )
    return {pk: due_at.astimezone(_zone_for(*zones)) for pk, due_at, *zones in rows}


@register.filter
def for_customer(at: datetime, customer: Customer) -> datetime:
    """In the customer's time zone, or the desk's while that is not known."""
    return at.astimezone(zone_or(customer.time_zone, timezone.get_default_timezone_name()))


@register.filter
def promised_for(promised: dict[int, datetime], ticket: Ticket) -> datetime | None:
    """Of what `answers_promised` found, that for one ticket."""
    return promised.get(ticket.pk)


@register.filter
def kindly(at: datetime | None) -> str:
    """A due time as one says it: "today by 14:30", "Monday by 10:00", "Mon 23 Nov by 10:00"."""
    if at is None:
        return ""
    at, zone_name = _local(at)
    today = timezone.now().astimezone(at.tzinfo).date()
    days = (at.date() - today).days
    values = {"time": f"{at:%H:%M}{zone_name}"}
    if days == 0:
        return _("today by %(time)s") % values
    if days == 1:
        return _("tomorrow by %(time)s") % values
    if days == -1:
        return _("yesterday by %(time)s") % values
    if 1 < days < 7:
        day = format_date(at, "l")
    else:
        day = format_date(at, "D j M" if at.year == today.year else "D j M Y")
    return _("%(day)s by %(time)s") % {"day": day, **values}


@register.filter
def in_full(at: datetime | None) -> str:
    """A due time for a mail, read on any day and anywhere: "Monday, 23 November 2026, 10:00 (EET)"."""
    if at is None:
        return ""
    local = _local(at)[0]
    return f"{format_date(local, 'l, j F Y')}, {local:%H:%M} ({local:%Z})"


def _local(at: datetime) -> tuple[datetime, str]:
    """In the zone of the calendar, named when it is not the desk's; in the desk's when it has none."""
    own = timezone.get_default_timezone()
    if not isinstance(at.tzinfo, ZoneInfo) or at.tzinfo.key == str(own):
        return at.astimezone(own), ""
    return at, f" {at:%Z}"


def _zone_for(customer: str, calendar: str) -> ZoneInfo:
    """By the names of their zones."""
    return zone_or(customer, _zone(calendar).key)


def _zone(name: str) -> ZoneInfo:
    return zone_or(name, timezone.get_default_timezone_name())
