"""Two clocks matter, that of the calendar and UTC. Where the server, the desk or the database are does not."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from customers.tests.factories import NOON
from sla.escalation import sweep
from sla.models import Escalation, EscalationStep, Promise
from sla.promises import differences
from sla.tests.factories import make_calendar, make_sla_type, make_special_hours, make_step
from tickets import actions
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(params=["Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"])
def elsewhere(request, settings) -> Iterator[None]:
    """Process and desk in another zone than the calendar."""
    before = os.environ.get("TZ")
    settings.TIME_ZONE = request.param
    os.environ["TZ"] = request.param
    time.tzset()
    timezone.get_default_timezone.cache_clear()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()
    timezone.get_default_timezone.cache_clear()


def lived() -> list[tuple]:
    """What became of a ticket to which everything happened, in UTC."""
    hours = make_calendar("Tallinn", time_zone="Europe/Tallinn")
    make_special_hours(hours, on=datetime(2026, 3, 12, tzinfo=UTC).date(), name="Inventory")
    codes = make_sla_type(problem_type=make_problem_type(), calendar=hours, next_answer_minutes=60)
    codes.steps.all().delete()
    make_step(codes, when=EscalationStep.When.PERCENT, amount=50)
    make_step(codes, Promise.Kind.SOLUTION, when=EscalationStep.When.BEFORE, amount=90)
    ticket, alice = make_ticket(), make_agent()
    sweep(now=NOON + HOUR)
    actions.reply(ticket, by=alice, text="Which?", then=Status.WAITING_CUSTOMER, at=NOON + 1.5 * HOUR)
    actions.receive(ticket, by=ticket.customer, text="This.", at=NOON + 3 * HOUR)
    sweep(now=NOON + 80 * HOUR)
    assert list(differences([ticket.pk])) == []
    return facts(ticket)


def facts(ticket: Ticket) -> list[tuple]:
    promises = ticket.promises.order_by("pk")
    columns = (
        "kind",
        "started_at",
        "due_at",
        "paused_since",
        "met_at",
        "broken_at",
        "started_in",
        "worked_seconds",
    )
    steps = Escalation.objects.filter(promise__ticket=ticket).order_by("pk")
    return [*promises.values_list(*columns), *steps.values_list("due_at", "state")]


FRIDAY = datetime(2026, 3, 13, 11, 30, tzinfo=UTC)
HERE = [
    ("first_answer", NOON, NOON + 2 * HOUR, None, NOON + 1.5 * HOUR, None, "hours", 5400),
    # At 11:30 in UTC it paused with six and a half hours left, at 13:00 it went on: two of them on the 11th, none
    # on the 12th.
    ("solution", NOON, FRIDAY, None, None, FRIDAY, "hours", None),
    ("next_answer", NOON + 3 * HOUR, NOON + 4 * HOUR, None, None, NOON + 4 * HOUR, "hours", None),
    (NOON + HOUR, "done"),
    (FRIDAY - 1.5 * HOUR, "done"),
]


def test_due_times_are_those_of_the_calendar() -> None:
    assert lived() == HERE


def test_the_database_speaks_utc_whatever_its_own_zone_is() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW timezone")
            assert cursor.fetchone() == ("UTC",)


def test_due_times_are_the_same_wherever_the_server_is(elsewhere: None) -> None:
    assert lived() == HERE
