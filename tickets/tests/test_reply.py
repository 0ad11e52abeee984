import pytest

from customers.tests.factories import NOON
from tickets.actions import Seen, close, receive, reply, solve
from tickets.actions.refusals import ChangedMeanwhile, Finished, HeldBy, NothingSaid
from tickets.models import Agent, Delivery, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import kinds
from tickets.tests.factories import last_message, make_agent, make_ticket

pytestmark = pytest.mark.django_db


def seen(ticket: Ticket, assignee: Agent | None = None) -> Seen:
    return Seen(message=last_message(ticket).pk, assignee=assignee.pk if assignee else None)


def test_a_reply_goes_to_the_customer_and_ends_the_waiting():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    message = reply(ticket, by=alice, text=" Here is a new code. ", at=NOON)
    ticket.refresh_from_db()
    assert (message.text, message.direction, message.agent) == ("Here is a new code.", "out", alice)
    assert ticket.waiting_since is None
    assert Delivery.objects.get(message=message).to == "carol@example.com"


def test_replying_claims_what_nobody_has():
    alice, ticket = make_agent(), make_ticket()
    reply(ticket, by=alice, text="Hello", at=NOON)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (alice, "open")
    assert kinds(ticket) == ["claimed", "replied"]


def test_a_reply_to_ones_own_open_ticket_is_one_event():
    alice = make_agent()
    ticket = make_ticket()
    reply(ticket, by=alice, text="One", at=NOON)
    reply(ticket, by=alice, text="Two", at=NOON)
    assert kinds(ticket) == ["claimed", "replied", "replied"]


@pytest.mark.parametrize(
    ("then", "events"),
    [
        (Status.WAITING_CUSTOMER, ["claimed", "replied", "status_changed"]),
        (Status.WAITING_SUPPLIER, ["claimed", "replied", "status_changed"]),
        (Status.SOLVED, ["claimed", "replied", "solved"]),
    ],
)
def test_a_reply_can_leave_the_ticket_waiting_or_solved(then, events):
    ticket = make_ticket()
    reply(ticket, by=make_agent(), text="Hello", then=then, at=NOON)
    ticket.refresh_from_db()
    assert ticket.status == then
    assert kinds(ticket) == events


def test_a_reply_that_solves_sends_one_mail():
    ticket = make_ticket()
    before = Delivery.objects.count()
    reply(ticket, by=make_agent(), text="Hello", then=Status.SOLVED, at=NOON)
    assert Delivery.objects.count() == before + 1


def test_a_reply_to_a_solved_ticket_reopens_it():
    ticket = make_ticket()
    solve(ticket, by=None)
    reply(ticket, by=make_agent(), text="One more thing", at=NOON)
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_closed_ticket_takes_no_reply():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    with pytest.raises(Finished):
        reply(ticket, by=make_agent(), text="Hello")


def test_two_never_answer_at_once():
    bob = make_agent("Bob Other")
    ticket = make_ticket(assignee=bob)
    with pytest.raises(HeldBy, match="Bob Other"):
        reply(ticket, by=make_agent(), text="Hello", seen=seen(ticket, bob))
    assert kinds(ticket) == []


def test_nothing_is_sent_without_words_or_files():
    ticket = make_ticket()
    with pytest.raises(NothingSaid):
        reply(ticket, by=make_agent(), text=" \n")
    ticket.refresh_from_db()
    assert (ticket.assignee, kinds(ticket)) == (None, [])


def test_a_message_that_came_meanwhile_stops_the_reply():
    ticket = make_ticket()
    page = seen(ticket)
    newer = receive(ticket, by=ticket.customer, text="Solved itself!", at=NOON)
    with pytest.raises(ChangedMeanwhile) as stopped:
        reply(ticket, by=make_agent(), text="Hello", seen=page)
    assert stopped.value.messages == [newer]
    assert kinds(ticket) == ["received"]


def test_another_handler_meanwhile_stops_the_reply():
    ticket = make_ticket()
    page = seen(ticket)
    bob = make_agent("Bob Other")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=bob)
    with pytest.raises(ChangedMeanwhile) as stopped:
        reply(ticket, by=make_agent(), text="Hello", seen=page)
    assert (stopped.value.holder, stopped.value.holder_changed) == (bob, True)


def test_having_claimed_it_in_another_tab_is_no_news():
    alice, ticket = make_agent(), make_ticket()
    page = seen(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=alice)
    assert reply(ticket, by=alice, text="Hello", seen=page).pk
