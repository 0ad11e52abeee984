"""Times a replay of an SLA type, a calendar and a rule over all tickets of the last year, and counts its statements.

    DATABASE_URL=postgres:///helpdesk .venv/bin/python bench/replay.py [--profile]

Only reads, so it works on the database that is configured: fill it with `manage.py demo --tickets 100000`.
The SLA type, the calendar and the rule are the ones that mean most tickets. CPU seconds are those of this process: they
say what a machine would take that does nothing else.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from cProfile import Profile
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from sla.replay import Change

HEAD = f"{'changed':<30}{'tickets':>9}{'differ':>9}{'statements':>12}{'s':>7}{'tickets/s':>11}{'CPU s':>8}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "LOG_LEVEL": "ERROR"}
    import django

    django.setup()
    print(HEAD)
    for name, change in changes():
        profile = Profile() if options.profile else None
        if profile:
            profile.enable()
        print(line(name, change, options.days))
        if profile:
            profile.disable()
            profile.print_stats("tottime")


def changes() -> "Iterator[tuple[str, Change]]":
    from django.db.models import Count

    from sla.models import SlaRule, SlaType
    from sla.replay import Change

    usual = SlaType.objects.annotate(promised=Count("promises")).latest("promised")
    yield "nothing", Change()
    usual.first_answer_minutes //= 2
    yield f"SLA type {usual}: half the time", Change([usual])
    sla_types = list(SlaType.objects.filter(calendar=usual.calendar_id))
    usual.calendar.time_zone = "America/New_York"
    for sla_type in sla_types:
        sla_type.calendar = usual.calendar
    yield f"calendar {usual.calendar}: elsewhere", Change(sla_types)
    rules = list(SlaRule.objects.exclude(sla_type=usual.pk))
    yield f"rules of {usual}: none", Change(rules=rules)


def line(name: str, change: "Change", days: int) -> str:
    from django.db import connection
    from django.utils import timezone

    from sla.replay import replay

    statements = 0

    def count(execute, *args):  # noqa: ANN001, ANN002, ANN202
        nonlocal statements
        statements += 1
        return execute(*args)

    start, start_of_work = perf_counter(), process_time()
    with connection.execute_wrapper(count):
        result = replay(change, days=days, now=timezone.now())
    seconds, work = perf_counter() - start, process_time() - start_of_work
    return (
        f"{name:<30}{result.tickets:>9,}{result.differing:>9,}{statements:>12}{seconds:>7.1f}"
        f"{result.tickets / seconds:>11,.0f}{work:>8.1f}"
    )


if __name__ == "__main__":
    main()
