import pytest

from tickets.actions import change_problem_type, close, solve
from tickets.actions.refusals import Finished
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db


def test_changing_the_type_records_both_names():
    ticket, other = make_ticket(), make_problem_type("wrong-region")
    assert change_problem_type(ticket, other, by=make_agent()) is True
    ticket.refresh_from_db()
    assert ticket.problem_type == other
    data = ticket.events.get(kind="type_changed").data
    assert (data["old_name"], data["new_name"]) == ("Code used", "Wrong region")


def test_the_same_type_again_is_no_change():
    ticket = make_ticket()
    assert change_problem_type(ticket, ticket.problem_type, by=make_agent()) is False
    assert kinds(ticket) == []


def test_a_closed_ticket_keeps_its_type():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    with pytest.raises(Finished):
        change_problem_type(ticket, make_problem_type("wrong-region"), by=make_agent())


def test_the_menu_changes_it():
    ticket, other = make_ticket(), make_problem_type("wrong-region")
    response = signed_in().post(address("problem-type", ticket), {"problem_type": other.pk})
    assert response.status_code == 302
    ticket.refresh_from_db()
    assert ticket.problem_type == other


@pytest.mark.parametrize("value", ["", "x", "0", "9" * 30])
def test_a_type_that_is_gone_changes_nothing(value):
    ticket = make_ticket()
    assert signed_in().post(address("problem-type", ticket), {"problem_type": value}).status_code == 422
    assert kinds(ticket) == []


def test_a_type_no_longer_offered_is_not_taken():
    ticket, gone = make_ticket(), make_problem_type("old", is_active=False)
    assert signed_in().post(address("problem-type", ticket), {"problem_type": gone.pk}).status_code == 422


def test_by_get_it_only_leads_to_the_ticket():
    ticket = make_ticket()
    assert signed_in().get(address("problem-type", ticket)).url == address("ticket", ticket)
    assert kinds(ticket) == []
