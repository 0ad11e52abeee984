"""Four sweepers at once, two of them killed with -9 midway; then two senders, one of which is killed.

Each step must have happened once, each person must have been told of each once, and of the mails none may be lost
and none repeated but for a reason that its attempts tell.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from customers.tests.factories import make_code, make_order, make_product
from helpdesk.tests.killing import (
    Outcome,
    all_sent,
    all_swept,
    check_digests,
    check_mails,
    running,
    wait_until,
)
from sla.models import Escalation, EscalationStep, Promise, Warning
from sla.promises import differences
from sla.tests.factories import make_sla_type, make_step
from tickets.channels.message_ids import message_id
from tickets.models import Delivery, DeliveryAttempt, Event, Notice, Ticket
from tickets.models.ticket import Priority
from tickets.tests.factories import make_agent, make_problem_type, make_ticket
from tickets.tests.mail_server import MailServer, mail_server, taking_and_answering_late

SWEEPER = [sys.executable, "-m", "helpdesk.tests.sweeper"]
SWEEPERS = {f"sweeper {number}": [*SWEEPER, "sweep"] for number in range(1, 5)}
SENDERS = {f"sender {number}": [*SWEEPER, "send"] for number in (1, 2)}
BOSS = "boss@elsewhere.example"
When = EscalationStep.When


@dataclass
class Figures:
    """What a test tells at its end."""

    steps: int
    swept_in: float
    mails: int
    repeated: int
    cut_off: int


def make_work(tickets: int) -> int:
    """Tickets that nobody answered for weeks. Each has two promises with five steps each; three agents and an address
    are to be told. Returns the number of steps."""
    alice, bob, dan = (make_agent(f"{name} Agent") for name in ("Alice", "Bob", "Dan"))
    problem_type = make_problem_type()
    sla_type = make_sla_type(problem_type=problem_type, warned=[alice])
    others = {"to_assignee": False}
    for kind in (Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION):
        make_step(sla_type, kind, when=When.PERCENT, amount=50, by_notice=True, **others).agents.set([bob])
        make_step(sla_type, kind, when=When.BEFORE, amount=10, **others).agents.set([bob, dan])
        make_step(sla_type, kind, when=When.AFTER, amount=30, address=BOSS, raise_priority=True, **others)
        make_step(sla_type, kind, when=When.AFTER, amount=60, hand_to_agent=dan, **others).agents.set(
            [alice, dan]
        )
    order, product = make_order(), make_product()
    for _ in range(tickets):
        code = make_code(order=order, product=product)
        make_ticket(code=code, problem_type=problem_type, at=timezone.now() - timedelta(days=60))
    steps = Escalation.objects.due(timezone.now()).count()
    assert steps == tickets * 10
    return steps


def sweep_and_kill(steps: int, folder: Path, *, rounds: int, seconds: float) -> float:
    """Kill two sweepers after each of so many parts of the work. Returns the seconds it took."""
    begin = time.monotonic()
    with running(SWEEPERS, folder) as processes:
        for number in range(1, rounds + 1):
            part = steps * number // (rounds + 1)
            assert wait_until(lambda part=part: done() >= part, seconds), processes.said()
            assert done() < steps, "nothing left that a kill could spoil"
            for name in list(SWEEPERS)[:2] if number % 2 else list(SWEEPERS)[2:]:
                processes.kill_and_restart(name)
        assert wait_until(all_swept, seconds), processes.said()
        assert "Traceback" not in processes.said()
    return round(time.monotonic() - begin, 1)


def done() -> int:
    return Escalation.objects.filter(state=Escalation.State.DONE).count()


def check_steps(steps: int) -> None:
    """Each promise is marked once and each step taken once, with all that belongs to it."""
    assert done() == Escalation.objects.count() == steps
    escalations = Counter(Escalation.objects.values_list("promise", "step"))
    warned = Event.objects.filter(kind=Event.Kind.WARNED)
    assert Counter(warned.values_list("data__promise", "data__step")) == escalations
    assert set(escalations.values()) == {1}
    broken = Event.objects.filter(kind=Event.Kind.PROMISE_BROKEN).values_list("data__promise", flat=True)
    assert Counter(broken) == Counter(Promise.objects.values_list("pk", flat=True))
    assert not Promise.objects.filter(broken_at=None).exists()
    assert list(differences(Ticket.objects.values_list("pk", flat=True))) == []

    tickets = Ticket.objects.count()
    assert Counter(Notice.objects.values_list("ticket", flat=True)) == dict.fromkeys(
        Ticket.objects.values_list("pk", flat=True), 2
    )
    raised = Event.objects.filter(kind=Event.Kind.PRIORITY_RAISED).count()
    assert (raised, Ticket.objects.filter(priority=Priority.URGENT).count()) == (2 * tickets, tickets)
    assert Event.objects.filter(kind=Event.Kind.HANDED_OVER).count() == tickets


def check_order() -> None:
    """What is due for one ticket is done in its order, whoever does it."""
    events = Event.objects.filter(kind=Event.Kind.WARNED).order_by("ticket", "pk")
    due_at = {one[:2]: one[2] for one in Escalation.objects.values_list("promise", "step", "due_at")}
    told = events.values_list("ticket", "data__promise", "data__step")
    for _ticket, rows in groupby(told, key=lambda row: row[0]):
        moments = [due_at[promise, step] for _, promise, step in rows]
        assert moments == sorted(moments)


def check_warnings() -> None:
    """Each person was told of each step once."""
    told = Counter(Warning.objects.values_list("escalation", "to"))
    assert told == {
        (escalation.pk, to): 1
        for escalation in Escalation.objects.select_related("step").prefetch_related("step__agents")
        for to in whom(escalation)
    }
    check_digests()


def whom(escalation: Escalation) -> set[str]:
    """Who is to be told of a step, by what `make_work` says. A handler is there once the last step of the first answer
    gave the ticket to Dan, which was before any step of the solution."""
    step = escalation.step
    people = {agent.email for agent in step.agents.all()} | ({step.address} if step.address else set())
    handled = step.to_assignee and step.promise_kind == Promise.Kind.SOLUTION
    return people | {"dan@desk.example"} if handled else people


def send_and_kill(server: MailServer, folder: Path, *, seconds: float) -> tuple[int, int]:
    """Two senders, of which one is killed for good after the server took its mail and before it said so. Returns how
    many mails were sent twice and how many attempts were cut off."""
    with running(SENDERS, folder, server) as processes:
        third = Delivery.objects.count() // 3
        assert wait_until(lambda: len(server.taken) >= third, seconds), processes.said()
        server.on_data = taking_and_answering_late(server, 2.0)
        assert wait_until(lambda: is_held(processes.pid("sender 1"), server), seconds), processes.said()
        processes.kill("sender 1")
        server.on_data = None
        assert not all_sent(), "nothing left to lose"
        assert wait_until(all_sent, seconds), processes.said()
    return len(server.taken) - Delivery.objects.count(), check_mails(server)


def is_held(pid: int, server: MailServer) -> bool:
    """Whether this sender waits for the answer to a mail that the server took."""
    started = DeliveryAttempt.objects.filter(outcome=Outcome.STARTED, worker__endswith=f":{pid}")
    taken = server.times_taken()
    return any(message_id(attempt.delivery) in taken for attempt in started.select_related("delivery"))


def sweep_send_and_check(
    server: MailServer, folder: Path, *, tickets: int, rounds: int, seconds: float
) -> Figures:
    steps = make_work(tickets)
    swept_in = sweep_and_kill(steps, folder, rounds=rounds, seconds=seconds)
    check_steps(steps)
    check_order()
    check_warnings()
    repeated, cut_off = send_and_kill(server, folder, seconds=seconds)
    assert (repeated, cut_off) == (1, 1)
    return Figures(steps, swept_in, Delivery.objects.count(), repeated, cut_off)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.django_db(transaction=True)
def test_killed_sweepers_take_each_step_once_and_killed_senders_lose_nothing(
    server: MailServer, tmp_path: Path
) -> None:
    sweep_send_and_check(server, tmp_path, tickets=15, rounds=1, seconds=60)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_steps_are_taken_once_each_whoever_is_killed(
    server: MailServer, tmp_path: Path, capsys
) -> None:
    # SQLite has one writer at a time; there a tenth is enough to wait for.
    tickets = 1_000 if connection.vendor == "postgresql" else 100
    figures = sweep_send_and_check(server, tmp_path, tickets=tickets, rounds=4, seconds=600)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")
