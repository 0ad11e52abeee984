"""A calendar in the admin: its week, public holidays, own days, and the next 14 days drawn before saving."""

from datetime import date, datetime, time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from customers.tests.factories import NOON
from sla.models import Calendar, OpeningHours, SpecialHours
from sla.public_holidays import public_holidays
from sla.tests.factories import make_calendar, make_special_hours
from tickets.tests.factories import make_agent

pytestmark = pytest.mark.django_db

ADD = "/admin/sla/calendar/add/"
PREVIEW = {"_preview": "Show the next 14 days"}
NINE_TO_FIVE = (0, "09:00", "17:00")
# NOON is Wednesday, 11 March 2026; Good Friday of that year is 3 April.


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


OwnDay = tuple[str, str, str, str]


def week_data(*spans: tuple[int, str, str], zone: str = "Europe/Tallinn", own: list[OwnDay] = ()) -> dict:
    data = {"name": "Shop hours", "time_zone": zone}
    week = [dict(zip(("weekday", "opens", "closes"), span, strict=True)) for span in spans]
    special = [dict(zip(("on", "opens", "closes", "name"), day, strict=True)) for day in own]
    for prefix, rows in (("opening_hours", week), ("special_hours", special)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        data |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return data


def test_a_calendar_is_made_with_its_week(staff):
    data = week_data(
        (0, "09:00", "12:30"), (0, "13:00", "18:00"), (4, "22:00", "02:00"), (5, "02:00", "00:00")
    )
    assert staff.post(ADD, data).status_code == 302
    assert OpeningHours.objects.filter(calendar__name="Shop hours").count() == 4


@pytest.mark.parametrize(
    "spans",
    [
        [(0, "09:00", "12:00"), (0, "11:59", "18:00")],
        [(0, "09:00", "18:00"), (0, "10:00", "11:00")],
        [(4, "22:00", "02:00"), (5, "01:00", "03:00")],
        [(6, "20:00", "01:00"), (0, "00:30", "02:00")],
        [(0, "00:30", "02:00"), (6, "20:00", "01:00")],
        [(2, "09:00", "09:00"), (3, "08:00", "09:00")],
    ],
)
def test_hours_that_overlap_are_refused(staff, spans):
    page = staff.post(ADD, week_data(*spans)).content.decode()
    assert "This overlaps with other hours of the week." in page
    assert not Calendar.objects.filter(name="Shop hours").exists()


@pytest.mark.parametrize(
    "spans",
    [
        [(0, "09:00", "12:00"), (0, "12:00", "18:00")],
        [(n, "00:00", "00:00") for n in range(7)],
        [(6, "20:00", "01:00"), (0, "01:00", "02:00")],
        [(2, "09:00", "09:00"), (3, "09:00", "10:00")],
    ],
)
def test_hours_that_only_touch_are_fine(staff, spans):
    assert staff.post(ADD, week_data(*spans)).status_code == 302


def test_a_calendar_that_never_opens_is_refused(staff):
    page = staff.post(ADD, week_data()).content.decode()
    assert "a desk that never opens can promise nothing" in page


def test_a_time_zone_that_does_not_exist_is_refused(staff):
    page = staff.post(ADD, week_data((0, "09:00", "17:00"), zone="Mars/Base")).content.decode()
    assert "There is no time zone" in page


def test_the_last_hours_of_a_calendar_are_not_removed(staff):
    calendar = make_calendar(days=[0], opens=time(9), closes=time(17))
    hours = calendar.opening_hours.get()
    data = week_data((0, "09:00", "17:00")) | {
        "opening_hours-INITIAL_FORMS": 1,
        "opening_hours-0-id": hours.pk,
    }
    data |= {"opening_hours-0-calendar": calendar.pk, "opening_hours-0-DELETE": "on", "name": calendar.name}
    page = staff.post(f"/admin/sla/calendar/{calendar.pk}/change/", data).content.decode()
    assert "a desk that never opens can promise nothing" in page
    assert calendar.opening_hours.exists()


def saved_data(calendar: Calendar, **fields: str) -> dict:
    """What the browser posts when nothing was changed but `fields`."""
    data = {"name": calendar.name, "time_zone": calendar.time_zone}
    data |= {"country": calendar.country, "subdivision": calendar.subdivision}
    week = [
        {"id": row.pk, "weekday": row.weekday, "opens": row.opens, "closes": row.closes}
        for row in calendar.opening_hours.all()
    ]
    special = [
        {"id": row.pk, "on": row.on, "opens": row.opens or "", "closes": row.closes or "", "name": row.name}
        for row in calendar.special_hours.all()
    ]
    for prefix, rows in (("opening_hours", week), ("special_hours", special)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for n, row in enumerate(rows):
            row["calendar"] = calendar.pk
            data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data | fields


def change(calendar: Calendar) -> str:
    return f"/admin/sla/calendar/{calendar.pk}/change/"


def errors_of(response) -> dict:
    """Of the form and of each own day, by field."""
    form = response.context["adminform"].form.errors
    own = response.context["inline_admin_formsets"][1].formset.errors
    return {**form, **{f"{n}-{name}": told for n, row in enumerate(own) for name, told in row.items()}}


def test_a_calendar_is_made_with_holidays_and_own_days(staff):
    own = [
        ("2026-03-20", "", "", "Inventory"),
        ("2026-03-22", "10:00", "12:00", "Christmas market"),
        ("2026-03-22", "13:00", "00:00", "Christmas market"),
        ("2026-03-28", "20:00", "02:00", ""),
    ]
    data = week_data(NINE_TO_FIVE, own=own) | {"country": "DE", "subdivision": "bayern"}
    assert staff.post(ADD, data).status_code == 302
    calendar = Calendar.objects.get(name="Shop hours")
    assert (calendar.country, calendar.subdivision) == ("DE", "BY")
    assert [str(day) for day in calendar.special_hours.all()] == [
        "2026-03-20 closed Inventory",
        "2026-03-22 10:00–12:00 Christmas market",
        "2026-03-22 13:00–00:00 Christmas market",
        "2026-03-28 20:00–02:00",
    ]


def test_countries_are_chosen_by_name(staff):
    page = staff.get(ADD).content.decode()
    assert '<option value="EE">Estonia</option>' in page
    assert '<option value="XK">Kosovo</option>' in page


def test_an_unknown_country_is_told_at_its_field(staff):
    response = staff.post(ADD, week_data(NINE_TO_FIVE) | {"country": "ZZ"})
    assert errors_of(response) == {"country": ["No public holidays are known for 'ZZ'. Please choose one."]}


@pytest.mark.parametrize(
    ("country", "subdivision", "told"),
    [
        ("DE", "Atlantis", "No region 'Atlantis' is known in Germany, but these are: BB (Brandenburg)"),
        ("EE", "Harju", "Estonia has no regions with holidays of their own. Please leave it empty."),
        ("", "BY", "Please choose the country, too."),
    ],
)
def test_an_unknown_region_is_told_at_its_field_with_those_that_are_known(staff, country, subdivision, told):
    response = staff.post(ADD, week_data(NINE_TO_FIVE) | {"country": country, "subdivision": subdivision})
    assert list(errors_of(response)) == ["subdivision"]
    assert told in errors_of(response)["subdivision"][0]
    assert not Calendar.objects.filter(name="Shop hours").exists()


@pytest.mark.parametrize(
    ("own", "field", "told"),
    [
        ([("2026-03-20", "10:00", "", "")], "0-closes", "both times, or neither"),
        ([("2026-03-20", "", "10:00", "")], "0-opens", "both times, or neither"),
        (
            [("2026-03-20", "", "", ""), ("2026-03-20", "10:00", "12:00", "")],
            "0-on",
            "Another row has hours for this date.",
        ),
        ([("2026-03-20", "", "", ""), ("2026-03-20", "", "", "")], "1-on", "is a day off already"),
        (
            [("2026-03-20", "10:00", "12:00", ""), ("2026-03-20", "11:00", "13:00", "")],
            "1-opens",
            "This overlaps",
        ),
        (
            [("2026-03-20", "20:00", "02:00", ""), ("2026-03-21", "01:00", "03:00", "")],
            "1-opens",
            "This overlaps",
        ),
    ],
)
def test_own_days_that_contradict_are_told_at_the_row(staff, own, field, told):
    response = staff.post(ADD, week_data(NINE_TO_FIVE, own=own))
    assert list(errors_of(response)) == [field]
    assert told in errors_of(response)[field][0]
    assert not SpecialHours.objects.exists()


# The next 14 days


def drawn(response) -> dict[date, tuple[list[str], str, str, str]]:
    """Each date with its spans, total, own day and holiday."""
    return {
        day.on: ([str(span) for span in day.spans], day.total, day.own, day.holiday)
        for day in response.context["next_days"]
    }


@time_machine.travel(NOON, tick=False)
def test_the_next_14_days_are_drawn_as_typed_and_nothing_is_saved(staff):
    own = [("2026-03-15", "10:00", "14:00", "Spring market"), ("2026-03-23", "", "", "")]
    data = week_data(NINE_TO_FIVE, (0, "18:00", "02:00"), own=own)
    with CaptureQueriesContext(connection) as captured:
        response = staff.post(ADD, data | {"country": "EE"} | PREVIEW)
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not Calendar.objects.filter(name="Shop hours").exists()

    days = drawn(response)
    assert list(days) == [date(2026, 3, day) for day in range(11, 25)]
    assert days[date(2026, 3, 11)] == ([], "0 min", "", "")
    assert days[date(2026, 3, 15)] == (["10:00–14:00"], "4 h", "Spring market", "")
    assert days[date(2026, 3, 16)] == (["09:00–17:00", "18:00–24:00"], "14 h", "", "")
    assert days[date(2026, 3, 17)] == (["00:00–02:00"], "2 h", "", "")
    assert days[date(2026, 3, 23)] == ([], "0 min", "day off", "")
    page = response.content.decode()
    assert "Sun 15 Mar" in page
    assert '<rect x="41.667%" width="16.667%"' in page
    assert 'value="Spring market"' in page
    assert "errornote" not in page


@time_machine.travel(datetime(2026, 3, 30, 12), tick=False)
def test_a_holiday_is_drawn_closed_with_its_name(staff):
    calendar = make_calendar(country="EE")
    assert drawn(staff.get(change(calendar)))[date(2026, 4, 3)] == ([], "0 min", "", "Good Friday")


def test_holidays_have_their_names_in_the_language_of_the_reader():
    with translation.override("et"):
        assert public_holidays("EE", "", 2026, translation.get_language())[date(2026, 4, 3)] == "suur reede"


@time_machine.travel(datetime(2026, 3, 28, 12), tick=False)
def test_the_total_of_a_day_counts_the_hour_that_spring_skips(staff):
    calendar = make_calendar(days=range(7), opens=time(0), closes=time(0))
    days = drawn(staff.get(change(calendar)))
    assert days[date(2026, 3, 29)] == (["00:00–24:00"], "23 h", "", "")


@time_machine.travel(NOON, tick=False)
def test_a_change_page_shows_them_at_first_sight_and_reading_writes_nothing(staff):
    calendar = make_calendar()
    make_special_hours(calendar, date(2026, 3, 12), name="Inventory")
    with CaptureQueriesContext(connection) as captured:
        response = staff.get(change(calendar))
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert drawn(response)[date(2026, 3, 11)] == (["09:00–17:00"], "8 h", "", "")
    assert drawn(response)[date(2026, 3, 12)] == ([], "0 min", "Inventory", "")


@time_machine.travel(NOON, tick=False)
def test_on_a_change_page_typed_values_are_drawn_in_place_of_saved_ones(staff):
    calendar = make_calendar(days=[3, 4])
    make_special_hours(calendar, date(2026, 3, 16), time(10), time(12))
    data = saved_data(calendar, **{"opening_hours-0-closes": "12:00", "opening_hours-1-DELETE": "on"})
    data |= {"special_hours-0-on": "2026-03-17", "name": "Renamed"}
    days = drawn(staff.post(change(calendar), data | PREVIEW))
    assert days[date(2026, 3, 12)][0] == ["09:00–12:00"]
    assert days[date(2026, 3, 13)][0] == days[date(2026, 3, 16)][0] == []
    assert days[date(2026, 3, 17)][0] == ["10:00–12:00"]
    calendar.refresh_from_db()
    assert calendar.name == "Nine to five"
    assert calendar.opening_hours.filter(closes=time(17)).count() == 2
    assert calendar.special_hours.get().on == date(2026, 3, 16)
    assert staff.post(change(calendar), data).status_code == 302
    assert calendar.special_hours.get().on == date(2026, 3, 17)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("button", [PREVIEW, {}], ids=["drawing", "saving"])
def test_an_invalid_form_keeps_what_was_typed_and_draws_the_rest(staff, button):
    own = [("2026-03-17", "10:00", "", "Half a row"), ("2026-03-18", "", "", "Whole row")]
    data = week_data(NINE_TO_FIVE, own=own) | {"country": "EE", "name": ""}
    response = staff.post(ADD, data | button)
    page = response.content.decode()
    assert 'value="Half a row"' in page
    assert '<option value="EE" selected>' in page
    assert "What is not complete yet or has a mistake is left out." in page
    days = drawn(response)
    assert days[date(2026, 3, 16)][0] == ["09:00–17:00"]
    assert days[date(2026, 3, 17)][2] == ""
    assert days[date(2026, 3, 18)][2] == "Whole row"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc"])
def test_nothing_is_drawn_in_a_time_zone_that_does_not_exist(staff, zone):
    typed = staff.post(ADD, week_data(NINE_TO_FIVE, zone=zone) | PREVIEW)
    saved = staff.get(change(make_calendar(time_zone=zone)))
    for response in (typed, saved):
        assert drawn(response) == {}
        assert "They can be drawn when the time zone exists." in response.content.decode()


def test_what_is_drawn_can_be_read_without_seeing_the_bars(staff):
    page = staff.get(change(make_calendar(days=range(7)))).content.decode()
    assert page.count('<rect x="37.500%"') == page.count("<span>09:00–17:00</span>") == 14
