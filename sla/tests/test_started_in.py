"""When a promise began, by the opening hours of its calendar."""

from datetime import UTC, date, datetime, time

import pytest

from sla.calendar import WorkingHours
from sla.promises import differences, repair
from sla.terms import DAY_OFF, EVENING, HOURS, Terms
from sla.tests.factories import make_calendar, make_sla_type
from tickets.tests.factories import make_problem_type, make_ticket

DAY, NIGHT = [("09:00", "12:30"), ("13:00", "17:00")], [("22:00", "06:00")]
WEEK = {0: DAY, 1: DAY, 2: DAY, 3: DAY, 4: NIGHT}  # Friday's reaches into Saturday
EXCEPTIONS = {date(2026, 3, 12): [], date(2026, 3, 15): [("10:00", "14:00")]}
PLAN = Terms({}, WorkingHours("Europe/Tallinn", WEEK, EXCEPTIONS))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, UTC; Tallinn is two hours ahead. The 9th is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "part"),
    [
        (at(9, 7), HOURS),  # just as the desk opens
        (at(9, 6, 59), EVENING),
        (at(9, 10, 45), EVENING),  # lunch: outside the hours of a working day
        (at(9, 15), EVENING),  # just as it closes
        (at(9, 22, 30), EVENING),  # Tuesday already, at half past midnight
        (at(12, 10), DAY_OFF),  # a Thursday off
        (at(13, 10), EVENING),  # Friday before the night shift
        (at(14, 2), HOURS),  # Saturday, in the shift that began on Friday
        (at(14, 10), DAY_OFF),  # that shift does not make Saturday a working day
        (at(15, 9), HOURS),  # a Sunday with hours of its own
        (at(15, 13), EVENING),
        (at(15, 22), EVENING),  # by the zone's date it is Monday
    ],
)
def test_the_calendar_tells_hours_evenings_and_days_off_apart(started: datetime, part: str) -> None:
    assert PLAN.part_of_week(started) == part


def test_a_calendar_that_cannot_be_used_is_always_open() -> None:
    assert Terms({}, None).part_of_week(at(14, 10)) == HOURS


@pytest.mark.django_db
def test_each_promise_keeps_when_it_started_in_the_zone_of_its_calendar() -> None:
    tokyo = make_calendar("Tokyo", time_zone="Asia/Tokyo", opens=time(9), closes=time(17))
    make_sla_type(problem_type=make_problem_type(), calendar=tokyo)
    started = {at(9, 1): HOURS, at(9, 10): EVENING, at(13, 16): DAY_OFF}  # the last is Saturday there
    for moment, part in started.items():
        promises = make_ticket(at=moment).promises.all()
        assert {promise.started_in for promise in promises} == {part}


@pytest.mark.django_db
def test_a_row_that_says_another_part_of_the_week_is_found_and_repaired() -> None:
    make_sla_type(problem_type=make_problem_type())
    ticket = make_ticket(at=at(14, 10))
    ticket.promises.update(started_in=EVENING)
    found = list(differences([ticket.pk]))
    assert [one.stored for one in found] == [{"started_in": EVENING}] * 2
    assert [one.derived for one in found] == [{"started_in": DAY_OFF}] * 2
    repair(ticket.pk, now=at(14, 11))
    assert not list(differences([ticket.pk]))
