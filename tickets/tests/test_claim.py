from functools import partial

import pytest

from tickets.actions import claim, close, reply, solve
from tickets.actions.refusals import HeldBy, Refused
from tickets.models import Ticket
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def test_claiming_takes_the_ticket_into_work():
    ticket, alice = make_ticket(), make_agent()
    assert claim(ticket, by=alice) is True
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (alice, "open")


def test_claiming_records_one_event_with_the_agent():
    ticket, alice = make_ticket(), make_agent()
    claim(ticket, by=alice)
    assert kinds(ticket) == ["claimed"]
    assert ticket.events.get(kind="claimed").agent == alice


def test_claiming_ones_own_ticket_changes_nothing():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    assert claim(ticket, by=alice) is False
    assert kinds(ticket) == []


def test_the_second_to_claim_is_told_who_was_first():
    ticket = make_ticket()
    seen_by_both = Ticket.objects.get(pk=ticket.pk)
    claim(ticket, by=make_agent())
    with pytest.raises(HeldBy, match="Alice Agent"):
        claim(seen_by_both, by=make_agent("Bob Other"))
    assert kinds(ticket) == ["claimed"]


@pytest.mark.parametrize("take", [claim, partial(reply, text="Hello")])
def test_what_an_agent_who_left_had_is_free_for_others(take):
    alice, ticket = make_agent(), make_ticket(assignee=make_agent("Grete Gone", is_active=False))
    assert take(ticket, by=alice)
    ticket.refresh_from_db()
    assert ticket.assignee == alice
    assert kinds(ticket)[0] == "claimed"


def test_the_page_of_what_an_agent_who_left_had_offers_to_take_it():
    ticket = make_ticket(assignee=make_agent("Grete Gone", is_active=False))
    page = signed_in().get(address("ticket", ticket)).content.decode()
    assert "Take into work" in page
    assert "Nobody has it" in page


@pytest.mark.parametrize(("ends", "why"), [((solve,), "is solved"), ((solve, close), "is closed")])
def test_a_finished_ticket_cannot_be_claimed(ends, why):
    ticket = make_ticket()
    for end in ends:
        end(ticket, by=None)
    with pytest.raises(Refused, match=why):
        claim(ticket, by=make_agent())


def test_the_button_takes_the_ticket_and_shows_it():
    ticket, alice = make_ticket(), make_agent()
    response = signed_in(alice).post(address("claim", ticket), follow=True)
    ticket.refresh_from_db()
    assert ticket.assignee == alice
    assert "The ticket is yours." in response.content.decode()


def test_who_comes_second_sees_the_ticket_and_who_has_it():
    ticket = make_ticket(assignee=make_agent("Bob Other"))
    response = signed_in().post(address("claim", ticket))
    assert response.status_code == 409
    page = response.content.decode()
    assert "Bob Other has this ticket in work." in page
    assert ticket.subject in page


def test_a_script_gets_its_answers_in_json():
    ticket = make_ticket()
    won = signed_in().post(address("claim", ticket), headers={"accept": "application/json"})
    lost = signed_in(make_agent("Bob Other")).post(
        address("claim", ticket), headers={"accept": "application/json"}
    )
    assert (won.status_code, won.json()["ticket"]) == (200, ticket.number)
    assert (lost.status_code, lost.json()["error"]) == (409, "Alice Agent has this ticket in work.")


def test_claiming_by_get_only_leads_to_the_ticket():
    ticket = make_ticket()
    assert signed_in().get(address("claim", ticket)).url == address("ticket", ticket)
    assert kinds(ticket) == []
    assert kinds(ticket) == []


def test_a_stranger_claims_nothing(client):
    ticket = make_ticket()
    response = client.post(address("claim", ticket))
    assert response.status_code == 302
    assert response.url == f"/desk/login/?next=/desk/tickets/{ticket.number}/"
    assert kinds(ticket) == []


def test_who_left_claims_nothing():
    ticket, gone = make_ticket(), make_agent("Grete Gone")
    browser = signed_in(gone)
    gone.is_active = False
    gone.save()
    assert browser.post(address("claim", ticket)).status_code == 302
    assert kinds(ticket) == []
