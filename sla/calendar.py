"""Working time: how long a shop's desk has been open between two moments, and when so much time is over.

Nothing here knows of Django or of the database. Moments come in as aware datetimes of any zone and leave as
aware UTC; inside they are whole microseconds since 0001-01-01, which was a Monday: `// DAY` gives a day, and
that `% 7` its weekday. Such numbers count UTC and the wall clock alike; "wall" in a name says which.

Why a year costs what an hour costs: the week and the exceptions give the working time before any wall time in
closed form (`_worked`), and UTC falls into few stretches a year in which the wall clock runs evenly. Working
time is a sum of differences, one for each stretch; the moment by which some has passed lies in the stretch
where the sum gets there, and is found by bisecting its days.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
SPAN = re.compile(f"{CLOCK} (?:{CLOCK}|24:00)")

# The shortest time between two clock changes in the tz database is just under four days (Freetown 1939; since
# 1970 a week, Recife and Gaza): looking every third day misses none.
PROBE = 3 * DAY

Spans = Sequence[Sequence[str]]
Stretch = tuple[int, int, int]
OpenTimes = list[tuple[int, int]]


class NoOpeningHours(ValueError):
    """The calendar never opens (again), so there is no moment to name."""


class WorkingHours:
    """The opening hours of one calendar: a week, and dates that differ from it.

    `week` maps weekdays (0 is Monday) to spans of wall-clock time like ("09:00", "17:30"); one left out is
    closed. `exceptions` maps dates to the spans that replace that date's; an empty list is a day off.
    A span belongs to the date on which it starts. One whose end is not after its start goes on past midnight,
    also into a day off: ("09:00", "09:00") is 24 hours. "24:00" ends a date. Overlaps count once.

    Open are the instants at which the zone's wall clock stands inside a span, start included, end excluded.
    So the hour that autumn repeats counts twice when it is open, and the hour that spring skips not at all.

    Raises ValueError for an unknown zone or weekday and for a malformed span, naming the day and the span.
    Instances do not change and may be shared between threads.
    """

    def __init__(
        self,
        tz: str,
        week: Mapping[int, Spans],
        exceptions: Mapping[date, Spans] | None = None,
    ) -> None:
        self._zone = _zone(tz)
        usual = {weekday: _parse(spans, _weekday_name(weekday)) for weekday, spans in week.items()}
        special = {_day_of(on): _parse(spans, str(on)) for on, spans in (exceptions or {}).items()}

        def starting(day: int) -> OpenTimes:
            return special[day] if day in special else usual.get(day % 7, [])

        self._works_on_weekday = [bool(usual.get(day)) for day in range(7)]
        self._works_on_special = {on: bool(spans) for on, spans in special.items()}

        self._week = [_open_times(usual.get(day, []), usual.get((day - 1) % 7, [])) for day in range(7)]
        self._week_sums = list(accumulate(map(_length, self._week), initial=0))

        # An exception also touches the next date, into which its spans, or those it replaces, may reach.
        self._days = {
            day: _open_times(starting(day), starting(day - 1)) for on in special for day in (on, on + 1)
        }
        self._special = sorted(self._days)
        differences = (_length(self._days[day]) - _length(self._week[day % 7]) for day in self._special)
        self._special_sums = list(accumulate(differences, initial=0))

    def is_open(self, at: datetime) -> bool:
        _check_aware(at)
        wall = _number(at.astimezone(self._zone).replace(tzinfo=UTC))
        day, time = divmod(wall, DAY)
        return any(start <= time < end for start, end in self._open_on(day))

    def spans_on(self, on: date) -> list[tuple[timedelta, timedelta]]:
        """When that date is open by the wall clock, as times since its midnight: in order, merged, with what
        reaches in from the date before, without what goes on into the next."""
        return [(start * MICROSECOND, end * MICROSECOND) for start, end in self._open_on(_day_of(on))]

    def works_on_day_of(self, at: datetime) -> bool:
        """Whether opening hours start on the date that the zone's wall clock shows at `at`."""
        _check_aware(at)
        day = _day_of(at.astimezone(self._zone).date())
        return self._works_on_special.get(day, self._works_on_weekday[day % 7])

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative when `end` is the earlier one."""
        first, last = _number(start), _number(end)
        if last < first:
            return -self.between(end, start)
        worked = 0
        for begin, stop, offset in _stretches(self._zone, first):
            worked += self._worked(min(stop, last) + offset) - self._worked(begin + offset)
            if last <= stop:
                break
        return worked * MICROSECOND

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment, not before `start`, by which `amount` of working time has passed since then.

        An amount that just fills a day's hours ends at closing time, not at the next opening; a zero amount
        ends at `start` itself, open or not. Raises NoOpeningHours when the calendar has too little time left,
        ValueError for a negative amount, OverflowError for an end past the year 9999.
        """
        left = amount // MICROSECOND
        if left < 0:
            raise ValueError(f"Working time to add cannot be negative: {amount}.")
        first = _number(start)
        if not left:
            return _moment(first)
        for begin, stop, offset in _stretches(self._zone, first):
            before = self._worked(begin + offset)
            worked = self._worked(stop + offset) - before
            if left <= worked:
                return _moment(self._wall_when(before + left, begin + offset, stop + offset) - offset)
            left -= worked
            if self._is_over(stop + offset):
                raise NoOpeningHours(f"There are not enough opening hours after {start}.")
            if stop + left > LAST:
                break
        raise OverflowError(f"{amount} of working time after {start} ends past the year {MAXYEAR}.")

    def next_opening(self, at: datetime) -> datetime:
        """The earliest moment, not before `at`, that is open: `at` itself during opening hours.

        Raises NoOpeningHours when the calendar does not open any more.
        """
        return self.add(at, MICROSECOND) - MICROSECOND

    def _open_on(self, day: int) -> OpenTimes:
        return self._days[day] if day in self._days else self._week[day % 7]

    def _worked(self, wall: int) -> int:
        """Open time on the wall clock before `wall`, counted from the epoch."""
        day, time = divmod(wall, DAY)
        return self._worked_before(day) + sum(
            min(end, time) - start for start, end in self._open_on(day) if start < time
        )

    def _worked_before(self, day: int) -> int:
        weeks, weekday = divmod(day, 7)
        special = self._special_sums[bisect_left(self._special, day)]
        return weeks * self._week_sums[7] + self._week_sums[weekday] + special

    def _wall_when(self, worked: int, earliest: int, latest: int) -> int:
        """The first wall time before which `worked` lies, known to be within `earliest` and `latest`."""
        first, last = earliest // DAY, latest // DAY
        # Most amounts end after days, in a stretch of months: so what is halved is found by doubling.
        step = 1
        while first + step < last and self._worked_before(first + step) < worked:
            first, step = first + step, 2 * step
        last = min(last, first + step)
        day = first + bisect_left(range(first, last), worked, key=lambda day: self._worked_before(day + 1))
        left = worked - self._worked_before(day)
        for start, end in self._open_on(day):
            if left <= end - start:
                return day * DAY + start + left
            left -= end - start
        raise AssertionError("The day that was found holds the time that was looked for.")

    def _is_over(self, wall: int) -> bool:
        """Whether nothing opens from `wall` on: the week is empty and the last exception has passed."""
        if self._week_sums[7]:
            return False
        # Two days more than needed: a clock that goes back may enter the last day again.
        return not self._special or wall > (self._special[-1] + 3) * DAY


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise ValueError(f"There is no time zone {name!r}.") from error


def _stretches(zone: ZoneInfo, first: int) -> Iterator[Stretch]:
    """From `first` on, each (begin, stop, UTC offset) during which the zone's wall clock runs evenly."""
    for year in range(_moment(first).year, MAXYEAR + 1):
        for begin, stop, offset in _stretches_of_year(zone, year):
            if first < stop:
                yield max(begin, first), stop, offset


@lru_cache(maxsize=4096)
def _stretches_of_year(zone: ZoneInfo, year: int) -> tuple[Stretch, ...]:
    """The stretches of one UTC year. `zoneinfo` does not tell when clocks change: its offsets are probed."""
    begin, end = _day_of(date(year, 1, 1)) * DAY, (_day_of(date(year, 12, 31)) + 1) * DAY
    cuts = [begin]
    probes = [(at, _offset(zone, at)) for at in (*range(begin, end, PROBE), end)]
    for (before, offset), (after, new_offset) in pairwise(probes):
        if offset != new_offset:
            cuts.append(_end_of_offset(zone, before, after))
    return tuple((cut, stop, _offset(zone, cut)) for cut, stop in pairwise([*cuts, end]))


def _end_of_offset(zone: ZoneInfo, before: int, after: int) -> int:
    """The second, later than `before` and up to `after`, at which the offset changes."""
    old = _offset(zone, before)
    seconds = range(before, after, SECOND)
    return before + SECOND * bisect_left(seconds, True, key=lambda second: _offset(zone, second) != old)


def _offset(zone: ZoneInfo, at: int) -> int:
    # A day from the ends of what datetime can hold the local time may not fit into it any more.
    at = min(max(at, DAY), (date.max.toordinal() - 2) * DAY)
    offset = _moment(at).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // MICROSECOND


def _number(at: datetime) -> int:
    _check_aware(at)
    return (at - EPOCH) // MICROSECOND


def _moment(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def _check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError(f"A moment needs a time zone, this has none: {at!r}.")


def _weekday_name(weekday: int) -> str:
    if weekday not in range(7):
        raise ValueError(f"{weekday!r} is not a weekday: they go from 0, Monday, to 6, Sunday.")
    return WEEKDAYS[weekday]


def _day_of(on: date) -> int:
    # A datetime is a date too, but would never be equal to the day it lies in.
    if not isinstance(on, date) or isinstance(on, datetime):
        raise TypeError(f"An exception is for a date, not for {on!r}.")
    return on.toordinal() - 1


def _parse(spans: Spans, day: str) -> OpenTimes:
    """Spans as times since the midnight of their date; the end of one past midnight is more than a day."""
    parsed = []
    for span in spans:
        match span:
            case [str(first), str(last)] if SPAN.fullmatch(f"{first} {last}"):
                start, end = _time(first), _time(last)
                parsed.append((start, end if start < end else end + DAY))
            case _:
                raise ValueError(
                    f'{day}: {span!r} is not a span of opening hours. It should be like ("09:00", "17:30").'
                )
    return parsed


def _time(clock: str) -> int:
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE


def _open_times(today: OpenTimes, yesterday: OpenTimes) -> OpenTimes:
    """When a date is open, in order and merged: its own spans and what reaches in from the day before."""
    reaching = [(start, min(end, DAY)) for start, end in today]
    reaching += [(0, end - DAY) for _, end in yesterday if end > DAY]
    merged: OpenTimes = []
    for start, end in sorted(reaching):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(times: OpenTimes) -> int:
    return sum(end - start for start, end in times)
