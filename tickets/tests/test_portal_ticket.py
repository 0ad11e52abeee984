from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from customers.tests.factories import make_customer
from tickets.actions import add_note, add_participant, claim, close, receive, reply, solve
from tickets.models import Delivery, Draft, Event, Message, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import last_message, make_agent, make_picture, make_ticket
from tickets.tests.portal import picture, report_url, ticket_page, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(at=timezone.now())


@pytest.fixture
def alice():
    return make_agent()


def events(ticket: Ticket, kind: Event.Kind) -> int:
    return ticket.events.filter(kind=kind).count()


def test_shows_what_both_said_and_never_a_note(client, ticket, alice):
    claim(ticket, by=alice)
    add_note(ticket, by=alice, text="canary: the customer is strange")
    reply(ticket, by=alice, text="Try https://help.example/keys?a=1&b=2 please <b>now</b>")
    page = client.get(ticket_page(ticket)).content.decode()
    assert "It says the code is already used." in page
    assert 'href="https://help.example/keys?a=1&amp;b=2" rel="nofollow noopener noreferrer"' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert alice.name in page
    assert "canary" not in page


def test_an_answer_arrives_with_its_pictures(client, ticket, alice):
    reply(ticket, by=alice, text="What do you see?", then=Status.WAITING_CUSTOMER)
    assert "We are waiting for your answer." in client.get(ticket_page(ticket)).content.decode()
    files = [picture("one.png"), upload("list.pdf", b"%PDF-1.7 ...", "application/pdf")]
    answer = client.post(ticket_page(ticket, "reply"), {"text": "This:", "files": files})
    assert answer.url == ticket_page(ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since is not None) == (Status.OPEN, True)
    assert events(ticket, Event.Kind.RECEIVED) == 1
    page = client.get(answer.url).content.decode()
    assert "one.png" in page
    assert "list.pdf" in page
    assert not Draft.objects.exists()


def test_the_same_answer_sent_twice_is_one(client, ticket):
    seen = last_message(ticket).pk
    for _ in range(2):
        client.post(ticket_page(ticket, "reply"), {"text": "Hello?", "seen": seen})
    assert ticket.messages.filter(text="Hello?").count() == 1
    client.post(ticket_page(ticket, "reply"), {"text": "Hello?", "seen": last_message(ticket).pk})
    assert ticket.messages.filter(text="Hello?").count() == 2


def test_pictures_without_a_word_from_an_older_page_arrive(client, ticket):
    seen = last_message(ticket).pk
    one, two = upload("one.png", make_picture()), picture("two.png")
    for file in (one, two, one):
        file.seek(0)
        client.post(ticket_page(ticket, "reply"), {"text": "", "seen": seen, "files": file})
    sent = [[file.name for file in message.attachments.all()] for message in ticket.messages.all()]
    assert sent == [[], ["one.png"], ["two.png"]]
    assert not Draft.objects.exists()


def test_an_empty_answer_is_refused_kindly(client, ticket):
    answer = client.post(ticket_page(ticket, "reply"), {"text": "  "})
    assert answer.status_code == 422
    assert "Please write something or add a picture." in answer.content.decode()


def test_a_bad_file_keeps_the_text_and_the_good_one(client, ticket):
    files = [picture("good.png"), upload("bad.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")]
    answer = client.post(ticket_page(ticket, "reply"), {"text": "Look:", "files": files})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“bad.svg” was not taken" in page
    assert "good.png" in page
    assert "Look:" in page
    assert ticket.messages.count() == 1


def test_a_megabyte_of_text_is_refused_and_kept(client, ticket):
    answer = client.post(ticket_page(ticket, "reply"), {"text": "long " * 200_000})
    assert answer.status_code == 422
    assert "50000 can be sent" in answer.content.decode()
    assert ticket.messages.count() == 1


def test_solved_by_the_customer(client, ticket):
    assert "Solved, thanks" in client.get(ticket_page(ticket)).content.decode()
    for _ in range(2):
        assert client.post(ticket_page(ticket, "solved")).url == ticket_page(ticket)
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
    assert events(ticket, Event.Kind.SOLVED) == 1
    assert "Still a problem" in client.get(ticket_page(ticket)).content.decode()


def test_still_a_problem(client, ticket, alice):
    solve(ticket, by=alice)
    for _ in range(2):
        assert client.post(ticket_page(ticket, "reopen")).url == ticket_page(ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since is not None) == (Status.OPEN, True)
    assert events(ticket, Event.Kind.REOPENED) == 1


def test_an_answer_to_a_solved_ticket_reopens_it(client, ticket, alice):
    solve(ticket, by=alice)
    client.post(ticket_page(ticket, "reply"), {"text": "No, it is not."})
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_an_answer_to_a_closed_ticket_opens_one_that_follows(client, ticket, alice):
    solve(ticket, by=alice)
    close(ticket, by=None)
    seen = last_message(ticket).pk
    first = client.post(ticket_page(ticket, "reply"), {"text": "It is back.", "seen": seen})
    again = client.post(ticket_page(ticket, "reply"), {"text": "It is back.", "seen": seen})
    new = Ticket.objects.get(follows=ticket)
    assert first.url == again.url == ticket_page(new)
    assert f"It goes on in ticket {new.number}" in client.get(ticket_page(ticket)).content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_all_that_is_said_after_closing_goes_into_one_new_ticket(client, ticket, alice):
    solve(ticket, by=alice)
    close(ticket, by=None)
    assert "Send as a new ticket" in client.get(ticket_page(ticket)).content.decode()
    seen = last_message(ticket).pk
    for text in ("It is back.", "And one more thing.", "And one more thing."):
        client.post(ticket_page(ticket, "reply"), {"text": text, "seen": seen})
    new = Ticket.objects.unsolved().get()
    assert [message.text for message in new.messages.all()] == ["It is back.", "And one more thing."]
    page = client.get(ticket_page(ticket)).content.decode()
    assert f"Send to ticket {new.number}" in page
    assert "Send as a new ticket" not in page
    assert client.post(ticket_page(ticket, "reopen")).url == ticket_page(new)


def test_what_was_reported_anew_is_not_reopened_beside_it(client, ticket, alice):
    solve(ticket, by=alice)
    client.post(report_url(ticket.code, ticket.problem_type), {"text": "Broken again."})
    new = Ticket.objects.unsolved().get()
    assert client.post(ticket_page(ticket, "reopen")).url == ticket_page(new)
    assert client.post(ticket_page(ticket, "reply"), {"text": "Hello?"}).url == ticket_page(new)
    assert last_message(new).text == "Hello?"
    assert Ticket.objects.unsolved().get() == new


def test_a_refused_answer_loaded_anew_leads_to_the_ticket_with_all_of_it(client, ticket):
    client.post(ticket_page(ticket, "reply"), {"text": "Half", "files": upload("bad.svg", b"<svg/>")})
    answer = client.get(ticket_page(ticket, "reply"), follow=True)
    assert answer.redirect_chain == [(ticket_page(ticket), 302)]
    assert "Half</textarea>" in answer.content.decode()
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("verb", ["reply", "solved", "reopen", "upload", "reply-draft"])
def test_verbs_are_posts_with_a_token_of_this_site(client, ticket, verb):
    before = ticket.events.count()
    assert client.get(ticket_page(ticket, verb)).status_code == (302 if verb == "reply" else 405)
    assert Client(enforce_csrf_checks=True).post(ticket_page(ticket, verb)).status_code == 403
    assert ticket.events.count() == before


@pytest.mark.parametrize("verb", ["ticket", "received", "reply", "solved", "reopen", "upload", "reply-draft"])
def test_other_links_open_nothing(client, ticket, verb):
    good = ticket_page(ticket, verb)
    token = good.split("/")[2]
    public_id, signature = token.split(".")
    other = ticket_page(make_ticket()).split("/")[2].split(".")[1]
    forged = [
        public_id,
        f"{public_id}.",
        f".{signature}",
        f"{public_id}.{other}",
        "x.y",
        "%00.x",
        str(ticket.pk),
    ]
    for bad in [*forged, str(ticket.number), f"{public_id}.é", f"{public_id}.{signature}x"]:
        url = good.replace(token, bad)
        assert client.get(url).status_code in (404, 405)
        assert client.post(url, {"text": "x"}).status_code in (404, 405)
    assert ticket.messages.count() == 1
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_revoked_moved_and_expired_links_open_nothing(client, ticket):
    url = ticket_page(ticket)
    assert client.get(url).status_code == 200
    for change in (
        {"link_epoch": 1},
        {"link_epoch": 0, "customer": make_customer("mallory@example.com")},
        {"customer": ticket.customer, "last_activity_at": timezone.now() - timedelta(days=366)},
    ):
        Ticket.objects.filter(pk=ticket.pk).update(**change)
        assert client.get(url).status_code == 404


def test_what_was_typed_before_stands_in_the_box_again(client, ticket):
    client.post(ticket_page(ticket, "reply-draft"), {"text": "Half a sen"})
    assert "Half a sen" in client.get(ticket_page(ticket)).content.decode()
    assert ticket.messages.count() == 1


def test_an_autosave_that_comes_in_behind_its_own_answer_leaves_no_draft(client, ticket):
    form = {"text": "Hello?", "seen": last_message(ticket).pk}
    client.post(ticket_page(ticket, "reply"), form)
    client.post(ticket_page(ticket, "reply-draft"), form)
    assert not Draft.objects.exists()
    client.post(ticket_page(ticket, "reply-draft"), form | {"text": "One more thing"})
    assert Draft.objects.get().text == "One more thing"


def test_the_page_says_by_when_an_answer_comes(client, ticket):
    page = client.get(ticket_page(ticket)).content.decode()
    due = ticket.promises.get(kind="first_answer").due_at
    assert "We answer" in page
    assert due.astimezone(timezone.get_default_timezone()).strftime("%H:%M") in page


def test_page_and_mail_mix_no_languages(client, ticket):
    """Where we have no words of a language, neither the names of days nor the framework's sentences are in it."""
    Customer.objects.update(language="et")
    reply(ticket, by=make_agent(), text="Try again.")
    mail = Delivery.objects.get(kind="reply")
    page = client.get(ticket_page(ticket), headers={"accept-language": "et"}).content.decode()
    assert 'lang="en"' in mail.html
    assert '<html lang="en"' in page
    assert f"{timezone.localtime(ticket.opened_at):%A}" in page


@pytest.mark.parametrize("size", [1, 15])
def test_same_queries_for_a_long_talk(client, ticket, alice, size, django_assert_num_queries):
    for number in range(size):
        reply(ticket, by=alice, text=f"Answer {number}")
        client.post(ticket_page(ticket, "reply"), {"text": f"Thanks {number}", "files": picture()})
    client.post(ticket_page(ticket, "upload"), {"files": [picture(), picture()]})
    assert Message.objects.count() == 1 + 2 * size
    client.get(ticket_page(ticket))  # the note of success is read
    with django_assert_num_queries(8):
        client.get(ticket_page(ticket))


def test_what_a_participant_wrote_is_not_shown_as_the_customers_own(client, ticket, alice):
    add_participant(ticket, email="dave@example.com", name="Dave <b>", by=alice)
    receive(ticket, by=ticket.participants.get(), text="I have the receipt.")
    page = client.get(ticket_page(ticket)).content.decode()
    assert "I have the receipt." in page
    assert "Dave &lt;b&gt;" in page
    assert page.count(">You<") == 1
