import pytest

from customers.tests.factories import make_code, make_order
from tickets.actions import reveal_code
from tickets.models import Event
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db
CODE = "ABCDE-FGHIJ-7K2Q9"


def where(ticket):
    return f"/desk/codes/{ticket.code.public_ref}/reveal/"


def test_each_look_is_recorded():
    ticket, alice = make_ticket(code=make_code(CODE)), make_agent()
    assert [reveal_code(ticket, by=alice) for _ in "12"] == [CODE, CODE]
    assert kinds(ticket) == ["code_revealed", "code_revealed"]


def test_the_record_holds_no_more_than_the_last_characters():
    ticket = make_ticket(code=make_code(CODE))
    reveal_code(ticket, by=make_agent())
    data = ticket.events.get(kind="code_revealed").data
    assert data == {"code": ticket.code_id, "tail": "2Q9"}


def test_a_ticket_about_a_whole_order_has_no_code():
    with pytest.raises(ValueError, match="not about a code"):
        reveal_code(make_ticket(order=make_order()), by=make_agent())


def test_the_page_shows_the_code_once_and_no_cache_keeps_it():
    ticket = make_ticket(code=make_code(CODE))
    browser = signed_in()
    response = browser.post(where(ticket), {"ticket": ticket.number})
    assert CODE in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert CODE not in browser.get(address("ticket", ticket)).content.decode()
    assert kinds(ticket) == ["code_revealed"]


def test_a_script_gets_the_code_alone():
    ticket = make_ticket(code=make_code(CODE))
    response = signed_in().post(
        where(ticket), {"ticket": ticket.number}, headers={"accept": "application/json"}
    )
    assert response.json() == {"code": CODE}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 40, "²"])
def test_a_code_is_shown_for_its_own_ticket_only(number):
    ticket = make_ticket(code=make_code(CODE))
    assert signed_in().post(where(ticket), {"ticket": number}).status_code == 404
    assert not Event.objects.filter(kind="code_revealed").exists()


def test_the_number_of_another_ticket_reveals_nothing():
    ticket, other = make_ticket(code=make_code(CODE)), make_ticket()
    assert signed_in().post(where(ticket), {"ticket": other.number}).status_code == 404
    assert not Event.objects.filter(kind="code_revealed").exists()


def test_strangers_and_get_requests_see_nothing(client):
    ticket = make_ticket(code=make_code(CODE))
    assert client.post(where(ticket), {"ticket": ticket.number}).status_code == 302
    assert signed_in().get(where(ticket)).status_code == 405
    assert not Event.objects.filter(kind="code_revealed").exists()
