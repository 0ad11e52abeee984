"""The figures of the report about promises: what was kept, and how long it took.

Each number is defined here once: `where` says it to the database, `says` to people. The page, the lists behind its
numbers and the CSV all read these definitions. Of several shares and times none is ever averaged: all are counted
from the promises themselves.
"""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.models import Promise

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Number:
    name: str
    label: Any
    says: Any
    where: Q = field(default_factory=Q)
    """Which promises it counts, of those of the report."""


def _named(*numbers: Number) -> dict[str, Number]:
    return {number.name: number for number in numbers}


_KEPT, _BROKEN = Q(met_at__isnull=False, broken_at=None), Q(broken_at__isnull=False)

STATES = _named(
    Number("kept", _("kept"), _("Met by its due time."), _KEPT),
    Number("broken", _("broken"), _("Its due time passed first: met late, or not at all yet."), _BROKEN),
    Number(
        "open",
        _("open"),
        _("Neither kept nor broken so far: it still runs, or waits for the customer or the supplier."),
        Q(met_at=None, broken_at=None),
    ),
    Number(
        "decided",
        _("kept share"),
        _("Kept out of kept and broken, rounded down: 100 % means that none broke."),
        _KEPT | _BROKEN,
    ),
)
MEASURES = _named(
    Number(
        "working",
        _("working time"),
        _("Opening hours of its calendar from start to met, without the time that it was paused."),
    ),
    Number("clock", _("by the clock"), _("From start to met, nights, weekends and pauses included.")),
)
RANKS = _named(
    Number("met", _("number"), _("Promises of this kind met in the period, in time or late.")),
    Number(
        "median",
        _("median"),
        _("Half of them took this long or less. Leads to those that took this long or longer."),
    ),
    Number(
        "ninety",
        _("90 %"),
        _("Nine of ten took this long or less. Leads to those that took this long or longer."),
    ),
)
PERIOD = _named(
    Number(
        "due",
        _("Period and week"),
        _(
            "A promise belongs to the day and the week (Monday to Sunday) in which it was due, in the desk's time "
            "zone, whenever it was made or met. A paused one was due where its clock stopped."
        ),
    ),
    Number(
        "met",
        _("Times"),
        _("A time belongs to the day on which the promise was met, in the desk's time zone."),
    ),
)
TEAM = Number("team", _("Team"), _("The team that the ticket has now, whoever had it then."))
STARTED = _named(
    Number("hours", _("Opening hours"), _("Began inside the opening hours of its calendar.")),
    Number(
        "evening",
        _("Evening or night"),
        _("Began outside opening hours, on a day that has opening hours."),
    ),
    Number("day_off", _("Weekend or holiday"), _("Began on a day without opening hours.")),
    Number("", _("All"), _("All of them, ranked together.")),
)
HALF, NINE_TENTHS = 5, 9
"""Shares in tenths, so that Python reckons in whole numbers."""


@dataclass(frozen=True)
class Tally:
    kept: int = 0
    broken: int = 0
    open: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.kept + other.kept, self.broken + other.broken, self.open + other.open)

    @property
    def decided(self) -> int:
        return self.kept + self.broken

    @property
    def permille(self) -> int | None:
        """Kept out of decided, rounded down; None where nothing is decided."""
        return 1000 * self.kept // self.decided if self.decided else None


DIMENSIONS = ("kind", "sla_type", "team", "week")
Tallies = dict[str, dict[Any, Tally]]


def tallies(promises: QuerySet[Promise]) -> Tallies:
    """By each of `DIMENSIONS`: kind, id of the SLA type, id of the team or None, Monday of the week of its due time
    in the desk's zone. One statement."""
    week = TruncWeek("due_at", tzinfo=timezone.get_default_timezone())
    counts = {name: Count("pk", filter=STATES[name].where) for name in ("kept", "broken", "open")}
    rows = promises.order_by().annotate(week=week).values_list("kind", "sla_type", "ticket__team", "week")
    found: Tallies = {name: defaultdict(Tally) for name in DIMENSIONS}
    for *keys, kept, broken, still_open in rows.annotate(**counts):
        keys[-1] = _date(keys[-1])
        for name, key in zip(DIMENSIONS, keys, strict=True):
            found[name][key] += Tally(kept, broken, still_open)
    return found


def _date(week: Any) -> date:
    return timezone.localtime(week, timezone.get_default_timezone()).date()


@dataclass(frozen=True)
class Times:
    """How many were met, and seconds: `median` and `ninety` by measure."""

    met: int
    median: dict[str, int]
    ninety: dict[str, int]


def times(promises: QuerySet[Promise]) -> dict[tuple[str, str], Times]:
    """Of promises that were met, by kind and part of the week in which they began; "" stands for all of it.

    By nearest rank on every database: the smallest of the values that at least so many tenths do not exceed. So it
    is always the time of a promise that is there. At most two statements.
    """
    if connection.vendor == "postgresql":
        return _ranked_there(promises, "kind", "started_in") | _ranked_there(promises, "kind")
    return _ranked_here(promises)


def nearest_rank(ordered: Sequence[int], tenths: int) -> int:
    """As `percentile_disc` of PostgreSQL does it."""
    return ordered[-(-len(ordered) * tenths // 10) - 1]


class NearestRank(Aggregate):
    template = "percentile_disc(0.%(tenths)d) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, tenths: int, **extra: Any) -> None:
        super().__init__(expression, tenths=tenths, **extra)


BY_THE_CLOCK = ExpressionWrapper(F("met_at") - F("started_at"), output_field=DurationField())


def _ranked_there(promises: QuerySet[Promise], *by: str) -> dict[tuple[str, str], Times]:
    rows = (
        promises.order_by()
        .values_list(*by)
        .annotate(
            met=Count("pk"),
            working_median=NearestRank("worked_seconds", tenths=HALF),
            working_ninety=NearestRank("worked_seconds", tenths=NINE_TENTHS),
            clock_median=NearestRank(BY_THE_CLOCK, tenths=HALF),
            clock_ninety=NearestRank(BY_THE_CLOCK, tenths=NINE_TENTHS),
        )
    )
    found = {}
    for *keys, met, working_median, working_ninety, clock_median, clock_ninety in rows:
        found[keys[0], keys[1] if len(keys) > 1 else ""] = Times(
            met,
            {"working": working_median, "clock": clock_median // SECOND},
            {"working": working_ninety, "clock": clock_ninety // SECOND},
        )
    return found


def _ranked_here(promises: QuerySet[Promise]) -> dict[tuple[str, str], Times]:
    """SQLite cannot rank: the values are read row by row and kept as numbers of eight bytes."""
    taken: dict[tuple[str, str], dict[str, array]] = defaultdict(
        lambda: {name: array("q") for name in MEASURES}
    )
    rows = promises.order_by().values_list("kind", "started_in", "worked_seconds", "started_at", "met_at")
    for kind, part, worked, started_at, met_at in rows.iterator():
        for key in ((kind, part), (kind, "")):
            taken[key]["working"].append(worked)
            taken[key]["clock"].append((met_at - started_at) // SECOND)
    return {key: _times({name: sorted(values) for name, values in one.items()}) for key, one in taken.items()}


def _times(ordered: dict[str, list[int]]) -> Times:
    return Times(
        len(ordered["clock"]),
        {name: nearest_rank(values, HALF) for name, values in ordered.items()},
        {name: nearest_rank(values, NINE_TENTHS) for name, values in ordered.items()},
    )


def took_at_least(measure: str, seconds: int) -> Q:
    """Those that took so many seconds or more, by one of `MEASURES`."""
    if measure == "working":
        return Q(worked_seconds__gte=seconds)
    return Q(met_at__gte=F("started_at") + timedelta(seconds=seconds))
