"""What an agent is asked about before an answer leaves."""

import pytest

from customers.tests.factories import make_code, make_customer, make_order
from tickets import actions
from tickets.models import Message, Ticket
from tickets.sending_check import findings, seal
from tickets.tests.desk import address, composer_of, signed_in
from tickets.tests.factories import make_agent, make_ticket
from tickets.tests.mailing import CAROL, DAVE, NOON

pytestmark = pytest.mark.django_db


def found(ticket: Ticket, text: str, *, files: int = 0) -> list[str]:
    return [one.kind for one in findings(ticket, text, files=files, agent=make_agent())]


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(code=make_code("OWNCD-11111-AAAAA", order=make_order(number="OWN-1001")))


@pytest.fixture
def other() -> Ticket:
    order = make_order(number="FOREIGN-2002", customer=make_customer(DAVE, "Dave"))
    return make_ticket(code=make_code("OTHER-22222-BBBBB", order=order))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Dear {customer_name},", ["variable"]),
        ("Dear {{ name }},", ["variable"]),
        ("Your order FOREIGN-2002 is on its way.", ["order"]),
        ("Your order foreign-2002 is on its way.", ["order"]),
        ("Your order OWN-1001 is on its way.", []),
        ("Use OTHER-22222-BBBBB.", ["code"]),
        ("Use other 22222 bbbbb now.", ["code"]),
        ("Use OWNCD-11111-AAAAA.", []),
        (f"Write to {DAVE}.", ["address"]),
        (f"Write to {CAROL} or help@keyhaven.example.", []),
        ("The picture is attached.", ["attached"]),
        ("See the attachment", ["attached"]),
        ("Pilt on manuses.", ["attached"]),
        ("Kuva on liitteenä.", ["attached"]),
        ("Obrázok nájdete v prílohe.", ["attached"]),
        ("Obrázek je v příloze.", ["attached"]),
        ("Obraz w załączniku.", ["attached"]),
        ("Please send us a picture.", []),
        ("{braces} of code: { x }", []),
        ("", []),
    ],
)
def test_what_is_found(ticket: Ticket, other: Ticket, text: str, kinds: list[str]) -> None:
    assert [kind for kind in found(ticket, text) if kind != "variable" or "variable" in kinds] == kinds


def test_with_a_file_the_word_attached_is_right(ticket: Ticket) -> None:
    assert found(ticket, "It is attached.", files=1) == []


def test_what_stands_in_a_note_is_found(ticket: Ticket) -> None:
    actions.add_note(
        ticket, by=make_agent(), text="Careful. He tried the same trick in October already!", at=NOON
    )
    assert found(ticket, "Hello,\nhe tried the same  trick in October, already. Bye") == ["note"]
    assert found(ticket, "Careful.") == []


def test_a_request_that_needs_proof_and_has_none_is_found(ticket: Ticket) -> None:
    type(ticket.problem_type).objects.update(needs_verified=True)
    Ticket.objects.filter(pk=ticket.pk).update(verified="")
    assert found(Ticket.objects.get(pk=ticket.pk), "Done.") == ["verified"]


def test_it_costs_the_same_however_long_the_text_is(ticket: Ticket, django_assert_max_num_queries) -> None:
    text = " ".join(f"ORDER-{number} user{number}@example.com" for number in range(2000))
    with django_assert_max_num_queries(10):
        found(ticket, text)


def test_the_agent_is_asked_once_and_nothing_is_lost(ticket: Ticket, other: Ticket) -> None:
    alice = make_agent()
    browser, text = signed_in(alice), "Your order FOREIGN-2002 is attached."
    asked = browser.post(address("reply", ticket), composer_of(ticket, alice, text=text))
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Order FOREIGN-2002 is another customer" in page
    assert text in page
    assert not ticket.messages.filter(direction=Message.Direction.OUT).exists()
    again = composer_of(ticket, alice, text=text, seen_findings=asked.context["findings_seal"])
    assert browser.post(address("reply", ticket), again).status_code == 302
    assert ticket.messages.filter(direction=Message.Direction.OUT).count() == 1


def test_another_text_is_asked_about_anew(ticket: Ticket, other: Ticket) -> None:
    alice = make_agent()
    first = findings(ticket, "Order FOREIGN-2002", files=0, agent=alice)
    typed = composer_of(
        ticket, alice, text="Order FOREIGN-2002 attached", seen_findings=seal(first, "Order FOREIGN-2002", [])
    )
    assert signed_in(alice).post(address("reply", ticket), typed).status_code == 422
