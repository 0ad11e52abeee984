"""Ninety days at the desk: the conversations of helpdesk.demo.talk, led with the real verbs at the times of then.

All that happens is put in one order of time, so numbers, histories and promises are as they would have come to be.
"""

import heapq
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import F

from customers.models import Order
from helpdesk.demo.history.plan import stories_of
from helpdesk.demo.history.studio import Studio
from helpdesk.demo.problem_types import OPENING_HOURS, TALLINN
from sla.calendar import WorkingHours
from sla.escalation import next_due, sweep
from tickets import actions
from tickets.models import Delivery, DeliveryAttempt


def tell(orders: Sequence[Order], *, now: datetime, days: int) -> None:
    """Let it all happen up to `now`. What is planned for later today is left out, and changes nothing before."""
    studio, hours = Studio(), working_hours()
    today = now.astimezone(TALLINN).date()
    stories = stories_of(orders, today=today, days=days)
    agenda = [(story.opens_at, position, story) for position, story in enumerate(stories)]
    heapq.heapify(agenda)
    closing = datetime.combine(today, time(), TALLINN) - timedelta(days=days)
    while agenda and agenda[0][0] <= now:
        at, position, story = heapq.heappop(agenda)
        while closing <= at:
            actions.close_long_solved(now=closing)
            closing += timedelta(days=1)
        _break_promises(until=at)
        story.go_on(at, studio)
        if following := story.next_at(at, hours):
            heapq.heappush(agenda, (following, position, story))
    _break_promises(until=now)
    _send_all()


def working_hours() -> WorkingHours:
    week: dict[int, list[tuple[str, str]]] = {}
    for weekday, opens, closes in OPENING_HOURS:
        week.setdefault(weekday, []).append((opens, closes))
    return WorkingHours(tz=TALLINN.key, week=week)


def _break_promises(*, until: datetime) -> None:
    """What beat would have found meanwhile, at the moment when it would have."""
    while due_at := next_due(until):
        sweep(now=min(until, due_at + timedelta(seconds=20)))


def _send_all() -> None:
    """The mails of the past went out at the first try."""
    attempts = [
        DeliveryAttempt(
            delivery=delivery,
            number=1,
            worker="demo",
            started_at=delivery.created_at,
            finished_at=delivery.created_at + timedelta(seconds=2),
            outcome=DeliveryAttempt.Outcome.SENT,
        )
        for delivery in Delivery.objects.all()
    ]
    DeliveryAttempt.objects.bulk_create(attempts)
    Delivery.objects.update(
        state=Delivery.State.SENT, attempts_made=1, sent_at=F("created_at") + timedelta(seconds=2)
    )
