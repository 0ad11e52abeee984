"""Working hours against a reference that walks from minute to minute and shares nothing with them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from sla.calendar import WorkingHours

pytestmark = pytest.mark.standalone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Spans = Sequence[tuple[str, str]]

# Whole hours and halves, changes at midnight and at three, a half-hour change, changes by decree for Ramadan,
# a zone that skipped a date and one that never changes.
ZONES = [
    "Europe/Tallinn",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
]


@cache
def days_of_change(zone: ZoneInfo) -> list[datetime]:
    noons = [datetime(2004, 1, 1, 12, tzinfo=UTC) + DAY * number for number in range(16 * 365)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return [noon for noon, (old, new) in zip(noons, pairwise(offsets), strict=False) if old != new]


class MinuteByMinute:
    """Whether a minute is open, by asking for every span of its date and of the date before it."""

    def __init__(self, zone: ZoneInfo, week: Mapping[int, Spans], exceptions: Mapping[date, Spans]) -> None:
        self.zone, self.week, self.exceptions = zone, week, exceptions
        self.minutes: dict[tuple[int, int, int], set[int]] = {}

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        key = (local.year, local.month, local.day)
        if key not in self.minutes:
            self.minutes[key] = self.open_minutes(date(*key))
        return local.hour * 60 + local.minute in self.minutes[key]

    def open_minutes(self, on: date) -> set[int]:
        today = {minute for span in self.spans(on) for minute in range(*self.clock(span))}
        yesterday = {minute for span in self.spans(on - DAY) for minute in range(*self.clock(span))}
        return {minute for minute in range(24 * 60) if minute in today or minute + 24 * 60 in yesterday}

    def spans(self, on: date) -> Spans:
        return self.exceptions.get(on, self.week.get(on.weekday(), []))

    @staticmethod
    def clock(span: tuple[str, str]) -> tuple[int, int]:
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span)
        return start, end if end > start else end + 24 * 60

    def open_parts(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Each open minute, or what of it lies between start and end: spans change on whole minutes only."""
        parts, at = [], start.replace(second=0, microsecond=0)
        while at < end:
            if self.is_open(at):
                parts.append((max(at, start), min(at + MINUTE, end)))
            at += MINUTE
        return parts


def random_spans(random: Random) -> Spans:
    """Up to three spans, also overlapping, over midnight, and in the small hours in which clocks change."""

    def clock(hours: int) -> str:
        return f"{random.randrange(hours):02}:{random.choice((0, 0, 0, 15, 30, 59)):02}"

    def span() -> tuple[str, str]:
        match random.randrange(8):
            case 0:
                return clock(24), "24:00"
            case 1:
                return "00:00", "24:00"
            case 2 | 3:
                return clock(4), clock(5)
            case _:
                return clock(24), clock(24)

    return [span() for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3)))]


def check_random_case(number: int) -> None:
    random = Random(number)
    zone = ZoneInfo(random.choice(ZONES))
    changes = days_of_change(zone)
    if changes and random.random() < 0.7:
        middle = random.choice(changes)
    else:
        middle = datetime(2004, 1, 1, tzinfo=UTC) + DAY * random.randrange(30 * 365)
    start = middle + timedelta(seconds=random.randrange(-2 * 86400, 86400))
    end = start + timedelta(seconds=random.randrange(1, random.choice((3600, 86400, 3 * 86400, 6 * 86400))))
    days = random.sample(range(7), random.randrange(8))
    week = {weekday: random_spans(random) for weekday in days}
    near = [middle.date() + DAY * random.randrange(-4, 6) for _ in range(random.randrange(4))]
    exceptions = {on: random_spans(random) for on in near}
    case = f"case {number}: {zone.key} {week} {exceptions} from {start} to {end}"

    parts = MinuteByMinute(zone, week, exceptions).open_parts(start, end)
    hours = WorkingHours(tz=zone.key, week=week, exceptions=exceptions)

    worked = sum((stop - begin for begin, stop in parts), timedelta())
    assert hours.between(start, end) == worked, case
    assert hours.is_open(start) == (bool(parts) and parts[0][0] == start), case
    if not parts:
        return
    assert hours.next_opening(start) == parts[0][0], case
    seconds = worked // timedelta(seconds=1)
    for amount in (worked, timedelta(seconds=random.randrange(seconds + 1))):
        expected, left = start, amount
        for begin, stop in parts:
            if not left:
                break
            expected = begin + min(left, stop - begin)
            left -= min(left, stop - begin)
        assert hours.add(start, amount) == expected, f"{case} plus {amount}"
        assert hours.between(start, expected) == amount, f"{case} plus {amount}"


def test_300_random_cases_agree_with_a_walk_from_minute_to_minute() -> None:
    for number in range(300):
        check_random_case(number)


@pytest.mark.heavy
def test_100_000_random_cases_agree_with_a_walk_from_minute_to_minute() -> None:
    for number in range(300, 100_300):
        check_random_case(number)
