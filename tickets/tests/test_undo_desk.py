"""Taking an answer back at the desk: where the agent finds it, what is there again, and when it is too late."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.tests.factories import NOON
from tickets.actions import reply
from tickets.models import Draft, Message, Ticket
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def ten_seconds(settings) -> None:
    settings.SEND_DELAY_SECONDS = 10


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def answered(ticket: Ticket, browser, **typed) -> Message:
    """Alice answers at the desk."""
    browser.post(address("reply", ticket), composer_of(ticket, make_agent(), **{"text": "Try this."} | typed))
    return ticket.messages.latest("pk")


def undo_of(ticket: Ticket, message: int) -> str:
    return f"{address('ticket', ticket)}messages/{message}/undo/"


def test_the_ticket_page_tells_for_how_long_and_offers_it_above_and_at_the_message(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser)
    clock.shift(3 * SECOND)
    page = browser.get(address("ticket", ticket)).content.decode()
    assert f"Your reply to #{ticket.number} leaves in" in page
    assert ">7 s</span>" in page
    assert page.count(f'form="composer-form" formaction="{undo_of(ticket, message.pk)}#composer"') == 2
    assert "Your reply is on its way." not in page


def test_so_does_the_queue_after_an_answer_that_solves_and_another_ticket(clock) -> None:
    ticket, other, browser = make_ticket(), make_ticket(), signed_in()
    message = answered(ticket, browser, then="solved")
    for where in ("/desk/", address("ticket", other)):
        page = browser.get(where).content.decode()
        assert f'<form method="post" action="{undo_of(ticket, message.pk)}#composer">' in page


def test_text_and_files_lie_in_the_composer_and_nothing_more_is_offered(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser, files=[SimpleUploadedFile("log.txt", b"log")])
    response = browser.post(undo_of(ticket, message.pk))
    assert response.url == address("ticket", ticket)
    page = browser.get(response.url)
    assert page.context["composer"]["text"] == "Try this."
    assert [file.name for file in page.context["composer"]["files"]] == ["log.txt"]
    assert "Your answer was not sent. It is a draft again." in page.content.decode()
    for where in (response.url, "/desk/"):
        assert "leaves in" not in browser.get(where).content.decode()
    assert kinds(ticket) == ["claimed", "replied", "reply_undone"]


def test_what_was_typed_since_comes_along(clock) -> None:
    ticket, browser, alice = make_ticket(), signed_in(), make_agent()
    message = answered(ticket, browser)
    browser.post(undo_of(ticket, message.pk), composer_of(ticket, alice, text="One more thing."))
    assert Draft.objects.get(agent=alice).text == "Try this.\n\nOne more thing."


def test_too_late_it_is_refused_kindly_and_offered_no_more(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser)
    clock.shift(10 * SECOND)
    for where in (address("ticket", ticket), "/desk/"):
        assert undo_of(ticket, message.pk) not in browser.get(where).content.decode()
    response = browser.post(undo_of(ticket, message.pk))
    assert response.status_code == 409
    assert "It has been sent already, so it cannot be taken back." in response.content.decode()
    assert ticket.messages.filter(pk=message.pk).exists()


def test_pressed_twice_it_is_told_that_it_was_taken_back(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser)
    browser.post(undo_of(ticket, message.pk))
    response = browser.post(undo_of(ticket, message.pk))
    assert response.status_code == 409
    assert "This answer was taken back already." in response.content.decode()
    assert kinds(ticket).count("reply_undone") == 1


def test_a_colleague_of_the_same_name_neither_sees_the_button_nor_may(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser)
    namesake = signed_in(make_agent("Alice Agent", email="alice2@desk.example"))
    assert undo_of(ticket, message.pk) not in namesake.get(address("ticket", ticket)).content.decode()
    response = namesake.post(undo_of(ticket, message.pk))
    assert response.status_code == 409
    assert "Only who wrote an answer can take it back." in response.content.decode()
    assert ticket.messages.filter(pk=message.pk).exists()


def test_by_the_address_of_another_ticket_nothing_happens(clock) -> None:
    ticket, other, browser = make_ticket(), make_ticket(), signed_in()
    message = answered(ticket, browser)
    assert browser.post(undo_of(other, message.pk)).status_code == 409
    assert ticket.messages.filter(pk=message.pk).exists()
    assert "reply_undone" not in kinds(ticket) + kinds(other)


def test_by_get_nothing_happens(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    message = answered(ticket, browser)
    assert browser.get(undo_of(ticket, message.pk)).status_code == 302
    assert ticket.messages.filter(pk=message.pk).exists()


def test_of_two_answers_the_later_one_is_offered_on_top(clock) -> None:
    ticket, browser = make_ticket(), signed_in()
    answered(ticket, browser)
    clock.shift(2 * SECOND)
    later = answered(ticket, browser, text="And this.")
    assert browser.get("/desk/").context["held_reply"]["message"] == later.pk


def test_without_a_delay_the_answer_is_simply_on_its_way(settings) -> None:
    settings.SEND_DELAY_SECONDS = 0
    ticket, browser = make_ticket(), signed_in()
    answered(ticket, browser)
    page = browser.get(address("ticket", ticket)).content.decode()
    assert "Your reply is on its way." in page
    assert "leaves in" not in page


def test_an_answer_that_left_meanwhile_elsewhere_is_nobodys_toast(clock) -> None:
    """Given by the machine's own verb, not in this browser: the session knows nothing of it, the message does."""
    ticket, alice = make_ticket(), make_agent()
    message = reply(ticket, by=alice, text="From another browser", at=NOON)
    page = signed_in(alice).get(address("ticket", ticket))
    assert page.context["held_reply"] is None
    assert page.content.decode().count(undo_of(ticket, message.pk)) == 1
