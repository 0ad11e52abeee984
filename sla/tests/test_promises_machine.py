"""Tickets driven through verbs at random, with the clock jumping in between. After each step the promises that
are derived anew must be those that are stored."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from customers.tests.factories import NOON
from sla import escalation, promises
from sla.models import Escalation, EscalationStep, Promise, SlaType
from sla.tests.factories import make_sla_type, make_step
from tickets import actions
from tickets.actions.refusals import Refused
from tickets.models import Event, Message, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

TYPES = ("code-used", "refund", "other")
HELD_SECONDS = 60
WAITS = (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER)


class TicketsLive(RuleBasedStateMachine):
    """Two tickets, three SLA types, one agent, and an admin who changes the terms."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.delay = override_settings(SEND_DELAY_SECONDS=HELD_SECONDS)
        self.delay.enable()

    @initialize()
    def open(self) -> None:
        self.now, self.alice = NOON, make_agent()
        make_sla_type("Usual", problem_type=make_problem_type(TYPES[0]), next_answer_minutes=180)
        make_sla_type(
            "Quick",
            problem_type=make_problem_type(TYPES[1]),
            first_answer_minutes=15,
            first_answer_clock="always",
            next_answer_minutes=20,
            solution_minutes=45,
            supplier_pauses=True,
        )
        make_sla_type("Silent", problem_type=make_problem_type(TYPES[2]), solution_minutes=None)
        for sla_type in SlaType.objects.all():
            for kind in Promise.Kind:
                make_step(sla_type, kind, when=EscalationStep.When.PERCENT, amount=50, raise_priority=True)
                make_step(sla_type, kind, when=EscalationStep.When.AFTER, amount=30, to_team=True)
        self.tickets = [make_ticket(at=self.now), make_ticket(at=self.now)]
        self.kept: dict[int, Any] = {}

    def act(self, number: int, verb: Any, *args: Any, **fields: Any) -> None:
        ticket = self.tickets[number]
        try:
            said = verb(ticket, *args, at=self.now, **fields)
        except Refused:
            return
        if verb is actions.receive:  # after a closed ticket it goes on in another
            self.tickets[number] = said.ticket
        self.tickets[number].refresh_from_db()

    which = st.integers(0, 1)

    @rule(minutes=st.sampled_from([1, 7, 30, 60, 119, 120, 121, 479, 481, 24 * 60, 3 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(seconds=st.integers(1, 59))
    def seconds_pass(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(number=which, then=st.sampled_from([*WAITS, Status.SOLVED]))
    def reply(self, number: int, then: Status) -> None:
        self.act(number, actions.reply, by=self.alice, text="Try this.", then=then)

    @rule(number=which)
    def take_the_newest_answer_back(self, number: int) -> None:
        """Whatever happened since."""
        message = self.tickets[number].messages.filter(direction=Message.Direction.OUT).last()
        if message is None:
            return
        try:
            actions.undo_reply(message, by=self.alice, at=self.now)
        except Refused:
            assert self.now >= message.held_until
            return
        self.tickets[number].refresh_from_db()
        self._forget_what_was_met(since=message.created_at)

    @rule(number=which, then=st.sampled_from([*WAITS, Status.SOLVED]), seconds=st.integers(0, 59))
    def answer_and_take_it_back_at_once(self, number: int, then: Status, seconds: int) -> None:
        ticket = self.tickets[number]
        before, waiting = self._stands(ticket), self._waiting(ticket)
        try:
            message = actions.reply(ticket, by=self.alice, text="Oh no.", then=then, at=self.now)
        except Refused:
            return
        self.now += timedelta(seconds=seconds)
        actions.undo_reply(message, by=self.alice, at=self.now)
        ticket.refresh_from_db()
        assert self._stands(ticket) == before
        assert {one for one in waiting if one[1] and one[1] > self.now} <= self._waiting(ticket)

    def _forget_what_was_met(self, since: datetime) -> None:
        """What the answer met is open again, and what began by it is gone; what broke until then stays broken."""
        there = set(Promise.objects.values_list("pk", flat=True))
        self.kept = {
            pk: (broken_at, None if met_at and met_at >= since else met_at)
            for pk, (broken_at, met_at) in self.kept.items()
            if pk in there
        }

    def _stands(self, ticket: Ticket) -> list[Any]:
        """Without that somebody noticed a broken promise, which an answer may do."""
        columns = ("status", "assignee", "waiting_since", "solved_at", "due_at")
        promises = ticket.promises.order_by("pk").values_list(
            "kind", "terms", "started_at", "due_at", "paused_since", "met_at", "worked_seconds"
        )
        return [getattr(ticket, name) for name in columns] + list(promises)

    def _waiting(self, ticket: Ticket) -> set[tuple[Any, ...]]:
        steps = Escalation.objects.filter(promise__ticket=ticket, state=Escalation.State.WAITING)
        return set(steps.values_list("promise", "due_at", "step"))

    @rule(number=which, bounced=st.booleans())
    def the_newest_mail_does_not_arrive(self, number: int, bounced: bool) -> None:
        ticket = self.tickets[number]
        mail = ticket.deliveries.filter(kind="reply", message__held_until__lte=self.now).first()
        if mail is None:
            return
        is_news = actions.undelivered(mail, bounced=bounced, detail="no such user", at=self.now)
        ticket.refresh_from_db()
        if is_news and ticket.status != Status.CLOSED:
            assert ticket in Ticket.objects.unanswered()

    @rule(number=which)
    def receive(self, number: int) -> None:
        ticket = self.tickets[number]
        self.act(number, actions.receive, by=ticket.customer, text=f"Still not. {self.now}")

    @rule(number=which, answered=st.booleans())
    def phone(self, number: int, answered: bool) -> None:
        self.act(number, actions.add_memo, by=self.alice, text=f"Called. {self.now}", answered=answered)

    @rule(number=which, status=st.sampled_from(WAITS))
    def wait_for(self, number: int, status: Status) -> None:
        self.act(number, actions.wait_for, status, by=self.alice)

    @rule(number=which, by_customer=st.booleans())
    def solve(self, number: int, by_customer: bool) -> None:
        by = self.tickets[number].customer if by_customer else self.alice
        self.act(number, actions.solve, by=by)

    @rule(number=which, by_customer=st.booleans())
    def reopen(self, number: int, by_customer: bool) -> None:
        by = self.tickets[number].customer if by_customer else self.alice
        self.act(number, actions.reopen, by=by)

    @rule(number=which)
    def close(self, number: int) -> None:
        self.act(number, actions.close, by=self.alice)

    @rule(number=which, slug=st.sampled_from(TYPES))
    def change_type(self, number: int, slug: str) -> None:
        self.act(number, actions.change_problem_type, make_problem_type(slug), by=self.alice)

    @rule(name=st.sampled_from(["Usual", "Quick", "Silent"]), minutes=st.sampled_from([10, 60, 300]))
    def the_admin_changes_the_terms(self, name: str, minutes: int) -> None:
        SlaType.objects.filter(name=name).update(first_answer_minutes=minutes, supplier_pauses=minutes > 60)

    @rule()
    def sweep(self) -> None:
        escalation.sweep(now=self.now)
        assert not Promise.objects.to_break(self.now).exists()
        assert not Escalation.objects.due(self.now).exists()

    @rule()
    def repair(self) -> None:
        assert promises.repair_missed(now=self.now) == 0

    @invariant()
    def derived_anew_they_are_the_stored_ones(self) -> None:
        every = list(Ticket.objects.values_list("pk", flat=True))
        assert list(map(str, promises.differences(every))) == []

    @invariant()
    def none_is_met_and_broken_wrongly(self) -> None:
        for promise in Promise.objects.all():
            if promise.broken_at:
                assert promise.broken_at == promise.due_at
                assert promise.due_at < (promise.met_at or self.now)
            assert (promise.worked_seconds is None) == (promise.met_at is None)
            assert not (promise.met_at and promise.paused_since)

    @invariant()
    def a_clock_stands_still_exactly_when_status_and_terms_say_so(self) -> None:
        for promise in Promise.objects.open().select_related("ticket", "terms"):
            status, pauses = promise.ticket.status, promise.terms.data["supplier_pauses"]
            for_supplier = status == Status.WAITING_SUPPLIER and promise.kind == "solution" and pauses
            assert bool(promise.paused_since) == (status == Status.WAITING_CUSTOMER or for_supplier)

    @invariant()
    def kept_stays_kept_and_broken_stays_broken(self) -> None:
        for promise in Promise.objects.all():
            before = self.kept.get(promise.pk, (None, None))
            now = (promise.broken_at, promise.met_at)
            assert all(was is None or was == here for was, here in zip(before, now, strict=True))
            if before[1]:
                assert now == before, "a kept promise changed"
            self.kept[promise.pk] = now

    @invariant()
    def each_break_is_recorded_once(self) -> None:
        events = Event.objects.filter(kind=Event.Kind.PROMISE_BROKEN).values_list("data__promise", flat=True)
        broken = Promise.objects.exclude(broken_at=None).values_list("pk", flat=True)
        assert Counter(events) == dict.fromkeys(broken, 1)

    @invariant()
    def no_step_happens_twice_or_without_its_time(self) -> None:
        done = Escalation.objects.filter(state=Escalation.State.DONE)
        warned = Event.objects.filter(kind=Event.Kind.WARNED).values_list("data__promise", "data__step")
        assert Counter(warned) == dict.fromkeys(done.values_list("promise", "step"), 1)
        for one in Escalation.objects.select_related("promise"):
            if one.state == Escalation.State.WAITING:
                assert one.due_at or one.promise.paused_since
            if one.state == Escalation.State.WAITING and one.due_at and one.due_at > self.now:
                assert one.promise.met_at is None
            if one.state == Escalation.State.DONE:
                assert one.due_at <= one.done_at

    @invariant()
    def the_ticket_shows_the_earliest_that_runs(self) -> None:
        for ticket in Ticket.objects.all():
            running = [p.due_at for p in ticket.promises.open() if p.paused_since is None]
            assert ticket.due_at == min(running, default=None)

    def teardown(self) -> None:
        self.delay.disable()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


def lives(examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        TicketsLive,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet
        ),
    )


@pytest.mark.django_db
def test_promises_derived_anew_are_the_stored_ones_whatever_happens() -> None:
    lives(8, 20)


@pytest.mark.heavy
@pytest.mark.django_db
def test_promises_hold_over_hundreds_of_lives() -> None:
    lives(400, 50)
