import pytest

from tickets.actions import close, hand_over, solve
from tickets.actions.refusals import Finished, NothingSaid
from tickets.models import Draft, Note
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import make_agent, make_team, make_ticket

pytestmark = pytest.mark.django_db
LINE = "The supplier has it; ask again on Friday."


def test_handing_over_to_an_agent_names_the_new_handler_and_keeps_the_line():
    alice, bob = make_agent(), make_agent("Bob Other")
    ticket = make_ticket(assignee=alice)
    assert hand_over(ticket, by=alice, to=bob, where_it_stands=LINE) is True
    ticket.refresh_from_db()
    assert ticket.assignee == bob
    note = ticket.notes.get()
    assert (note.kind, note.text, note.agent) == (Note.Kind.HAND_OVER, LINE, alice)
    assert kinds(ticket) == ["handed_over"]
    assert ticket.events.get(kind="handed_over").data["to_name"] == "Bob Other"


def test_handing_over_to_a_team_leaves_the_ticket_to_whoever_claims_it():
    alice, team = make_agent(), make_team("Readers")
    ticket = make_ticket(assignee=alice)
    hand_over(ticket, by=alice, to=team, where_it_stands=LINE)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == (None, team)


def test_a_colleagues_ticket_is_taken_over_the_same_way():
    alice, bob = make_agent(), make_agent("Bob Other")
    ticket = make_ticket(assignee=bob)
    hand_over(ticket, by=alice, to=alice, where_it_stands=LINE)
    ticket.refresh_from_db()
    assert ticket.assignee == alice


def test_handing_over_to_who_has_it_changes_nothing():
    alice = make_agent()
    ticket = make_ticket(assignee=alice)
    assert hand_over(ticket, by=alice, to=alice, where_it_stands=LINE) is False
    assert kinds(ticket) == []
    assert not ticket.notes.exists()


def test_nothing_is_handed_over_without_the_line():
    ticket = make_ticket()
    with pytest.raises(NothingSaid):
        hand_over(ticket, by=make_agent(), to=make_agent("Bob Other"), where_it_stands="  ")
    assert kinds(ticket) == []


def test_a_closed_ticket_stays_where_it_is():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    with pytest.raises(Finished):
        hand_over(ticket, by=make_agent(), to=make_agent("Bob Other"), where_it_stands=LINE)


def test_the_form_hands_over_to_agents_and_teams():
    alice, bob, team = make_agent(), make_agent("Bob Other"), make_team()
    ticket = make_ticket(assignee=alice)
    browser = signed_in(alice)
    browser.post(address("hand-over", ticket), {"to": f"agent:{bob.pk}", "where_it_stands": LINE})
    ticket.refresh_from_db()
    assert ticket.assignee == bob
    browser.post(address("hand-over", ticket), {"to": f"team:{team.pk}", "where_it_stands": LINE})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == (None, team)


@pytest.mark.parametrize("to", ["", "agent:", "agent:0", "agent:" + "9" * 20, "team:x", "shop:1", "²"])
def test_a_wrong_addressee_is_asked_for_again_with_the_line_kept(to):
    ticket = make_ticket()
    response = signed_in().post(address("hand-over", ticket), {"to": to, "where_it_stands": LINE})
    assert response.status_code == 422
    assert LINE in response.content.decode()
    assert kinds(ticket) == []


def test_who_left_cannot_be_given_a_ticket():
    gone = make_agent("Grete Gone", is_active=False)
    ticket = make_ticket()
    response = signed_in().post(
        address("hand-over", ticket), {"to": f"agent:{gone.pk}", "where_it_stands": LINE}
    )
    assert response.status_code == 422
    assert kinds(ticket) == []


def test_a_missing_line_is_asked_for_with_the_addressee_kept():
    bob, ticket = make_agent("Bob Other"), make_ticket()
    response = signed_in().post(address("hand-over", ticket), {"to": f"agent:{bob.pk}"})
    assert response.status_code == 422
    assert f'value="agent:{bob.pk}" selected' in response.content.decode()


def test_what_is_typed_comes_along_without_a_script():
    alice, bob = make_agent(), make_agent("Bob Other")
    ticket = make_ticket(assignee=alice)
    browser = signed_in(alice)
    page = browser.get(address("ticket", ticket)).content.decode()
    for control in (' name="to"', ' name="where_it_stands"', f' formaction="{address("hand-over", ticket)}"'):
        assert f'form="composer-form"{control}' in page
    typed = composer_of(ticket, alice, text="Half a reply", to=f"agent:{bob.pk}", where_it_stands=LINE)
    browser.post(address("hand-over", ticket), typed)
    ticket.refresh_from_db()
    assert ticket.assignee == bob
    assert Draft.objects.get(ticket=ticket, agent=alice).text == "Half a reply"


def test_taking_over_after_a_refusal_takes_along_what_is_typed():
    alice, ticket = make_agent(), make_ticket(assignee=make_agent("Bob Other"))
    browser, typed = signed_in(alice), composer_of(ticket, alice, text="Let me answer")
    page = browser.post(address("reply", ticket), typed).content.decode()
    assert 'form="composer-form" name="take_over-where_it_stands"' in page
    typed |= {"to": "", "where_it_stands": "", "take_over-to": f"agent:{alice.pk}"}
    response = browser.post(address("hand-over", ticket), typed)
    assert response.status_code == 422
    assert f'value="agent:{alice.pk}" selected' in response.content.decode()
    browser.post(address("hand-over", ticket), typed | {"take_over-where_it_stands": LINE})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.notes.get().text) == (alice, LINE)
    assert Draft.objects.get(ticket=ticket, agent=alice).text == "Let me answer"


def test_handing_over_by_get_only_leads_to_the_ticket():
    ticket = make_ticket()
    assert signed_in().get(address("hand-over", ticket)).url == address("ticket", ticket)
    assert kinds(ticket) == []
