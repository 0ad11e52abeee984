from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import NoOpeningHours, WorkingHours

pytestmark = pytest.mark.standalone

OFFICE_DAY = [("09:00", "12:30"), ("13:00", "17:00")]
ALL_DAY = [("00:00", "24:00")]

# Monday 2026-10-19 to Friday 23, seven and a half hours a day; clocks change on 2026-03-29 and 2026-10-25.
OFFICE = WorkingHours(
    tz="Europe/Tallinn",
    week=dict.fromkeys(range(5), OFFICE_DAY),
    exceptions={date(2026, 12, 24): [], date(2026, 12, 25): [], date(2026, 12, 5): [("10:00", "14:00")]},
)
ALWAYS = WorkingHours(tz="Europe/Tallinn", week=dict.fromkeys(range(7), ALL_DAY))
NIGHTS = WorkingHours(
    tz="Europe/Tallinn",
    week={weekday: [("22:00", "06:00")] for weekday in range(7)},
    exceptions={date(2026, 10, 21): [], date(2026, 10, 23): [("20:00", "21:00")]},
)
SUNDAY_NIGHT = WorkingHours(tz="Europe/Tallinn", week={6: [("02:00", "05:00")]})
SKIPPED_HOUR = WorkingHours(tz="Europe/Tallinn", week={6: [("03:15", "03:45")]})
OVERLAPPING = WorkingHours(
    tz="Europe/Tallinn",
    week={
        0: [("12:00", "15:00"), ("09:00", "13:00"), ("10:00", "11:00"), ("20:00", "10:00")],
        1: [("09:00", "12:00")],
    },
)
ROUND_MIDNIGHT = WorkingHours(tz="Europe/Tallinn", week={0: [("09:00", "09:00")], 3: [("12:00", "00:00")]})
ONE_DAY_ONLY = WorkingHours(
    tz="Europe/Tallinn",
    week={},
    exceptions={date(2026, 10, 20): OFFICE_DAY, date(2027, 6, 1): [("23:00", "01:00")]},
)
ONE_NIGHT_ONLY = WorkingHours(
    tz="Europe/Tallinn", week={}, exceptions={date(2026, 10, 24): [("22:00", "06:00")]}
)
NEVER = WorkingHours(tz="Europe/Tallinn", week={})
NEW_YORK = WorkingHours(tz="America/New_York", week={weekday: [("09:00", "17:00")] for weekday in range(5)})
LORD_HOWE = WorkingHours(tz="Australia/Lord_Howe", week={6: [("01:00", "03:00")]})
KATHMANDU = WorkingHours(tz="Asia/Kathmandu", week={weekday: [("10:00", "16:00")] for weekday in range(7)})
RECIFE = WorkingHours(tz="America/Recife", week={weekday: [("09:00", "17:00")] for weekday in range(7)})
SAO_PAULO = WorkingHours(tz="America/Sao_Paulo", week={5: [("22:00", "24:00")], 6: [("00:00", "02:00")]})
APIA = WorkingHours(
    tz="Pacific/Apia",
    week={weekday: [("09:00", "17:00")] for weekday in range(7)},
    exceptions={date(2011, 12, 30): [("08:00", "20:00")]},
)

# calendar, from, working time, the earliest moment by which it has passed
ADDED = [
    # within a day, and over its break
    (OFFICE, "2026-10-19 09:00+03:00", "0:30", "2026-10-19 09:30+03:00"),
    (OFFICE, "2026-10-19 09:00:30+03:00", "0:30", "2026-10-19 09:30:30+03:00"),
    (OFFICE, "2026-10-19 12:00+03:00", "0:29", "2026-10-19 12:29+03:00"),
    (OFFICE, "2026-10-19 12:00+03:00", "0:30", "2026-10-19 12:30+03:00"),
    (OFFICE, "2026-10-19 12:00+03:00", "0:31", "2026-10-19 13:01+03:00"),
    (OFFICE, "2026-10-19 12:30+03:00", "1:00", "2026-10-19 14:00+03:00"),
    (OFFICE, "2026-10-19 12:45+03:00", "1:00", "2026-10-19 14:00+03:00"),
    (OFFICE, "2026-10-19 09:00+03:00", "7:30", "2026-10-19 17:00+03:00"),
    (OFFICE, "2026-10-19 09:00+03:00", "7:31", "2026-10-20 09:01+03:00"),
    # a start in a closed time
    (OFFICE, "2026-10-19 00:00+03:00", "1:00", "2026-10-19 10:00+03:00"),
    (OFFICE, "2026-10-19 17:00+03:00", "1:00", "2026-10-20 10:00+03:00"),
    (OFFICE, "2026-10-19 23:59:59+03:00", "0:01", "2026-10-20 09:01+03:00"),
    (OFFICE, "2026-10-24 11:00+03:00", "2:00", "2026-10-26 11:00+02:00"),
    # nothing at all
    (OFFICE, "2026-10-19 10:00+03:00", "0:00", "2026-10-19 10:00+03:00"),
    (OFFICE, "2026-10-24 11:00+03:00", "0:00", "2026-10-24 11:00+03:00"),
    (NEVER, "2026-10-19 10:00+03:00", "0:00", "2026-10-19 10:00+03:00"),
    # over nights, weekends and weeks
    (OFFICE, "2026-10-19 16:00+03:00", "2:00", "2026-10-20 10:00+03:00"),
    (OFFICE, "2026-10-16 16:00+03:00", "2:00", "2026-10-19 10:00+03:00"),
    (OFFICE, "2026-10-12 09:00+03:00", "37:30", "2026-10-16 17:00+03:00"),
    (OFFICE, "2026-10-12 09:00+03:00", "37:31", "2026-10-19 09:01+03:00"),
    (OFFICE, "2026-10-12 09:00+03:00", "76:00", "2026-10-26 10:00+02:00"),
    # days off, an extra opening
    (OFFICE, "2026-12-23 16:00+02:00", "2:00", "2026-12-28 10:00+02:00"),
    (OFFICE, "2026-12-24 10:00+02:00", "0:10", "2026-12-28 09:10+02:00"),
    (OFFICE, "2026-12-04 16:30+02:00", "1:00", "2026-12-05 10:30+02:00"),
    (OFFICE, "2026-12-04 16:00+02:00", "5:00", "2026-12-05 14:00+02:00"),
    (OFFICE, "2026-12-04 16:00+02:00", "5:01", "2026-12-07 09:01+02:00"),
    # year ends and leap days
    (OFFICE, "2026-12-31 16:00+02:00", "2:00", "2027-01-01 10:00+02:00"),
    (OFFICE, "2028-02-28 16:00+02:00", "2:00", "2028-02-29 10:00+02:00"),
    (OFFICE, "2028-02-29 16:00+02:00", "2:00", "2028-03-01 10:00+02:00"),
    (OFFICE, "2027-02-26 16:00+02:00", "2:00", "2027-03-01 10:00+02:00"),
    (ALWAYS, "2028-02-28 12:00+02:00", "48:00", "2028-03-01 12:00+02:00"),
    (ALWAYS, "2027-12-31 12:00+02:00", "24:00", "2028-01-01 12:00+02:00"),
    (ALWAYS, "2028-01-01 00:00+02:00", f"{366 * 24}:00", "2029-01-01 00:00+02:00"),
    # a year and more
    (OFFICE, "2029-01-01 09:00+02:00", f"{52 * 75 // 2}:00", "2029-12-28 17:00+02:00"),
    (OFFICE, "2029-01-01 09:00+02:00", f"{52 * 75 // 2}:01", "2029-12-31 09:01+02:00"),
    (ALWAYS, "2026-01-01 00:00+02:00", f"{20 * 365 * 24 + 5 * 24}:00", "2046-01-01 00:00+02:00"),
    # spring skips 03:00 to 04:00
    (OFFICE, "2026-03-27 16:00+02:00", "2:00", "2026-03-30 10:00+03:00"),
    (ALWAYS, "2026-03-29 02:30+02:00", "1:00", "2026-03-29 04:30+03:00"),
    (ALWAYS, "2026-03-28 12:00+02:00", "24:00", "2026-03-29 13:00+03:00"),
    (SUNDAY_NIGHT, "2026-03-29 02:00+02:00", "1:00", "2026-03-29 03:00+02:00"),
    (SUNDAY_NIGHT, "2026-03-29 02:00+02:00", "1:30", "2026-03-29 04:30+03:00"),
    (SUNDAY_NIGHT, "2026-03-29 02:00+02:00", "2:00", "2026-03-29 05:00+03:00"),
    (SUNDAY_NIGHT, "2026-03-29 02:00+02:00", "2:01", "2026-04-05 02:01+03:00"),
    (SKIPPED_HOUR, "2026-03-28 12:00+02:00", "0:10", "2026-04-05 03:25+03:00"),
    (NIGHTS, "2026-03-28 22:00+02:00", "7:00", "2026-03-29 06:00+03:00"),
    (NIGHTS, "2026-03-28 22:00+02:00", "7:30", "2026-03-29 22:30+03:00"),
    # autumn repeats 03:00 to 04:00
    (OFFICE, "2026-10-23 16:00+03:00", "2:00", "2026-10-26 10:00+02:00"),
    (ALWAYS, "2026-10-25 03:30+03:00", "1:00", "2026-10-25 03:30+02:00"),
    (ALWAYS, "2026-10-24 12:00+03:00", "24:00", "2026-10-25 11:00+02:00"),
    (SUNDAY_NIGHT, "2026-10-25 02:00+03:00", "3:00", "2026-10-25 04:00+02:00"),
    (SUNDAY_NIGHT, "2026-10-25 02:00+03:00", "4:00", "2026-10-25 05:00+02:00"),
    (SKIPPED_HOUR, "2026-10-25 03:00+03:00", "0:30", "2026-10-25 03:45+03:00"),
    (SKIPPED_HOUR, "2026-10-25 03:00+03:00", "0:31", "2026-10-25 03:16+02:00"),
    (SKIPPED_HOUR, "2026-10-25 03:00+03:00", "1:00", "2026-10-25 03:45+02:00"),
    (NIGHTS, "2026-10-24 22:00+03:00", "9:00", "2026-10-25 06:00+02:00"),
    # spans over midnight: they belong to the date on which they start
    (NIGHTS, "2026-10-19 12:00+03:00", "3:00", "2026-10-20 01:00+03:00"),
    (NIGHTS, "2026-10-20 23:00+03:00", "7:00", "2026-10-21 06:00+03:00"),
    (NIGHTS, "2026-10-20 23:00+03:00", "7:01", "2026-10-22 22:01+03:00"),
    (NIGHTS, "2026-10-23 05:00+03:00", "1:30", "2026-10-23 20:30+03:00"),
    (NIGHTS, "2026-10-23 20:30+03:00", "0:31", "2026-10-24 22:01+03:00"),
    (ROUND_MIDNIGHT, "2026-10-19 09:00+03:00", "24:00", "2026-10-20 09:00+03:00"),
    (ROUND_MIDNIGHT, "2026-10-19 09:00+03:00", "24:01", "2026-10-22 12:01+03:00"),
    (ROUND_MIDNIGHT, "2026-10-22 20:00+03:00", "4:00", "2026-10-23 00:00+03:00"),
    # overlaps count once: Monday 09:00 to 15:00 and 20:00 to Tuesday 12:00
    (OVERLAPPING, "2026-10-19 09:00+03:00", "6:00", "2026-10-19 15:00+03:00"),
    (OVERLAPPING, "2026-10-19 09:00+03:00", "7:00", "2026-10-19 21:00+03:00"),
    (OVERLAPPING, "2026-10-19 20:00+03:00", "16:00", "2026-10-20 12:00+03:00"),
    # a calendar that opens on single dates only
    (ONE_DAY_ONLY, "2026-01-01 00:00+02:00", "7:30", "2026-10-20 17:00+03:00"),
    (ONE_DAY_ONLY, "2026-10-20 16:00+03:00", "2:00", "2027-06-02 00:00+03:00"),
    (ONE_DAY_ONLY, "2026-10-20 16:00+03:00", "3:00", "2027-06-02 01:00+03:00"),
    (ONE_NIGHT_ONLY, "2026-10-24 12:00+03:00", "9:00", "2026-10-25 06:00+02:00"),
    # other zones; the start may be given in any
    (NEW_YORK, "2026-03-06 16:00-05:00", "2:00", "2026-03-09 10:00-04:00"),
    (NEW_YORK, "2026-10-30 16:00-04:00", "2:00", "2026-11-02 10:00-05:00"),
    (NEW_YORK, "2026-10-19 16:30+03:00", "1:00", "2026-10-19 10:30-04:00"),
    (KATHMANDU, "2026-10-19 15:30+05:45", "1:00", "2026-10-20 10:30+05:45"),
    (LORD_HOWE, "2026-10-04 01:00+10:30", "1:30", "2026-10-04 03:00+11:00"),
    (LORD_HOWE, "2026-04-05 01:00+11:00", "2:30", "2026-04-05 03:00+10:30"),
    (SAO_PAULO, "2018-11-03 22:00-03:00", "3:00", "2018-11-04 02:00-02:00"),
    (SAO_PAULO, "2018-02-17 22:00-02:00", "3:00", "2018-02-17 24:00-03:00"),
    (SAO_PAULO, "2018-02-17 22:00-02:00", "5:00", "2018-02-18 02:00-03:00"),
    # Recife kept summer time for one week of 2000
    (RECIFE, "2000-10-07 16:00-03:00", "2:00", "2000-10-08 10:00-02:00"),
    (RECIFE, "2000-10-14 16:00-02:00", "2:00", "2000-10-15 10:00-03:00"),
    # Samoa had no 30 December 2011, so its long day never came
    (APIA, "2011-12-29 16:00-10:00", "2:00", "2011-12-31 10:00+14:00"),
]

# calendar, from, to, working time between them, where it is not already the other side of a row above
BETWEEN = [
    (OFFICE, "2026-10-19 08:00+03:00", "2026-10-19 20:00+03:00", "7:30"),
    (OFFICE, "2026-10-19 12:30+03:00", "2026-10-19 13:00+03:00", "0:00"),
    (OFFICE, "2026-10-24 00:00+03:00", "2026-10-26 09:00+02:00", "0:00"),
    (OFFICE, "2026-10-19 10:00+03:00", "2026-10-19 10:00+03:00", "0:00"),
    (OFFICE, "2026-10-19 11:00+03:00", "2026-10-19 11:00:01+03:00", "0:00:01"),
    (OFFICE, "2026-12-21 00:00+02:00", "2026-12-28 00:00+02:00", "22:30"),
    (OFFICE, "2026-11-30 00:00+02:00", "2026-12-07 00:00+02:00", "41:30"),
    (OFFICE, "2029-01-01 00:00+02:00", "2030-01-01 00:00+02:00", f"{261 * 15 // 2}:30"),
    (ALWAYS, "2026-03-29 00:00+02:00", "2026-03-30 00:00+03:00", "23:00"),
    (ALWAYS, "2026-10-25 00:00+03:00", "2026-10-26 00:00+02:00", "25:00"),
    (ALWAYS, "2026-03-29 02:59:59+02:00", "2026-03-29 04:00:01+03:00", "0:00:02"),
    (SUNDAY_NIGHT, "2026-10-25 03:30+03:00", "2026-10-25 03:30+02:00", "1:00"),
    (SKIPPED_HOUR, "2026-03-29 00:00+02:00", "2026-03-30 00:00+03:00", "0:00"),
    (SKIPPED_HOUR, "2026-10-25 00:00+03:00", "2026-10-26 00:00+02:00", "1:00"),
    (NIGHTS, "2026-10-21 00:00+03:00", "2026-10-22 00:00+03:00", "6:00"),
    (NIGHTS, "2026-10-22 00:00+03:00", "2026-10-23 00:00+03:00", "2:00"),
    (NIGHTS, "2026-10-24 00:00+03:00", "2026-10-25 00:00+03:00", "2:00"),
    (OVERLAPPING, "2026-10-19 00:00+03:00", "2026-10-26 00:00+02:00", "22:00"),
    (ONE_DAY_ONLY, "2000-01-01 00:00+02:00", "2100-01-01 00:00+02:00", "9:30"),
    (NEVER, "2000-01-01 00:00+02:00", "2100-01-01 00:00+02:00", "0:00"),
    (APIA, "2011-12-29 00:00-10:00", "2012-01-01 00:00+14:00", "16:00"),
    (SAO_PAULO, "2018-02-17 00:00-02:00", "2018-02-19 00:00-03:00", "5:00"),
    (SAO_PAULO, "2018-11-03 00:00-03:00", "2018-11-05 00:00-02:00", "3:00"),
]

# calendar, moment, the next moment that is open
OPENINGS = [
    (OFFICE, "2026-10-19 10:00+03:00", "2026-10-19 10:00+03:00"),
    (OFFICE, "2026-10-19 09:00+03:00", "2026-10-19 09:00+03:00"),
    (OFFICE, "2026-10-19 08:59:59+03:00", "2026-10-19 09:00+03:00"),
    (OFFICE, "2026-10-19 12:30+03:00", "2026-10-19 13:00+03:00"),
    (OFFICE, "2026-10-19 17:00+03:00", "2026-10-20 09:00+03:00"),
    (OFFICE, "2026-10-23 17:00+03:00", "2026-10-26 09:00+02:00"),
    (OFFICE, "2026-12-23 17:00+02:00", "2026-12-28 09:00+02:00"),
    (OFFICE, "2026-12-04 17:00+02:00", "2026-12-05 10:00+02:00"),
    (ALWAYS, "2026-03-29 02:59:59+02:00", "2026-03-29 02:59:59+02:00"),
    (SKIPPED_HOUR, "2026-03-28 12:00+02:00", "2026-04-05 03:15+03:00"),
    (SKIPPED_HOUR, "2026-10-25 03:45+03:00", "2026-10-25 03:15+02:00"),
    (NIGHTS, "2026-10-21 06:00+03:00", "2026-10-22 22:00+03:00"),
    (ONE_DAY_ONLY, "2026-10-20 17:00+03:00", "2027-06-01 23:00+03:00"),
    (APIA, "2011-12-29 17:00-10:00", "2011-12-31 09:00+14:00"),
]

# calendar, moment, open or not
STATES = [
    (OFFICE, "2026-10-19 08:59:59+03:00", False),
    (OFFICE, "2026-10-19 09:00+03:00", True),
    (OFFICE, "2026-10-19 12:29:59+03:00", True),
    (OFFICE, "2026-10-19 12:30+03:00", False),
    (OFFICE, "2026-10-19 07:00+00:00", True),
    (OFFICE, "2026-10-24 10:00+03:00", False),
    (OFFICE, "2026-12-24 10:00+02:00", False),
    (OFFICE, "2026-12-05 10:00+02:00", True),
    (NIGHTS, "2026-10-21 05:59+03:00", True),
    (NIGHTS, "2026-10-22 05:59+03:00", False),
    (NIGHTS, "2026-10-23 23:00+03:00", False),
    (SKIPPED_HOUR, "2026-03-29 03:30+02:00", False),
    (SKIPPED_HOUR, "2026-10-25 03:30+03:00", True),
    (SKIPPED_HOUR, "2026-10-25 03:30+02:00", True),
    (ROUND_MIDNIGHT, "2026-10-22 23:59+03:00", True),
    (ROUND_MIDNIGHT, "2026-10-23 00:00+03:00", False),
    (NEVER, "2026-10-19 10:00+03:00", False),
]


def moment(text: str) -> datetime:
    """An ISO moment with its offset; the clock may show 24:00, as opening hours do."""
    if " 24:00" in text:
        return datetime.fromisoformat(text.replace(" 24:00", " 00:00")) + timedelta(days=1)
    return datetime.fromisoformat(text)


def amount(text: str) -> timedelta:
    hours, minutes, *seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


@pytest.mark.parametrize(("hours", "start", "worked", "end"), ADDED)
def test_working_time_ends_at_the_earliest_moment_by_which_it_has_passed(
    hours: WorkingHours, start: str, worked: str, end: str
) -> None:
    ended = hours.add(moment(start), amount(worked))

    assert ended == moment(end)
    assert ended.tzinfo is UTC
    assert hours.between(moment(start), ended) == amount(worked)


@pytest.mark.parametrize(("hours", "start", "end", "worked"), BETWEEN)
def test_working_time_between_two_moments_is_what_the_open_clock_ran(
    hours: WorkingHours, start: str, end: str, worked: str
) -> None:
    assert hours.between(moment(start), moment(end)) == amount(worked)
    assert hours.between(moment(end), moment(start)) == -amount(worked)


@pytest.mark.parametrize(("hours", "at", "opening"), OPENINGS)
def test_the_next_opening_is_the_first_open_moment(hours: WorkingHours, at: str, opening: str) -> None:
    opened = hours.next_opening(moment(at))

    assert opened == moment(opening)
    assert opened.tzinfo is UTC
    assert hours.is_open(opened)


@pytest.mark.parametrize(("hours", "at", "expected"), STATES)
def test_it_is_open_from_the_start_of_a_span_until_before_its_end(
    hours: WorkingHours, at: str, expected: bool
) -> None:
    assert hours.is_open(moment(at)) is expected


def test_a_calendar_that_never_opens_says_so_instead_of_searching() -> None:
    with pytest.raises(NoOpeningHours):
        NEVER.add(moment("2026-10-19 10:00+03:00"), timedelta(minutes=1))
    with pytest.raises(NoOpeningHours):
        NEVER.next_opening(moment("2026-10-19 10:00+03:00"))
    with pytest.raises(NoOpeningHours):
        WorkingHours(tz="UTC", week={0: [], 6: []}).add(moment("2026-10-19 10:00+03:00"), timedelta.max)


def test_a_calendar_whose_last_opening_has_passed_says_so() -> None:
    assert ONE_DAY_ONLY.next_opening(moment("2027-06-02 00:59+03:00")) == moment("2027-06-02 00:59+03:00")
    with pytest.raises(NoOpeningHours):
        ONE_DAY_ONLY.next_opening(moment("2027-06-02 01:00+03:00"))
    with pytest.raises(NoOpeningHours):
        ONE_DAY_ONLY.add(moment("2026-01-01 00:00+02:00"), timedelta(hours=9, minutes=31))


def test_an_end_past_the_last_year_is_an_overflow() -> None:
    with pytest.raises(OverflowError):
        OFFICE.add(moment("2026-10-19 10:00+03:00"), timedelta.max)


def test_the_ends_of_time_are_no_obstacle() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

    assert ALWAYS.between(first, last) == last - first


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add(moment("2026-10-19 10:00+03:00"), timedelta(seconds=-1))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive, aware = datetime(2026, 10, 19, 10), moment("2026-10-19 10:00+03:00")
    calls = [
        lambda: OFFICE.add(naive, timedelta(hours=1)),
        lambda: OFFICE.add(naive, timedelta()),
        lambda: OFFICE.between(naive, aware),
        lambda: OFFICE.between(aware, naive),
        lambda: OFFICE.is_open(naive),
        lambda: OFFICE.next_opening(naive),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="time zone"):
            call()


@pytest.mark.parametrize(
    "span",
    [
        ("9:00", "17:00"),
        ("09:00", "17:60"),
        ("09:00", "24:01"),
        ("25:00", "26:00"),
        ("24:00", "02:00"),
        ("24:00", "24:00"),
        ("09:00", "17:00\n"),
        ("٠٩:00", "17:00"),
        ("09:00",),
        ("09:00", "12:00", "13:00"),
        ("09:00", None),
        "09:00-17:00",
        "09",
        None,
    ],
)
def test_a_malformed_span_is_refused_by_day_and_span(span: object) -> None:
    with pytest.raises(ValueError, match="Wednesday") as refused:
        WorkingHours(tz="UTC", week={0: OFFICE_DAY, 2: [("08:00", "09:00"), span]})
    assert repr(span) in str(refused.value)
    with pytest.raises(ValueError, match="2026-12-24") as refused:
        WorkingHours(tz="UTC", week={}, exceptions={date(2026, 12, 24): [span]})
    assert repr(span) in str(refused.value)


@pytest.mark.parametrize("weekday", [7, -1, "0", "Monday", None])
def test_an_unknown_weekday_is_refused(weekday: object) -> None:
    with pytest.raises(ValueError, match="weekday"):
        WorkingHours(tz="UTC", week={weekday: OFFICE_DAY})


def test_an_exception_for_anything_but_a_date_is_refused() -> None:
    with pytest.raises(TypeError, match="date"):
        WorkingHours(tz="UTC", week={}, exceptions={datetime(2026, 12, 24, tzinfo=UTC): []})


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "Europe", "../etc/passwd", "/etc/passwd", None])
def test_an_unknown_time_zone_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        WorkingHours(tz=name, week={})


def test_spans_may_be_lists_as_json_has_them() -> None:
    hours = WorkingHours(tz="UTC", week={0: [["09:00", "17:00"]]})

    assert hours.is_open(datetime(2026, 10, 19, 12, tzinfo=UTC))


def test_the_same_instant_counts_the_same_in_whatever_zone_it_is_given() -> None:
    start, end = moment("2026-10-19 07:00+00:00"), moment("2026-10-26 09:30+00:00")
    zones = [
        ZoneInfo("America/New_York"),
        ZoneInfo("Europe/Tallinn"),
        timezone(timedelta(hours=-9, minutes=-30)),
    ]

    worked = OFFICE.between(start, end)

    for zone in zones:
        assert OFFICE.between(start.astimezone(zone), end.astimezone(zone)) == worked
        assert OFFICE.add(start.astimezone(zone), worked) == end


def test_the_second_of_two_equal_clock_times_in_autumn_is_an_hour_later() -> None:
    zone = ZoneInfo("Europe/Tallinn")
    first = datetime(2026, 10, 25, 3, 30, tzinfo=zone)

    assert ALWAYS.between(first, first.replace(fold=1)) == timedelta(hours=1)
    assert ALWAYS.add(first, timedelta(hours=1)) == first.replace(fold=1).astimezone(UTC)


def test_microseconds_are_kept() -> None:
    start = moment("2026-10-19 16:59:59.999999+03:00")

    assert OFFICE.add(start, timedelta(microseconds=1)) == moment("2026-10-19 17:00+03:00")
    assert OFFICE.add(start, timedelta(microseconds=2)) == moment("2026-10-20 09:00:00.000001+03:00")


def test_the_spans_of_a_date_hold_what_reaches_in_and_not_what_goes_on() -> None:
    hours = WorkingHours(
        "Europe/Tallinn",
        {0: [("22:00", "02:00"), ("09:00", "12:00"), ("11:00", "13:00")]},
        {date(2026, 10, 21): [("00:00", "24:00")]},
    )
    hour = timedelta(hours=1)
    assert hours.spans_on(date(2026, 10, 19)) == [(9 * hour, 13 * hour), (22 * hour, 24 * hour)]
    assert hours.spans_on(date(2026, 10, 20)) == [(0 * hour, 2 * hour)]
    assert hours.spans_on(date(2026, 10, 21)) == [(0 * hour, 24 * hour)]
    assert hours.spans_on(date(2026, 10, 22)) == []
