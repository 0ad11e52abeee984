import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tickets.actions import add_memo, add_note, receive
from tickets.actions.refusals import NothingSaid
from tickets.models import Delivery, Draft, Message, Note
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def test_a_note_is_written_and_recorded_by_anybody_at_the_desk():
    bob = make_agent("Bob Other")
    ticket = make_ticket(assignee=make_agent())
    note = add_note(ticket, by=bob, text=" The supplier knows. ")
    assert (note.text, note.kind, note.agent) == ("The supplier knows.", Note.Kind.NOTE, bob)
    assert kinds(ticket) == ["noted"]


def test_an_empty_note_is_refused():
    ticket = make_ticket()
    with pytest.raises(NothingSaid):
        add_note(ticket, by=make_agent(), text=" \n ")
    assert kinds(ticket) == []


def test_a_note_leaves_the_customer_waiting_and_reaches_nobody():
    ticket = make_ticket()
    mails, waiting = Delivery.objects.count(), ticket.waiting_since
    add_note(ticket, by=make_agent(), text="Internal")
    ticket.refresh_from_db()
    assert (Delivery.objects.count(), ticket.waiting_since) == (mails, waiting)
    assert not Message.objects.filter(text="Internal").exists()


def test_a_memo_with_the_answer_ends_the_waiting():
    ticket = make_ticket()
    memo = add_memo(ticket, by=make_agent(), text="Told her the new code.", answered=True)
    ticket.refresh_from_db()
    assert (memo.kind, ticket.waiting_since) == (Note.Kind.PHONE_MEMO, None)
    assert kinds(ticket) == ["phoned"]


def test_a_memo_shows_whether_the_customer_has_the_answer():
    alice, ticket = make_agent(), make_ticket()
    for text, answered in (("She called.", False), ("Told her the new code.", True)):
        add_memo(ticket, by=alice, text=text, answered=answered)
    page = signed_in(alice).get(address("ticket", ticket)).content.decode()
    called, told = re.findall(r'<article class="msg msg-memo".*?</article>', page, re.S)
    assert "The customer has the answer" not in called
    assert "The customer has the answer" in told


def test_a_memo_without_the_answer_leaves_the_customer_waiting():
    ticket = make_ticket()
    add_memo(ticket, by=make_agent(), text="She called.", answered=False)
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None


def test_a_message_that_came_meanwhile_stops_a_memo_with_the_answer_and_all_of_it_stays():
    alice, ticket = make_agent(), make_ticket()
    typed = composer_of(ticket, alice, memo="Told her the new code.", answered="on")
    newer = receive(ticket, by=ticket.customer, text="It is the wrong one!")
    response = signed_in(alice).post(address("memo", ticket), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert f'msg-new" id="m{newer.pk}"' in page
    assert (response.context["composer"]["pane"], response.context["composer"]["memo"]) == (
        "memo",
        "Told her the new code.",
    )
    assert 'id="composer_answered" checked' in page
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None
    assert not ticket.notes.exists()


def test_a_memo_that_answers_nothing_is_written_whatever_came():
    alice, ticket = make_agent(), make_ticket()
    typed = composer_of(ticket, alice, memo="She called.")
    receive(ticket, by=ticket.customer, text="Hello?")
    assert signed_in(alice).post(address("memo", ticket), typed).status_code == 302
    assert ticket.notes.count() == 1


@pytest.mark.parametrize(("verb", "kind"), [("note", "note"), ("memo", "phone_memo")])
def test_the_form_writes_it(verb, kind):
    alice, ticket = make_agent(), make_ticket()
    response = signed_in(alice).post(
        address(verb, ticket), composer_of(ticket, alice, **{verb: "Ask on Friday."})
    )
    assert response.status_code == 302
    assert ticket.notes.get().kind == kind


@pytest.mark.parametrize("verb", ["note", "memo"])
def test_pressed_twice_it_is_written_once(verb):
    alice, ticket = make_agent(), make_ticket()
    browser, typed = signed_in(alice), composer_of(ticket, alice, **{verb: "Ask on Friday."})
    assert [browser.post(address(verb, ticket), typed).status_code for _ in range(2)] == [302, 302]
    assert ticket.notes.count() == 1


def test_the_same_words_from_a_fresh_page_are_written_again():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    browser.post(address("memo", ticket), composer_of(ticket, alice, memo="Told her the new code."))
    again = composer_of(ticket, alice, memo="Told her the new code.", answered="on")
    browser.post(address("memo", ticket), again)
    ticket.refresh_from_db()
    assert list(ticket.notes.values_list("answered", flat=True)) == [False, True]
    assert ticket.waiting_since is None


def test_a_note_and_a_memo_with_the_same_words_are_two():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    typed = composer_of(ticket, alice, note="Told her the new code.", memo="Told her the new code.")
    browser.post(address("note", ticket), typed)
    browser.post(address("memo", ticket), typed | {"answered": "on"})
    ticket.refresh_from_db()
    assert list(ticket.notes.values_list("kind", flat=True)) == ["note", "phone_memo"]
    assert ticket.waiting_since is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["note", "memo"])
def test_pressed_four_times_at_once_it_is_written_once(verb):
    alice, ticket = make_agent(), make_ticket()
    typed, start = composer_of(ticket, alice, **{verb: "Ask on Friday."}), Barrier(4)
    browsers = [signed_in(alice) for _ in range(4)]

    def press(browser):
        try:
            start.wait()
            return browser.post(address(verb, ticket), typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(press, browsers)) == [302] * 4
    assert ticket.notes.count() == 1
    assert kinds(ticket) == ["noted" if verb == "note" else "phoned"]


@pytest.mark.parametrize("verb", ["note", "memo"])
def test_an_empty_one_is_asked_for_again(verb):
    alice, ticket = make_agent(), make_ticket()
    response = signed_in(alice).post(address(verb, ticket), composer_of(ticket, alice, text="half a reply"))
    assert response.status_code == 422
    assert "half a reply" in response.content.decode()
    assert kinds(ticket) == []


def test_a_note_leaves_the_half_written_reply_alone():
    alice, ticket = make_agent(), make_ticket()
    signed_in(alice).post(
        address("note", ticket), composer_of(ticket, alice, note="Internal", text="Dear Carol")
    )
    draft = Draft.objects.get(ticket=ticket, agent=alice)
    assert (draft.text, draft.answers) == ("Dear Carol", {})


def test_a_half_written_note_never_comes_to_stand_in_the_reply():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    browser.post(address("draft", ticket), composer_of(ticket, alice, note="She is rude"))
    page = browser.get(address("ticket", ticket))
    assert page.context["composer"]["text"] == ""
    assert page.context["composer"]["note"] == "She is rude"


@pytest.mark.parametrize("verb", ["note", "memo"])
def test_writing_by_get_only_leads_to_the_ticket(verb):
    ticket = make_ticket()
    assert signed_in().get(address(verb, ticket)).url == address("ticket", ticket)
    assert kinds(ticket) == []
