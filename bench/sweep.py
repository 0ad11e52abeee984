"""Times a sweep that finds 1,000 steps due, among few and among many open promises.

    DATABASE_URL=postgres:///any .venv/bin/python bench/sweep.py [--promises 10000 1000000] [--explain]

Works on scratch databases of that PostgreSQL server, one a size, which are removed at the end; the named one stays as
it is. The sizes are swept in turns, so that their ratio means something on a busy machine, too; and no commit waits for
the disk, which is the most uneven part. CPU time is that of this process and of its PostgreSQL backend, where that runs
on this machine. Each open promise has a step to come and one that is done, of which somebody was told, and there are
as many kept promises as open ones.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.pages import set_up  # noqa: E402

if TYPE_CHECKING:
    from django.db.models import Model

DUE = 1_000
HANDLERS = 10
PROMISES_A_TICKET = 2


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--promises", type=int, nargs=2, default=[10_000, 1_000_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--explain", action="store_true", help="show how the database finds what is due")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as data:
        set_up(Path(data))
        with scratch_databases(options.promises):
            measure(options.promises, rounds=options.rounds, explain=options.explain)


def name_for(size: int) -> str:
    return f"bench_{os.getpid()}_{size}"


@contextmanager
def scratch_databases(sizes: list[int]) -> Iterator[None]:
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("Name a PostgreSQL server in DATABASE_URL.")
    name, made = connection.settings_dict["NAME"], []
    try:
        for size in sizes:
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.settings_dict["TEST"]["NAME"] = name_for(size)
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            made.append(size)
            fill(size)
        yield
    finally:
        for size in made:
            connection.close()
            connection.settings_dict["NAME"] = name_for(size)
            connection.creation.destroy_test_db(name, verbosity=0)


def use(size: int) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name_for(size)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def fill(promises: int) -> None:
    """As many open promises, two a ticket, all due in the weeks to come."""
    from django.db import connection
    from django.utils import timezone

    from sla.models import Escalation, EscalationStep, Promise, Warning
    from sla.tests.factories import make_sla_type, make_step
    from tickets.models import Delivery, Ticket
    from tickets.tests.factories import make_agent, make_problem_type, make_ticket

    start = perf_counter()
    agents = [make_agent(f"Agent{number}").pk for number in range(HANDLERS)]
    sla_type = make_sla_type(problem_type=make_problem_type())
    for kind in (Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION):
        make_step(sla_type, kind, when=EscalationStep.When.PERCENT, amount=50)
    ticket = make_ticket(at=timezone.now())
    half, due = sla_type.steps.filter(when="percent"), sla_type.steps.filter(when="at")
    copy(
        Ticket,
        ticket.pk,
        f"generate_series(1, {promises // PROMISES_A_TICKET}) n",
        public_id="md5(random()::text || n)",
        assignee_id=f"{agents[0]} + n % {HANDLERS}",
        code_id="NULL",
    )
    for promise in ticket.promises.all():
        others = f"tickets_ticket t WHERE t.id > {ticket.pk}"
        copy(
            Promise,
            promise.pk,
            others,
            ticket_id="t.id",
            due_at="now() + (1 + 30 * random()) * '1 day'::interval",
        )
        others = f"sla_promise p WHERE p.kind = '{promise.kind}' AND p.id <> {promise.pk}"
        to_come = promise.escalations.get(step__in=due).pk
        copy(Escalation, to_come, others, promise_id="p.id", due_at="p.due_at")
        over = promise.escalations.get(step__in=half)
        Escalation.objects.filter(pk=over.pk).update(state="done", done_at=over.due_at)
        copy(Escalation, over.pk, others, promise_id="p.id", due_at="p.due_at - '1 day'::interval")
    copy(
        Promise,
        promise.pk,
        f"generate_series(1, {PROMISES_A_TICKET}), tickets_ticket t WHERE t.id > {ticket.pk}",
        ticket_id="t.id",
        due_at="now() - 700 * random() * '1 day'::interval",
        met_at="now() - 700 * random() * '1 day'::interval",
        worked_seconds="3600",
    )
    told = Warning.objects.create(
        escalation=over, by="mail", to="a", send_after=ticket.opened_at, delivery=Delivery.objects.first()
    )
    others = f"sla_escalation e WHERE e.state = 'done' AND e.id <> {over.pk}"
    copy(Warning, told.pk, others, escalation_id="e.id", batch="gen_random_uuid()")
    Ticket.objects.get(pk=ticket.pk).promises.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    seconds = perf_counter() - start
    print(f"{Promise.objects.open().count():,} open promises, made in {seconds:.0f} s", flush=True)


def copy(model: "type[Model]", pk: int, others: str, **columns: str) -> None:
    """Copies of one row, one for each of `others`, with some columns by other SQL."""
    from django.db import connection

    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [columns.get(name, f"one.{connection.ops.quote_name(name)}") for name in names]
    into = ", ".join(map(connection.ops.quote_name, names))
    table, condition = model._meta.db_table, "AND" if " WHERE " in others else "WHERE"
    rows = f"SELECT {', '.join(values)} FROM {table} one, {others} {condition} one.id = {pk}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({into}) {rows}")


def measure(sizes: list[int], *, rounds: int, explain: bool) -> None:
    taken: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    for number in range(rounds + 1):
        for size in sizes:
            use(size)
            make_due()
            if explain and not number:
                print_plans(size)
            seconds = swept()
            if number:  # the first warms up what caches there are
                taken[size].append(seconds)
    print(f"{'open promises':>15}{'s, each round':>40}{'s, median':>12}{'CPU s, median':>15}")
    few, many = (line(size, taken[size]) for size in sizes)
    print(f"ratio of time {many[0] / few[0]:.2f}, of CPU time {many[1] / few[1]:.2f}")


def line(size: int, rows: list[tuple[float, float]]) -> tuple[float, float]:
    whole, work = zip(*rows, strict=True)
    each = " ".join(f"{seconds:.1f}" for seconds in whole)
    print(f"{size:>15,}{each:>40}{median(whole):>12.2f}{median(work):>15.2f}")
    return median(whole), median(work)


def make_due() -> None:
    """The moment of steps of so many promises has come, wherever these are in the table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE picked AS SELECT id, promise_id, now() - random() * '1 hour'::interval AS due_at"
            " FROM sla_escalation WHERE state = 'waiting' ORDER BY random() LIMIT %s",
            [DUE],
        )
        for table, key in (("sla_escalation", "id"), ("sla_promise", "promise_id")):
            cursor.execute(
                f"UPDATE {table} SET due_at = picked.due_at FROM picked WHERE {table}.id = picked.{key}"  # noqa: S608
            )
        cursor.execute("DROP TABLE picked")
        cursor.execute("ANALYZE sla_promise, sla_escalation")


def swept() -> tuple[float, float]:
    """Seconds, and CPU seconds."""
    from django.utils import timezone

    from sla.escalation import Swept, sweep

    start, start_of_work = perf_counter(), process_time() + seconds_of_backend()
    done = sweep(now=timezone.now())
    seconds = perf_counter() - start, process_time() + seconds_of_backend() - start_of_work
    if done != Swept(broken=DUE, steps=DUE, deliveries=HANDLERS):
        raise SystemExit(f"Not what was to be done: {done}")
    return seconds


def seconds_of_backend() -> float:
    """What PostgreSQL worked for this connection; 0 when it is elsewhere."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    _pid, ticks = stat.read_text().split(")")
    return sum(map(int, ticks.split()[11:13])) / os.sysconf("SC_CLK_TCK")


def print_plans(size: int) -> None:
    from django.utils import timezone

    from sla.escalation import AT_ONCE
    from sla.models import Escalation, Promise

    now = timezone.now()
    lists = {
        "promises to break": Promise.objects.to_break(now).values_list("pk", "ticket"),
        "steps to take": Escalation.objects.due(now).values_list("pk", "promise__ticket"),
    }
    for name, rows in lists.items():
        print(f"\n{name}, {size:,} open promises:\n{rows[:AT_ONCE].explain(analyze=True)}\n")


if __name__ == "__main__":
    main()
