from datetime import timedelta

import pytest

from customers.tests.factories import NOON
from tickets.actions import close, receive, reopen, reply, solve, wait_for
from tickets.actions.refusals import GoesOn, NothingSaid
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import kinds
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_what_a_customer_says_is_recorded_once():
    ticket = make_ticket()
    message = receive(ticket, by=ticket.customer, text=" Any news? ", at=LATER)
    assert (message.text, message.direction, message.customer) == ("Any news?", "in", ticket.customer)
    assert kinds(ticket) == ["received"]


def test_asking_again_keeps_the_place_in_the_queue():
    ticket = make_ticket(at=NOON)
    receive(ticket, by=ticket.customer, text="Hello?", at=LATER)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOON


def test_after_an_answer_the_waiting_begins_anew():
    ticket = make_ticket(at=NOON)
    reply(ticket, by=make_agent(), text="Try again", then=Status.WAITING_CUSTOMER, at=NOON)
    receive(ticket, by=ticket.customer, text="No luck", at=LATER)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.status) == (LATER, "open")


def test_a_ticket_that_waits_for_the_supplier_goes_on_waiting():
    ticket = make_ticket()
    wait_for(ticket, Status.WAITING_SUPPLIER, by=make_agent())
    receive(ticket, by=ticket.customer, text="Hello?")
    ticket.refresh_from_db()
    assert ticket.status == "waiting_supplier"


def test_a_solved_ticket_reopens():
    ticket = make_ticket()
    solve(ticket, by=None)
    receive(ticket, by=ticket.customer, text="Still broken", at=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("open", LATER)
    assert kinds(ticket) == ["solved", "reopened", "received"]


def test_after_closing_a_new_ticket_follows_the_old_one():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    message = receive(ticket, by=ticket.customer, text="It is back", at=LATER)
    assert message.ticket != ticket
    assert message.ticket.follows == ticket
    assert message.ticket.events.filter(kind="opened").count() == 1
    assert kinds(ticket) == ["solved", "closed"]


def test_an_agent_may_reopen_what_was_reported_anew():
    ticket = make_ticket()
    solve(ticket, by=None)
    make_ticket(code=ticket.code, at=LATER)
    assert reopen(ticket, by=make_agent())
    solve(ticket, by=None)
    with pytest.raises(GoesOn):
        reopen(ticket, by=ticket.customer, at=LATER)


def test_nothing_said_is_nothing_received():
    ticket = make_ticket()
    with pytest.raises(NothingSaid):
        receive(ticket, by=ticket.customer, text=" \n")
    assert kinds(ticket) == []
    assert Ticket.objects.count() == 1
