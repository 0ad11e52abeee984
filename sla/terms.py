"""What was promised in one version of an SLA type: how long for what, on which clock. Pure, and never changed:
a promise keeps the terms under which it was made, whatever the admin changes later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sla.calendar import WorkingHours

FIRST_ANSWER, NEXT_ANSWER, SOLUTION = "first_answer", "next_answer", "solution"
KINDS = (FIRST_ANSWER, NEXT_ANSWER, SOLUTION)
MINUTE = timedelta(minutes=1)
WORKING, ALWAYS = "working", "always"
"""The two clocks: opening hours only, or around the clock."""

PERCENT, BEFORE, AT, AFTER = "percent", "before", "at", "after"
"""When an escalation step happens: at a percentage of the time, or minutes before, at or after the due time."""

HOURS, EVENING, DAY_OFF = "hours", "evening", "day_off"
"""When something began: inside opening hours, outside them on a day that has some, on a day without."""

LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=366)


@dataclass(frozen=True)
class Amount:
    """How long one promise may take, and on which clock."""

    minutes: int
    clock: str = WORKING

    @property
    def time(self) -> timedelta:
        return self.minutes * MINUTE


@dataclass(frozen=True)
class Step:
    """When an escalation step happens; `id` is that of its row."""

    id: int
    kind: str
    when: str
    amount: int

    def offset(self, promised: Amount) -> timedelta:
        """How far on the clock of the promise; negative offsets are its start."""
        match self.when:
            case "percent":
                return promised.time * self.amount / 100
            case "before":
                return max(promised.time - self.amount * MINUTE, timedelta())
            case "after":
                return promised.time + self.amount * MINUTE
        return promised.time


@dataclass(frozen=True)
class Terms:
    """`hours` is None for a calendar that cannot be used (never open, no such zone): then all counts around
    the clock, for whoever writes must get some promise."""

    promised: Mapping[str, Amount]
    hours: WorkingHours | None
    supplier_pauses: bool = False
    """Whether waiting for the supplier stops the clock of the solution."""
    steps: tuple[Step, ...] = ()

    def add(self, amount: Amount, start: datetime, time: timedelta) -> datetime:
        """When `time` has passed on the clock of `amount`, to the microsecond."""
        if amount.clock == WORKING and self.hours:
            try:
                return self.hours.add(start, time)
            except (ValueError, OverflowError):
                pass  # opening hours that end some day, such as a list of dates: nothing better is known
        return min(start.astimezone(UTC) + min(time, LAST - start), LAST)

    def between(self, amount: Amount, start: datetime, end: datetime) -> timedelta:
        """What passed on the clock of `amount`."""
        if amount.clock == WORKING and self.hours:
            return self.hours.between(start, end)
        return end - start

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time, whatever clock a promise has."""
        return self.hours.between(start, end) if self.hours else end - start

    def part_of_week(self, at: datetime) -> str:
        """`HOURS`, `EVENING` or `DAY_OFF`, in the calendar's zone. A calendar that cannot be used is always open."""
        if self.hours is None or self.hours.is_open(at):
            return HOURS
        return EVENING if self.hours.works_on_day_of(at) else DAY_OFF


def read(data: Mapping[str, Any]) -> Terms:
    """From the JSON of a `sla.models.Terms` row."""
    return Terms(
        promised={kind: Amount(one["minutes"], one["clock"]) for kind, one in data["promises"].items()},
        hours=read_hours(data["hours"]),
        supplier_pauses=data["supplier_pauses"],
        steps=tuple(Step(**step) for step in data.get("steps", ())),
    )


def read_hours(data: Mapping[str, Any]) -> WorkingHours | None:
    """From JSON: `{"tz": …, "week": {"0": [["09:00", "17:00"]]}, "exceptions": {"2026-12-24": []}}`."""
    week = {int(day): spans for day, spans in data["week"].items()}
    exceptions = {date.fromisoformat(on): spans for on, spans in data["exceptions"].items()}
    if not any(week.values()) and not any(exceptions.values()):
        return None
    try:
        return WorkingHours(data["tz"], week, exceptions)
    except ValueError:
        return None


def up_to_the_minute(at: datetime) -> datetime:
    """People are shown minutes; up, so that what they read is never sooner than what we measure."""
    if not at.second and not at.microsecond:
        return at
    return at.replace(second=0, microsecond=0) + MINUTE
