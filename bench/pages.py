"""Counts the SQL statements of the pages people look at all day and times them, with few and with many tickets.

    .venv/bin/python bench/pages.py [--tickets 100 50000] [--explain]

Works on a scratch database, which is removed at the end: SQLite in a temporary folder, or with DATABASE_URL one
of a name of its own on that PostgreSQL server. Each page is also compared with a bare Django page for a
signed-in agent, requested in turns with it: that ratio means something on a busy machine, too.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from django.test import Client

    from bench.base import Base

REQUESTS = 20
DEEP = 0.9
HEAD = f"{'page':<34}{'statements':>11}{'ms':>9}{'x bare':>9}{'kB':>7}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, nargs="+", default=[100, 50_000], metavar="N")
    parser.add_argument(
        "--explain", action="store_true", help="show how the database finds a page of the queue"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        set_up(Path(data))
        with scratch_database():
            measure(sorted(options.tickets), explain=options.explain)


def set_up(data: Path) -> None:
    """As in production, apart from file names of static files, which would need a collectstatic first."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "HELPDESK_DATA": str(data),
        "LOG_LEVEL": "ERROR",
    }
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz")
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = "bench.urls"
    settings.TEMPLATES[0]["DIRS"].append(ROOT / "bench" / "templates")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.ALLOWED_HOSTS = ["testserver"]
    (data / "static").mkdir()
    django.setup()


@contextmanager
def scratch_database() -> Iterator[None]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(sizes: list[int], *, explain: bool) -> None:
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from bench.base import make_base
    from helpdesk.demo.load import add_tickets
    from tickets.models import Ticket

    now = timezone.now()
    base = make_base(now)
    client = Client()
    client.force_login(base.agent)
    added = 0
    for size in sizes:
        start = perf_counter()
        if size > added:
            add_tickets(size - added, now=now, seed=size)
        added = size
        seconds = perf_counter() - start
        of_all = (
            f"{Ticket.objects.count():,} tickets, {Ticket.objects.unsolved().count():,} of them not solved"
        )
        print(f"\n{connection.vendor}: {of_all}; loaded in {seconds:.0f} s\n{HEAD}")
        for name, path in pages(base).items():
            print(line(client, name, path))
        if explain:
            print_plans()


def pages(base: "Base") -> dict[str, str]:
    from django.urls import reverse
    from django.utils import timezone

    from customers.links import order_url
    from tickets.access import ticket_url
    from tickets.desk.paging import STAMP
    from tickets.models import Ticket

    def ours(url: str) -> str:
        return "/" + url.split("/", 3)[3]

    queue = reverse("desk:queue")
    waiting, last = deep_place()
    customer, problem = base.long.customer, base.long.problem_type_id
    number = Ticket.objects.unsolved().latest("pk").number
    order = order_url(base.order, now=timezone.now())
    return {
        "bare page": "/bare/",
        "queue": queue,
        f"queue, {DEEP:.0%} deep": f"{queue}?after={waiting.astimezone(UTC).strftime(STAMP)}-{last}",
        "queue, mine": f"{queue}?whose=mine",
        "queue, unassigned": f"{queue}?whose=unassigned",
        "queue, waiting for customer": f"{queue}?status=waiting_customer",
        "queue, one problem type": f"{queue}?type={problem}",
        "queue, team and shop": f"{queue}?team={base.long.team_id}&shop={base.long.shop_id}",
        "list, solved": f"{queue}?status=solved",
        "list, closed": f"{queue}?status=closed",
        "search, a ticket number": f"{queue}?q={number}",
        "search, an address": f"{queue}?q={customer.email}",
        "search, a word said often": f"{queue}?q=birthday",
        "search, a word nobody said": f"{queue}?q=zyzzyva",
        "ticket, short story": reverse("desk:ticket", args=[base.short.number]),
        "ticket, long story": reverse("desk:ticket", args=[base.long.number]),
        "customer": reverse("desk:customer", args=[customer.pk]),
        "report, 30 days": reverse("sla:report"),
        "report, 90 days": f"{reverse('sla:report')}?days=90",
        "report, all years": f"{reverse('sla:report')}?first=2020-01-01",
        "report, tickets of a number": f"{reverse('sla:report-tickets')}?days=90&state=broken",
        "report, tickets, all years": f"{reverse('sla:report-tickets')}?first=2020-01-01&state=kept",
        "report, CSV, 90 days": f"{reverse('sla:report-csv')}?days=90",
        "report, CSV, all years": f"{reverse('sla:report-csv')}?first=2020-01-01",
        "order page of the customer": ours(order),
        "ticket page of the customer, short": ours(ticket_url(base.short)),
        "ticket page of the customer, long": ours(ticket_url(base.long)),
    }


def deep_place() -> tuple[datetime, int]:
    """Where the page begins that so much of the queue stands before."""
    from tickets.models import Ticket

    queue = Ticket.objects.unsolved().in_queue_order().values_list("queue_at", "pk")
    return queue[int(DEEP * queue.count())]


def line(client: "Client", name: str, path: str) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def timed(where: str) -> float:
        start = perf_counter()
        answer = client.get(where)
        b"".join(answer)  # what is streamed is made only now
        taken = perf_counter() - start
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {where} answered {answer.status_code}")
        return taken

    timed(path)
    with CaptureQueriesContext(connection) as captured:
        size = len(b"".join(client.get(path))) / 1000
        statements = len(captured)  # now: the next request empties the log
    rounds = [(timed("/bare/"), timed(path)) for _ in range(REQUESTS)]
    bare, page = (median(column) for column in zip(*rounds, strict=True))
    return f"{name:<34}{statements:>11}{page * 1000:>9.1f}{page / bare:>9.1f}{size:>7.0f}"


def print_plans() -> None:
    from django.db import connection

    from tickets.desk.paging import PAGE
    from tickets.models import Ticket

    how = {"analyze": True, "buffers": True} if connection.vendor == "postgresql" else {}
    queue = Ticket.objects.unsolved().in_queue_order()
    for name, tickets in {"first page": queue, "deep page": queue.after(*deep_place())}.items():
        print(f"\n{name} of the queue:\n{tickets.values('id', 'queue_at')[: PAGE + 1].explain(**how)}")


if __name__ == "__main__":
    main()
