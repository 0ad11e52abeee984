"""`kill -9` of workers and beat in the middle of sending and sweeping, with the real processes.

Afterwards every mail and warning must have gone out, each promise must be marked and warned of once, and
every mail that the server took more than once must be explained by an attempt that was cut off.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from customers.tests.factories import make_code, make_order, make_product
from helpdesk.tests.killing import (
    Processes,
    all_sent,
    all_swept,
    check_digests,
    check_mails,
    running,
    wait_until,
)
from sla.models import Promise, Warning
from sla.tests.factories import make_sla_type
from tickets.models import Delivery, Event
from tickets.tests.factories import make_agent, make_problem_type, make_ticket
from tickets.tests.mail_server import MailServer, mail_server, slowly

THREADS = 4
WORKER = ["worker", "--pool", "threads", "--concurrency", str(THREADS), "--loglevel", "WARNING"]
BEAT = ["beat", "--loglevel", "WARNING"]


@dataclass
class Figures:
    """What a test tells at its end."""

    kills: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    digests: int = 0
    accepted: int = 0
    cut_off: int = 0
    doubles: int = 0
    promises: int = 0
    seconds: float = 0.0


@contextmanager
def machine(server: MailServer, folder: Path, redis_url: str = "") -> Iterator[Processes]:
    """Two workers and, by somebody's mistake, two beats."""
    celery = [sys.executable, "-m", "celery", "-A", "helpdesk"]
    commands = {
        "worker 1": [*celery, *WORKER, "-n", "worker1@test"],
        "worker 2": [*celery, *WORKER, "-n", "worker2@test"],
        "beat 1": [*celery, *BEAT],
        "beat 2": [*celery, *BEAT],
    }
    redis = {"REDIS_URL": redis_url, "REDIS_PREFIX": f"kill-{folder.name}-{os.getpid()}:"}
    with running(commands, folder, server, **(redis if redis_url else {})) as processes:
        yield processes


def make_work(*, tickets: int, other_mails: int) -> None:
    """Tickets that nobody answered for weeks: each has an acknowledgement to send, two promises to break and,
    for each of those, two agents to warn. And mails besides."""
    long_ago = timezone.now() - timedelta(days=60)
    problem_type = make_problem_type()
    make_sla_type(problem_type=problem_type, warned=[make_agent("Alice Agent"), make_agent("Bob Agent")])
    order, product = make_order(), make_product()
    for _ in range(tickets):
        make_ticket(code=make_code(order=order, product=product), problem_type=problem_type, at=long_ago)
    Delivery.objects.bulk_create(
        Delivery(
            kind="reply",
            to=f"customer{number}@example.com",
            sender='"Keyhaven" <help@keyhaven.example>',
            subject=f"Mail {number}",
            text="Hello",
            html="<p>Hello</p>",
            created_at=long_ago,
            next_attempt_at=long_ago,
        )
        for number in range(other_mails)
    )


def all_done() -> bool:
    return all_swept() and all_sent()


def check(server: MailServer, machine: Processes) -> Figures:
    """What must be true whoever was killed, and when."""
    mails, cut_off = Delivery.objects.count(), check_mails(server)
    # A killed worker holds one mail for each of its threads at most.
    assert cut_off <= machine.kills["worker"] * THREADS

    promises = list(Promise.objects.all())
    for promise in promises:
        assert promise.broken_at is not None
        events = promise.ticket.events.filter(data__promise=promise.pk)
        assert Counter(events.values_list("kind", flat=True)) == {
            Event.Kind.PROMISE_BROKEN: 1,
            Event.Kind.WARNED: 1,
        }
    # Two promises a ticket, and of each both agents are told.
    warnings = Counter(Warning.objects.values_list("escalation", "to"))
    assert len(warnings) == len(promises) * 2
    assert set(warnings.values()) == {1}
    return Figures(
        digests=check_digests(),
        kills=machine.kills,
        mails=mails,
        accepted=len(server.taken),
        cut_off=cut_off,
        doubles=len(server.taken) - mails,
        promises=len(promises),
    )


def storm(machine: Processes, *, pause: tuple[float, float], seed: int) -> None:
    """Kill one after the other, while there is work and a little after."""
    chance = random.Random(seed)
    victims = ["worker 1", "worker 2"] * 3 + ["beat 1", "beat 2"]
    chance.shuffle(victims)
    for victim in victims:
        time.sleep(chance.uniform(*pause))
        machine.kill_and_restart(victim)


def marked() -> int:
    return Event.objects.filter(kind=Event.Kind.PROMISE_BROKEN).count()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        server.on_data = slowly(0.04)  # so that a killed worker is in the middle of a mail, mostly
        yield server


@pytest.fixture(params=["usual", pytest.param("other", marks=pytest.mark.heavy)])
def broker(request) -> str:
    """Address of the broker; empty for the folder. Usual are the folder beside SQLite, and Redis beside PostgreSQL, so
    that the default run of both has both."""
    with_redis = (connection.vendor == "postgresql") == (request.param == "usual")
    if request.param == "other" and with_redis:
        return request.getfixturevalue("redis_url")
    return os.environ.get("TEST_REDIS_URL", "") if with_redis else ""


@pytest.mark.django_db(transaction=True)
def test_killed_workers_and_beat_lose_no_mail_and_no_warning(
    server: MailServer, broker: str, tmp_path: Path
) -> None:
    make_work(tickets=10, other_mails=50)
    with machine(server, tmp_path, broker) as processes:
        assert wait_until(lambda: marked() >= 3, 60), processes.said()
        processes.kill_and_restart("worker 1")
        processes.kill_and_restart("worker 2")
        before = len(server.taken)
        assert wait_until(lambda: len(server.taken) >= before + 5, 60)
        processes.kill_and_restart("beat 1")
        processes.kill_and_restart("worker 1")
        assert wait_until(all_done, 90), processes.said()
        figures = check(server, processes)
    assert figures.mails == 10 + 50 + figures.digests


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_a_storm_of_kills_over_thousands_of_mails(
    server: MailServer, broker: str, tmp_path: Path, capsys
) -> None:
    make_work(tickets=250, other_mails=1250)
    with machine(server, tmp_path, broker) as processes:
        begin = time.monotonic()
        for so_far in (20, 150, 300):
            assert wait_until(lambda so_far=so_far: marked() >= so_far, 90)
            processes.kill_and_restart("worker 1")
            processes.kill_and_restart("worker 2")
        storm(processes, pause=(1.0, 5.0), seed=1)
        assert wait_until(all_done, 300), processes.said()
        figures = check(server, processes)
        figures.seconds = round(time.monotonic() - begin, 1)
    assert figures.mails == 250 + 1250 + figures.digests
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")
