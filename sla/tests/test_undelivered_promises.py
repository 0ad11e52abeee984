"""A customer who never got the answer waits for one again."""

from datetime import timedelta

import pytest

from customers.tests.factories import NOON
from sla.models import Promise
from sla.tests.factories import make_sla_type, promise_of
from tickets import actions
from tickets.models import Delivery, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def answered(ticket: Ticket, then: Status = Status.OPEN) -> Delivery:
    message = actions.reply(ticket, by=make_agent(), text="Try this.", then=then, at=NOON)
    return message.deliveries.get(participant=None)


def came_back(delivery: Delivery) -> None:
    assert actions.undelivered(delivery, bounced=True, detail="550 no such user", at=LATER)


@pytest.fixture
def ticket() -> Ticket:
    make_sla_type(problem_type=make_problem_type(), next_answer_minutes=60)
    return make_ticket()


def test_a_customer_who_never_got_the_answer_is_promised_one_from_then_on(ticket: Ticket) -> None:
    delivery = answered(ticket, Status.WAITING_CUSTOMER)
    came_back(delivery)
    promise = promise_of(ticket, Promise.Kind.NEXT_ANSWER)
    assert (promise.started_at, promise.met_at, promise.paused_since) == (LATER, None, None)
    assert promise_of(ticket).met_at == NOON  # the first answer was given, as far as anybody knew
    ticket.refresh_from_db()
    assert ticket.due_at == promise.due_at


def test_what_it_solved_is_promised_anew(ticket: Ticket) -> None:
    came_back(answered(ticket, Status.SOLVED))
    promise = promise_of(ticket, Promise.Kind.SOLUTION)
    assert (promise.started_at, promise.met_at) == (LATER, None)


def test_a_copy_that_failed_promises_nothing(ticket: Ticket) -> None:
    actions.add_participant(ticket, email="dave@example.com", by=make_agent(), at=NOON)
    delivery = answered(ticket)
    came_back(delivery.message.deliveries.get(participant__isnull=False))
    assert not ticket.promises.filter(kind=Promise.Kind.NEXT_ANSWER).exists()
