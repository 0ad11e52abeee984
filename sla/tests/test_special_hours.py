"""Dates that differ from the week: public holidays, own days off, extra openings."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sla.models import Calendar, SlaTerms, SpecialHours
from sla.public_holidays import countries, public_holidays
from sla.terms import read_hours
from sla.tests.factories import make_calendar, make_sla_type, make_special_hours, promise_of
from tickets.tests.factories import make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
GOOD_FRIDAY = date(2026, 4, 3)
BEFORE = datetime(2026, 4, 2, 12, tzinfo=UTC)  # Thursday, 15:00 in Tallinn, where the desk works 9-17


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(country="EE")


def closing(calendar: Calendar, hours: int, at: datetime = BEFORE) -> datetime:
    """By when so many hours have been worked."""
    return read_hours(calendar.hours_data(at)).add(at, hours * HOUR)


def exceptions(calendar: Calendar, at: datetime = BEFORE) -> dict:
    return calendar.hours_data(at)["exceptions"]


def test_a_public_holiday_is_a_day_off(calendar: Calendar) -> None:
    assert exceptions(calendar)["2026-04-03"] == []
    assert closing(calendar, 3) == datetime(2026, 4, 6, 7, tzinfo=UTC)


def test_without_a_country_holidays_are_days_like_others() -> None:
    assert make_calendar().hours_data(BEFORE)["exceptions"] == {}


def test_holidays_of_a_region_are_counted_only_there() -> None:
    epiphany = "2026-01-06"
    assert epiphany in exceptions(make_calendar("Munich", country="DE", subdivision="BY"))
    assert epiphany not in exceptions(make_calendar("Berlin", country="DE", subdivision="BE"))
    assert epiphany not in exceptions(make_calendar("Germany", country="DE"))


def test_holidays_are_known_from_last_year_to_the_second_year_ahead(calendar: Calendar) -> None:
    assert {on[:4] for on in exceptions(calendar)} == {"2025", "2026", "2027", "2028"}


def test_an_own_day_wins_over_a_public_holiday(calendar: Calendar) -> None:
    make_special_hours(calendar, GOOD_FRIDAY, time(10), time(12))
    assert closing(calendar, 3) == datetime(2026, 4, 3, 8, tzinfo=UTC)
    assert closing(calendar, 5) == datetime(2026, 4, 6, 7, tzinfo=UTC)


def test_an_own_day_off_wins_over_the_week(calendar: Calendar) -> None:
    make_special_hours(calendar, date(2026, 4, 6), name="Inventory")
    assert closing(calendar, 3) == datetime(2026, 4, 7, 7, tzinfo=UTC)


def test_an_extra_opening_on_sunday_may_have_several_spans(calendar: Calendar) -> None:
    easter = date(2026, 4, 5)
    make_special_hours(calendar, easter, time(14), time(16))
    make_special_hours(calendar, easter, time(10), time(11))
    assert exceptions(calendar)["2026-04-05"] == [("10:00", "11:00"), ("14:00", "16:00")]
    assert closing(calendar, 4) == datetime(2026, 4, 5, 12, tzinfo=UTC)


def test_hours_of_an_own_day_may_go_over_midnight_or_end_at_it(calendar: Calendar) -> None:
    saturday, sunday = date(2026, 4, 4), date(2026, 4, 5)
    make_special_hours(calendar, saturday, time(22), time(2))
    make_special_hours(calendar, sunday, time(22), time(0))
    assert closing(calendar, 5) == datetime(2026, 4, 4, 22, tzinfo=UTC)  # 1:00 on Sunday
    assert closing(calendar, 8) == datetime(2026, 4, 5, 21, tzinfo=UTC)


def test_only_own_days_within_reach_are_told(calendar: Calendar) -> None:
    for year in (2024, 2025, 2028, 2029):
        make_special_hours(calendar, date(year, 7, 1))
    told = exceptions(calendar)
    assert {on for on in told if on.endswith("-07-01")} == {"2025-07-01", "2028-07-01"}


def test_the_same_hours_give_the_same_terms_in_whatever_order_they_were_typed() -> None:
    sla_type = make_sla_type(calendar=make_calendar(country="EE"))
    first, second = date(2026, 5, 4), date(2026, 5, 5)
    rows = [(second, time(9), time(10)), (first, time(14), time(15)), (first, time(8), time(9))]
    for row in rows:
        make_special_hours(sla_type.calendar, *row)
    before = SlaTerms.objects.of(sla_type, sla_type.terms_data(BEFORE))
    sla_type.calendar.special_hours.all().delete()
    for row in reversed(rows):
        make_special_hours(sla_type.calendar, *row)
    assert SlaTerms.objects.of(sla_type, sla_type.terms_data(BEFORE + 30 * 24 * HOUR)) == before


def test_a_ticket_opened_before_a_holiday_is_due_after_it(calendar: Calendar) -> None:
    make_sla_type(problem_type=make_problem_type(), calendar=calendar)
    assert promise_of(make_ticket(at=BEFORE + HOUR)).due_at == datetime(2026, 4, 6, 7, tzinfo=UTC)


def test_what_was_promised_stays_when_an_own_day_is_added(calendar: Calendar) -> None:
    make_sla_type(problem_type=make_problem_type(), calendar=calendar)
    ticket = make_ticket(at=BEFORE + HOUR)
    make_special_hours(calendar, date(2026, 4, 6))
    assert promise_of(ticket).due_at == datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert promise_of(make_ticket(at=BEFORE + HOUR)).due_at == datetime(2026, 4, 7, 7, tzinfo=UTC)


@pytest.mark.parametrize("rows", [0, 20])
def test_hours_cost_two_queries_with_any_number_of_own_days(
    calendar: Calendar, rows: int, django_assert_num_queries
) -> None:
    for n in range(rows):
        make_special_hours(calendar, date(2026, 5, 1 + n))
    with django_assert_num_queries(2):
        calendar.hours_data(BEFORE)


@pytest.mark.parametrize("place", [("ZZ", ""), ("DE", "Atlantis")])
def test_a_place_that_the_library_does_not_know_any_more_has_no_holidays(place, caplog) -> None:
    public_holidays.cache_clear()  # it is told once
    calendar = make_calendar(country=place[0], subdivision=place[1])
    assert exceptions(calendar) == {}
    assert "No public holidays are known for" in caplog.text


@pytest.mark.parametrize(("place", "field"), [(("ZZ", "BY"), "country"), (("DE", "Atlantis"), "subdivision")])
def test_an_unknown_place_is_refused(place, field) -> None:
    with pytest.raises(ValidationError) as error:
        Calendar(name="Shop", country=place[0], subdivision=place[1]).full_clean()
    assert list(error.value.message_dict) == [field]


def test_every_country_has_a_name_() -> None:
    names = dict(countries())
    assert len(names) > 200
    assert all(name and name != code for code, name in names.items())


def test_names_come_in_the_language_asked_for_or_in_english() -> None:
    assert public_holidays("EE", "", 2026, "et")[GOOD_FRIDAY] == "suur reede"
    assert public_holidays("EE", "", 2026, "sk")[GOOD_FRIDAY] == "Good Friday"


@pytest.mark.parametrize(
    "rows",
    [
        [(time(9), None)],
        [(None, time(9))],
        [(None, None), (None, None)],
        [(time(9), time(10)), (time(9), time(11))],
    ],
)
def test_the_database_refuses_what_means_nothing(calendar: Calendar, rows) -> None:
    special = [
        SpecialHours(calendar=calendar, on=GOOD_FRIDAY, opens=opens, closes=closes) for opens, closes in rows
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialHours.objects.bulk_create(special)
