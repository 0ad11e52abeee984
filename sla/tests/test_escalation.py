import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from customers.tests.factories import NOON
from sla import escalation
from sla.escalation import sweep, sweep_broken
from sla.models import Escalation, EscalationStep, Promise, SlaType, Warning
from sla.tests.factories import make_sla_type, make_step, promise_of
from tickets import actions
from tickets.models import Agent, Delivery, Event, Ticket
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

HOUR = timedelta(hours=1)
LATER = NOON + 3 * HOUR  # the first answer of make_sla_type is late, the solution is not


@pytest.fixture
def codes(db) -> SlaType:
    return make_sla_type(problem_type=make_problem_type())


def warned() -> list[str]:
    return list(Delivery.objects.filter(kind="warning").order_by("to").values_list("to", flat=True))


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("pk").values_list("kind", flat=True))


def test_a_promise_past_due_is_marked_recorded_and_warned_of(codes: SlaType) -> None:
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    assert sweep(now=LATER) == escalation.Swept(broken=1, steps=1, deliveries=1)
    promise = promise_of(ticket)
    assert (promise.broken_at, promise.met_at) == (promise.due_at, None)
    assert kinds(ticket)[-2:] == [Event.Kind.PROMISE_BROKEN, Event.Kind.WARNED]
    event = ticket.events.get(kind=Event.Kind.WARNED)
    assert (event.data["promise"], event.data["promise_kind"]) == (promise.pk, "first_answer")
    assert (event.data["agents"], event.data["names"]) == ([alice.pk], ["Alice Agent"])
    assert warned() == [alice.email]


def test_sweeping_again_does_nothing(codes: SlaType) -> None:
    ticket = make_ticket(assignee=make_agent())
    sweep(now=LATER)
    before = kinds(ticket), warned()
    assert sweep(now=LATER + HOUR) == escalation.Swept(0, 0, 0)
    assert (kinds(ticket), warned()) == before


def test_what_is_due_this_very_moment_is_not_late(codes: SlaType) -> None:
    make_ticket()
    assert sweep_broken(now=NOON + 2 * HOUR) == 0
    assert sweep_broken(now=NOON + 2 * HOUR + timedelta(microseconds=1)) == 1


def test_an_answered_ticket_is_not_swept(codes: SlaType) -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + HOUR)
    assert sweep_broken(now=LATER) == 0


def test_a_step_that_was_due_before_a_late_answer_is_caught_up_and_says_so(codes: SlaType) -> None:
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    actions.reply(ticket, by=alice, text="Sorry.", at=LATER)
    assert sweep(now=LATER + HOUR).broken == 0
    assert kinds(ticket).count(Event.Kind.PROMISE_BROKEN) == 1
    assert "Meanwhile it was given." in Delivery.objects.get(kind="warning").text
    assert ticket.events.get(kind=Event.Kind.WARNED).data["late"] is True


def test_a_broken_promise_still_stands_in_the_queue_as_due(codes: SlaType) -> None:
    ticket = make_ticket()
    sweep_broken(now=LATER)
    ticket.refresh_from_db()
    assert ticket.due_at == NOON + 2 * HOUR


class TestWhoIsWarned:
    @pytest.fixture(autouse=True)
    def people(self, db) -> None:
        self.alice, self.bob = make_agent("Alice Agent"), make_agent("Bob Agent")
        self.boss = make_agent("Boss Agent", is_superuser=True)
        self.gone = make_agent("Gone Agent", is_active=False)

    def warned_of(self, *, names: list[Agent] | None = None, **ticket: object) -> list[str]:
        make_sla_type(problem_type=make_problem_type(), warned=names or [])
        make_ticket(**ticket)
        sweep(now=LATER)
        return [address.split("@")[0] for address in warned()]

    def test_the_handler_and_those_whom_the_sla_type_names(self) -> None:
        assert self.warned_of(names=[self.bob], assignee=self.alice) == ["alice", "bob"]

    def test_each_once(self) -> None:
        assert self.warned_of(names=[self.alice], assignee=self.alice) == ["alice"]

    def test_the_team_when_nobody_has_it_and_nobody_is_named(self) -> None:
        team = make_team("Keys", self.alice, self.gone)
        assert self.warned_of(team=team) == ["alice"]

    def test_not_the_team_when_somebody_is_named(self) -> None:
        assert self.warned_of(names=[self.bob], team=make_team("Keys", self.alice)) == ["bob"]

    def test_the_admins_when_there_is_nobody_else(self) -> None:
        assert self.warned_of(team=make_team("Empty", self.gone)) == ["boss"]

    def test_nobody_who_left(self) -> None:
        assert self.warned_of(names=[self.gone], assignee=self.gone) == ["boss"]

    def test_with_nobody_at_all_it_is_marked_and_the_log_says_so(self, caplog) -> None:
        Agent.objects.filter(pk=self.boss.pk).update(is_active=False)
        assert self.warned_of() == []
        assert Promise.objects.exclude(broken_at=None).count() == 1
        assert "nobody to tell" in caplog.text


def test_the_warning_says_what_is_late_and_where(codes: SlaType) -> None:
    ticket = make_ticket(assignee=make_agent())
    sweep(now=LATER)
    mail = Delivery.objects.get(kind="warning")
    assert mail.subject == f"[#{ticket.number}] Answer is late: {ticket.subject}"
    for part in (mail.text, mail.html):
        assert "Wednesday, 11 March 2026, 14:00 (EET)" in part
        assert f"/desk/tickets/{ticket.number}/" in part


def test_one_that_cannot_be_done_is_not_done_and_stops_no_other(
    codes: SlaType, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    alice = make_agent()
    bad, good = make_ticket(assignee=alice), make_ticket(assignee=alice)
    real = escalation.whom

    def whom(step: EscalationStep, ticket: Ticket) -> list[Agent]:
        if ticket == bad:
            raise RuntimeError("a broken step")
        return real(step, ticket)

    monkeypatch.setattr(escalation, "whom", whom)
    assert sweep(now=LATER) == escalation.Swept(broken=2, steps=1, deliveries=1)
    assert Event.Kind.WARNED not in kinds(bad)
    assert Event.Kind.WARNED in kinds(good)
    assert "could not be done" in caplog.text
    monkeypatch.undo()
    assert sweep(now=LATER).steps == 1


def test_what_is_caught_up_for_one_ticket_happens_in_its_order(codes: SlaType) -> None:
    for minutes in (60, 30, 90):
        make_step(codes, when=EscalationStep.When.AFTER, amount=minutes)
    tickets = [make_ticket() for _ in range(5)]
    assert sweep(now=LATER + HOUR).steps == 4 * len(tickets)
    for ticket in tickets:
        warned = ticket.events.filter(kind=Event.Kind.WARNED).order_by("pk")
        assert list(warned.values_list("data__amount", flat=True)) == [0, 30, 60, 90]


def test_the_sweep_looks_only_at_what_is_late(codes: SlaType) -> None:
    make_ticket()
    queries = {
        "promise_to_break": Promise.objects.to_break(LATER).values_list("pk", "ticket"),
        "escalation_due": Escalation.objects.due(LATER).values_list("pk", "promise__ticket"),
        "warning_to_send": Warning.objects.filter(batch=None, send_after__lte=LATER).values_list("by", "to"),
        "warning_of_batch": Warning.objects.filter(batch=uuid4()),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is too small to bother otherwise
    for index, query in queries.items():
        assert index in query.explain()


@pytest.mark.django_db(transaction=True)
def test_of_many_sweeps_at_once_each_promise_is_marked_by_one() -> None:
    make_sla_type(problem_type=make_problem_type(), warned=[make_agent()])
    tickets = [make_ticket() for _ in range(8)]
    marked, problems = [], []
    together = threading.Barrier(4)

    def sweep_once() -> None:
        try:
            together.wait()
            marked.append(sweep(now=LATER))
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert sum(one.broken for one in marked) == sum(one.steps for one in marked) == 8
    assert Warning.objects.exclude(batch=None).count() == 8
    assert sum(one.deliveries for one in marked) == len(warned())
    for ticket in tickets:
        assert kinds(ticket).count(Event.Kind.PROMISE_BROKEN) == 1
        assert kinds(ticket).count(Event.Kind.WARNED) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_an_answer_at_once_break_the_promise_once() -> None:
    make_sla_type(problem_type=make_problem_type())
    alice = make_agent()
    tickets = [make_ticket(assignee=alice) for _ in range(6)]
    problems = []
    together = threading.Barrier(2)

    def run(work) -> None:
        try:
            together.wait()
            work()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    def answer_all() -> None:
        for ticket in reversed(tickets):
            actions.reply(ticket, by=alice, text="Sorry.", at=LATER)

    threads = [threading.Thread(target=run, args=[work]) for work in (answer_all, lambda: sweep(now=LATER))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    for ticket in tickets:
        promise = promise_of(ticket)
        assert promise.met_at == LATER
        assert promise.broken_at == promise.due_at
        assert kinds(ticket).count(Event.Kind.PROMISE_BROKEN) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_waited_for_a_claim_warns_who_claimed() -> None:
    make_sla_type(problem_type=make_problem_type())
    alice = make_agent()
    ticket = make_ticket(team=make_team("Keys", make_agent("Bob Other")))

    def sweep_once() -> None:
        try:
            sweep(now=LATER)
        finally:
            connection.close()

    waiting = threading.Thread(target=sweep_once)
    with transaction.atomic():
        actions.claim(ticket, by=alice, at=NOON + 2 * HOUR)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join()
    assert warned() == [alice.email]


def test_beat_sweeps_every_half_minute_and_repairs() -> None:
    tasks = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks["sla.tasks.sweep_promises"] == 30
    assert "sla.tasks.repair_promises" in tasks


@pytest.mark.django_db
def test_the_tasks_are_doors_to_sweep_and_repair() -> None:
    from sla.tasks import repair_promises, sweep_promises

    ticket = make_ticket(at=datetime(2020, 1, 2, 10, tzinfo=UTC))
    ticket.promises.all().delete()
    repair_promises()
    sweep_promises()
    assert ticket.promises.exclude(broken_at=None).count() == 2
