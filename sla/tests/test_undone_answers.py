"""An answer that was taken back has never been, as far as promises care."""

from datetime import timedelta

import pytest

from customers.tests.factories import NOON
from sla.models import Escalation, EscalationStep, Promise
from sla.promises import differences, histories_of
from sla.tests.factories import make_sla_type, make_step, promise_of
from sla.why import why
from tickets import actions
from tickets.models import Event, Message, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def ticket(settings) -> Ticket:
    settings.SEND_DELAY_SECONDS = 60
    sla_type = make_sla_type(problem_type=make_problem_type(), next_answer_minutes=60)
    make_step(sla_type, when=EscalationStep.When.PERCENT, amount=50)
    return make_ticket()


def answer(ticket: Ticket, then: Status = Status.OPEN, seconds: int = 1) -> Message:
    return actions.reply(ticket, by=make_agent(), text="Oh.", then=then, at=NOON + seconds * SECOND)


def undo(message: Message, seconds: int = 5) -> None:
    actions.undo_reply(message, by=make_agent(), at=NOON + seconds * SECOND)


def test_the_history_is_as_before_but_for_the_taking_back(ticket: Ticket) -> None:
    before = histories_of([ticket.pk])[ticket.pk]
    undo(answer(ticket, Status.SOLVED))
    *rest, last = histories_of([ticket.pk])[ticket.pk]
    assert rest == before
    assert last.kind == Event.Kind.REPLY_UNDONE


def test_the_first_answer_is_still_owed(ticket: Ticket) -> None:
    due_at = promise_of(ticket).due_at
    undo(answer(ticket, Status.WAITING_CUSTOMER))
    promise = promise_of(ticket)
    assert (promise.met_at, promise.paused_since, promise.due_at) == (None, None, due_at)
    ticket.refresh_from_db()
    assert ticket.due_at == due_at


def test_steps_that_it_called_off_are_planned_again(ticket: Ticket) -> None:
    steps = Escalation.objects.filter(promise=promise_of(ticket)).order_by("pk")
    before = list(steps.values_list("due_at", "state"))
    message = answer(ticket)
    assert set(steps.values_list("state", flat=True)) == {Escalation.State.CANCELLED}
    undo(message)
    assert list(steps.values_list("due_at", "state")) == before


def test_a_step_whose_moment_came_meanwhile_is_caught_up(ticket: Ticket) -> None:
    step = Escalation.objects.filter(promise=promise_of(ticket)).earliest("due_at")
    seconds = int((step.due_at - NOON).total_seconds())
    message = answer(ticket, seconds=seconds - 10)
    assert not Escalation.objects.due(step.due_at + SECOND).exists()
    undo(message, seconds=seconds + 10)
    assert Escalation.objects.due(step.due_at + 20 * SECOND).get() == step


def test_steps_that_were_over_before_stay_over(ticket: Ticket) -> None:
    Escalation.objects.update(state=Escalation.State.DONE)
    undo(answer(ticket))
    assert set(Escalation.objects.values_list("state", flat=True)) == {Escalation.State.DONE}


def test_a_promise_that_began_since_is_no_second_one(ticket: Ticket) -> None:
    message = answer(ticket, Status.SOLVED)
    actions.reopen(ticket, by=ticket.customer, at=NOON + 2 * SECOND)
    assert ticket.promises.count() == 4
    undo(message)
    open_ones = ticket.promises.open().order_by("pk").values_list("kind", flat=True)
    assert list(open_ones) == [Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION]
    assert ticket.promises.count() == 2
    assert list(differences([ticket.pk])) == []


def test_a_promise_that_it_broke_late_stays_broken(ticket: Ticket) -> None:
    late = int((promise_of(ticket).due_at - NOON).total_seconds()) + 30
    message = answer(ticket, seconds=late)
    undo(message, seconds=late + 5)
    promise = promise_of(ticket)
    assert (promise.broken_at, promise.met_at) == (promise.due_at, None)
    assert ticket.events.filter(kind=Event.Kind.PROMISE_BROKEN).count() == 1


def test_nobody_is_said_to_have_claimed_by_it(ticket: Ticket) -> None:
    before = why(ticket)["agent"]
    message = answer(ticket)
    assert len(why(ticket)["agent"]) == len(before) + 1
    undo(message)
    assert why(ticket)["agent"] == before
