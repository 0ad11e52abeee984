"""The next 14 days of a calendar, as its page draws them: with rows that are saved, or only typed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from sla.admin.sla_types import in_hours
from sla.models import Calendar, OpeningHours, SpecialHours
from sla.public_holidays import public_holidays
from sla.terms import read_hours

DAYS = 14
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    start: timedelta
    end: timedelta

    # As words: a number would be drawn with the decimal comma of whoever looks.
    @property
    def x(self) -> str:
        return f"{100 * (self.start / DAY):.3f}%"

    @property
    def width(self) -> str:
        return f"{100 * ((self.end - self.start) / DAY):.3f}%"

    def __str__(self) -> str:
        return "–".join("{:02}:{:02}".format(*divmod(at // MINUTE, 60)) for at in (self.start, self.end))


@dataclass(frozen=True)
class Day:
    on: date
    spans: list[Span]
    worked: timedelta
    """What counts as working time: an hour less or more than the spans where clocks change within them."""
    holiday: str
    own: str

    @property
    def total(self) -> str:
        return in_hours(self.worked // MINUTE)


def next_days(
    calendar: Calendar, week: Iterable[OpeningHours], special: Iterable[SpecialHours], *, now: datetime
) -> list[Day]:
    """From today on, in the calendar's time zone. None for a time zone that does not exist any more."""
    try:
        zone = ZoneInfo(calendar.time_zone)
    except (KeyError, ValueError, OSError):
        return []
    special = list(special)
    own = _own_names(special)
    hours = read_hours(calendar.hours_data_with(week, special, now))
    today = now.astimezone(zone).date()
    midnights = [datetime.combine(today + n * DAY, time(), zone) for n in range(DAYS + 1)]
    return [
        Day(
            on=midnight.date(),
            spans=[Span(*span) for span in hours.spans_on(midnight.date())] if hours else [],
            worked=hours.between(midnight, next_midnight) if hours else timedelta(),
            holiday=_holiday(calendar, midnight.date()),
            own=own.get(midnight.date(), ""),
        )
        for midnight, next_midnight in pairwise(midnights)
    ]


def _holiday(calendar: Calendar, on: date) -> str:
    language = get_language() or "en"
    return public_holidays(calendar.country, calendar.subdivision, on.year, language).get(on, "")


def _own_names(special: Iterable[SpecialHours]) -> dict[date, str]:
    """Each once, and something to show where none was given."""
    names: defaultdict[date, dict[str, None]] = defaultdict(dict)
    for row in special:
        names[row.on][row.name or (gettext("own hours") if row.as_spans() else gettext("day off"))] = None
    return {on: ", ".join(given) for on, given in names.items()}
