"""Times WorkingHours.add over a day, a year and a decade: how many a second, in one process.

    .venv/bin/python bench/working_hours.py

Two calendars, each in a zone that changes its clocks: office hours with a lunch break and twelve days off a year, and a
week that is split and crosses midnight. The starts are spread over a year. What the first use of a calendar costs is
told apart: when clocks change is looked up once a process for each year.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sla.calendar import WorkingHours  # noqa: E402

ADDS, ROUNDS = 20_000, 5
DAY_OF_WORK = timedelta(hours=7.5)
SPANS = {"a day": 1, "a year": 250, "a decade": 2_500}
"""In days of work."""


def calendars() -> dict[str, WorkingHours]:
    office = [("09:00", "12:30"), ("13:00", "17:00")]
    holidays = {date(year, month, 24): [] for year in range(2026, 2038) for month in range(1, 13)}
    nights = {weekday: [("08:00", "12:00"), ("22:30", "02:00")] for weekday in range(5)}
    return {
        "office hours, 144 days off": WorkingHours(
            "Europe/Tallinn", dict.fromkeys(range(5), office), holidays
        ),
        "split, over midnight": WorkingHours("America/New_York", nights),
    }


def seconds_for(hours: WorkingHours, starts: list[datetime], amount: timedelta) -> float:
    begin = perf_counter()
    for start in starts:
        hours.add(start, amount)
    return perf_counter() - begin


def main() -> None:
    random = Random(1)  # noqa: S311
    first = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=random.randrange(365 * 86_400)) for _ in range(ADDS)]
    print(f"{'calendar':<30}{'adds of':>10}{'a second':>12}{'x a day':>9}")
    for name, hours in calendars().items():
        once = perf_counter()
        hours.add(first, SPANS["a decade"] * DAY_OF_WORK)
        once = perf_counter() - once
        # In turns, and the best of some rounds: what else the machine does must not fall on one of them.
        best = dict.fromkeys(SPANS, float("inf"))
        for _ in range(ROUNDS):
            for span, days in SPANS.items():
                best[span] = min(best[span], seconds_for(hours, starts, days * DAY_OF_WORK))
        for span, seconds in best.items():
            ratio = seconds / best["a day"]
            print(f"{name:<30}{span:>10}{ADDS / seconds:>12,.0f}{ratio:>9.2f}")
        print(f"{name:<30}{'the first decade took':>22} {1000 * once:.0f} ms")


if __name__ == "__main__":
    main()
