import pytest

from tickets.actions import release
from tickets.actions.refusals import HeldBy
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_team, make_ticket

pytestmark = pytest.mark.django_db


def test_releasing_puts_the_ticket_back_to_its_team():
    alice = make_agent()
    ticket = make_ticket(assignee=alice, team=make_team())
    assert release(ticket, by=alice) is True
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team.name) == (None, "Keys")
    assert kinds(ticket) == ["released"]


def test_releasing_what_nobody_has_changes_nothing():
    ticket = make_ticket()
    assert release(ticket, by=make_agent()) is False
    assert kinds(ticket) == []


def test_only_the_handler_can_release():
    ticket = make_ticket(assignee=make_agent("Bob Other"))
    with pytest.raises(HeldBy, match="Bob Other"):
        release(ticket, by=make_agent())
    assert kinds(ticket) == []


def test_the_button_puts_the_ticket_back():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    assert signed_in(alice).post(address("release", ticket)).status_code == 302
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_releasing_by_get_only_leads_to_the_ticket():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    assert signed_in(alice).get(address("release", ticket)).url == address("ticket", ticket)
    assert kinds(ticket) == []
    assert kinds(ticket) == []
