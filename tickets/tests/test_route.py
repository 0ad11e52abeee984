import pytest

from customers.tests.factories import NOON
from tickets.actions import route, set_due
from tickets.models import Ticket
from tickets.tests.factories import make_agent, make_team, make_ticket

pytestmark = pytest.mark.django_db


def routed(ticket):
    return ticket.events.filter(kind="routed").count()


def test_routing_names_who_is_responsible_and_why():
    ticket, team = make_ticket(), make_team("Readers")
    before = routed(ticket)
    assert route(ticket, agent=None, team=team, why="default") is True
    ticket.refresh_from_db()
    assert ticket.team == team
    event = ticket.events.filter(kind="routed").latest("pk")
    assert (event.agent, event.data["to_name"], event.data["why"]) == (None, "Readers", "default")
    assert routed(ticket) == before + 1


def test_who_has_a_ticket_in_work_keeps_it():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    before = routed(ticket)
    assert route(ticket, agent=make_agent("Bob Other"), team=None, why="default") is False
    ticket.refresh_from_db()
    assert (ticket.assignee, routed(ticket)) == (alice, before)


def test_routing_to_where_it_is_changes_nothing():
    ticket, team = make_ticket(), make_team("Readers")
    route(ticket, agent=None, team=team, why="default")
    before = routed(ticket)
    assert route(ticket, agent=None, team=team, why="default") is False
    assert routed(ticket) == before


def test_a_due_time_is_set_and_set_again_only_when_it_changes():
    ticket = make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(due_at=None)
    assert set_due(ticket, due_at=NOON) is True
    assert set_due(ticket, due_at=NOON) is False
    ticket.refresh_from_db()
    assert ticket.due_at == NOON
