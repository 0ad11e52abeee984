"""`kill -9` of workers and beat in the middle of sending and sweeping, with the real processes.

Afterwards every mail and warning must have gone out, each promise must be marked and warned of once, and
every mail that the server took more than once must be explained by an attempt that was cut off.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from customers.tests.factories import make_code, make_order, make_product
from sla.models import Promise, Warning
from sla.tests.factories import make_sla_type
from tickets.channels.deliver import message_id
from tickets.models import Delivery, DeliveryAttempt, Event
from tickets.tests.factories import make_agent, make_problem_type, make_ticket
from tickets.tests.mail_server import MailServer, mail_server, slowly

LEASE_SECONDS = 3
THREADS = 4
WORKER = ["worker", "--pool", "threads", "--concurrency", str(THREADS), "--loglevel", "WARNING"]
BEAT = ["beat", "--loglevel", "WARNING"]
Outcome = DeliveryAttempt.Outcome


@dataclass
class Figures:
    """What a test tells at its end."""

    kills: Counter[str] = field(default_factory=Counter)
    mails: int = 0
    accepted: int = 0
    cut_off: int = 0
    doubles: int = 0
    promises: int = 0
    seconds: float = 0.0


class Machine:
    """Two workers and, by somebody's mistake, two beats. They can be killed and are started again."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()
        for name in ("worker 1", "worker 2", "beat 1", "beat 2"):
            self._start(name)

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: at once, in the middle of anything; then started again."""
        process = self._running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills[name.split()[0]] += 1
        self._start(name)

    def end(self) -> None:
        for process in self._running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str) -> None:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "helpdesk",
            *(WORKER if name.startswith("worker") else BEAT),
        ]
        if name.startswith("worker"):
            command += ["-n", f"{name.replace(' ', '')}@test"]
        with self._log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                env=self._environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def machine(server: MailServer, folder: Path, redis_url: str = "") -> Iterator[Machine]:
    known = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        "DJANGO_SETTINGS_MODULE": "helpdesk.tests.kill_settings",
        "KILL_TEST_DATABASE": json.dumps({key: connection.settings_dict[key] for key in known}),
        "HELPDESK_DATA": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
    }
    if redis_url:
        environment |= {"REDIS_URL": redis_url, "REDIS_PREFIX": f"kill-{folder.name}-{os.getpid()}:"}
    processes = Machine(environment, folder / "processes.log")
    try:
        yield processes
    finally:
        processes.end()


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


def wait_until(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.05)
    return False


def all_done() -> bool:
    waiting = Delivery.objects.exclude(state=Delivery.State.SENT).exists()
    return not waiting and not Promise.objects.to_break(timezone.now()).exists()


def check(server: MailServer, machine: Machine) -> Figures:
    """What must be true whoever was killed, and when."""
    taken = server.times_taken()
    attempts: dict[int, list[DeliveryAttempt]] = {}
    for attempt in DeliveryAttempt.objects.order_by("delivery", "number"):
        attempts.setdefault(attempt.delivery_id, []).append(attempt)
    deliveries = list(Delivery.objects.all())
    for delivery in deliveries:
        log = attempts[delivery.pk]
        times = taken.pop(message_id(delivery), 0)
        assert delivery.state == Delivery.State.SENT
        assert times >= 1, f"lost: {delivery}"
        assert [a.number for a in log] == list(range(1, delivery.attempts_made + 1))
        assert {a.outcome for a in log} <= {Outcome.SENT, Outcome.INTERRUPTED}, [a.outcome for a in log]
        # One that was taken each time but for those cut off, of which nobody can know.
        sent = sum(a.outcome == Outcome.SENT for a in log)
        assert sent <= times <= len(log)
    assert not taken, "mails that nobody queued"

    cut_off = DeliveryAttempt.objects.filter(outcome=Outcome.INTERRUPTED).count()
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
    # Two promises a ticket, and for each one mail to each agent.
    warnings = Counter(Warning.objects.values_list("escalation", "to"))
    assert len(warnings) == len(promises) * 2
    assert set(warnings.values()) == {1}
    return Figures(
        kills=machine.kills,
        mails=len(deliveries),
        accepted=len(server.taken),
        cut_off=cut_off,
        doubles=len(server.taken) - len(deliveries),
        promises=len(promises),
    )


def storm(machine: Machine, *, pause: tuple[float, float], seed: int) -> None:
    """Kill one after the other, while there is work and a little after."""
    chance = random.Random(seed)
    victims = ["worker 1", "worker 2"] * 3 + ["beat 1", "beat 2"]
    chance.shuffle(victims)
    for victim in victims:
        time.sleep(chance.uniform(*pause))
        machine.kill(victim)


def marked() -> int:
    return Event.objects.filter(kind=Event.Kind.PROMISE_BROKEN).count()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        server.on_data = slowly(0.04)  # so that a killed worker is in the middle of a mail, mostly
        yield server


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def broker(request) -> str:
    """Address of the broker; empty for the folder."""
    return request.getfixturevalue("redis_url") if request.param == "redis" else ""


@pytest.mark.django_db(transaction=True)
def test_killed_workers_and_beat_lose_no_mail_and_no_warning(
    server: MailServer, broker: str, tmp_path: Path
) -> None:
    make_work(tickets=10, other_mails=50)
    with machine(server, tmp_path, broker) as processes:
        assert wait_until(lambda: marked() >= 3, 60), (tmp_path / "processes.log").read_text()
        processes.kill("worker 1")
        processes.kill("worker 2")
        before = len(server.taken)
        assert wait_until(lambda: len(server.taken) >= before + 5, 60)
        processes.kill("beat 1")
        processes.kill("worker 1")
        assert wait_until(all_done, 90), (tmp_path / "processes.log").read_text()
        figures = check(server, processes)
    assert figures.mails == 10 + 50 + 2 * 20


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
            processes.kill("worker 1")
            processes.kill("worker 2")
        storm(processes, pause=(1.0, 5.0), seed=1)
        assert wait_until(all_done, 300), (tmp_path / "processes.log").read_text()[-5000:]
        figures = check(server, processes)
        figures.seconds = round(time.monotonic() - begin, 1)
    assert figures.mails == 250 + 1250 + 2 * 500
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")
