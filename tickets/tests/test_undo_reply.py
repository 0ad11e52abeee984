"""Taking an answer back while it is held: text, files and the whole ticket come back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.tests.factories import NOON
from tickets import actions
from tickets.actions import draft as drafts
from tickets.actions.refusals import Refused
from tickets.channels import deliver
from tickets.evidence.uploads import add_files
from tickets.models import Agent, Attachment, Delivery, Draft, Event, Message, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
COLUMNS = ("status", "assignee_id", "waiting_since", "solved_at", "due_at")
WAITS = (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER)


@pytest.fixture(autouse=True)
def ten_seconds(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SEND_DELAY_SECONDS = 10
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(deliver, "_rest_until", 0.0)


def answer(ticket: Ticket, **how: Any) -> Message:
    return actions.reply(ticket, **{"by": make_agent(), "text": "Try this code.", "at": NOON} | how)


def columns(ticket: Ticket) -> list[Any]:
    ticket.refresh_from_db()
    return [getattr(ticket, name) for name in COLUMNS]


def undo(message: Message, at=NOON + SECOND, by: Agent | None = None) -> Draft:
    return actions.undo_reply(message, by=by or make_agent(), at=at)


@pytest.mark.parametrize("then", [*WAITS, Status.SOLVED])
@pytest.mark.parametrize("before", ["new", "mine", *WAITS, Status.SOLVED])
def test_the_ticket_is_as_it_was_before_the_answer(before: str, then: Status) -> None:
    ticket, alice = make_ticket(at=NOON - timedelta(hours=3)), make_agent()
    if before != "new":
        actions.claim(ticket, by=alice, at=NOON - timedelta(hours=2))
    if before in WAITS:
        actions.wait_for(ticket, before, by=alice, at=NOON - timedelta(hours=1))
    if before == Status.SOLVED:
        actions.solve(ticket, by=alice, at=NOON - timedelta(hours=1))
    was = columns(ticket)
    message = answer(ticket, then=then)
    assert ticket.status == then or columns(ticket) != was
    undo(message)
    assert columns(ticket) == was
    assert not Message.objects.filter(pk=message.pk).exists()
    assert not Delivery.objects.filter(kind="reply").exists()


def test_it_is_one_event_that_names_what_it_undid() -> None:
    ticket = make_ticket()
    undo(answer(ticket, then=Status.SOLVED))
    assert kinds(ticket) == ["claimed", "replied", "solved", "reply_undone"]
    undone = ticket.events.get(kind=Event.Kind.REPLY_UNDONE)
    named = ticket.events.filter(pk__in=undone.data["undone"]).order_by("pk")
    assert [event.kind for event in named] == ["claimed", "replied", "solved"]
    assert undone.agent == make_agent()


def test_text_and_files_lie_in_the_composer_again() -> None:
    ticket, alice = make_ticket(), make_agent()
    draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
    add_files(draft, [SimpleUploadedFile("steps.txt", b"1. Open it.")], at=NOON)
    message = answer(ticket, text="See the file.", draft=draft)
    assert message.attachments.count() == 1
    back = undo(message)
    assert back.text == "See the file."
    assert [file.name for file in back.attachments.all()] == ["steps.txt"]
    with back.attachments.get().original.open("rb") as content:
        assert content.read() == b"1. Open it."
    page = signed_in(alice).get(address("ticket", ticket)).content.decode()
    assert "See the file." in page
    assert "steps.txt" in page


def test_what_was_typed_since_stands_behind_it_and_notes_stay() -> None:
    ticket, alice = make_ticket(), make_agent()
    message = answer(ticket, text="First.")
    draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
    drafts.keep(draft, text="Second.", answers={"note": "For us."}, at=NOON)
    back = undo(message)
    assert (back.text, back.answers) == ("First.\n\nSecond.", {"note": "For us."})


def test_the_draft_of_a_colleague_stays_theirs() -> None:
    ticket, bob = make_ticket(), make_agent("Bob Other")
    message = answer(ticket)
    drafts.keep(drafts.reply_draft(ticket, agent=bob, at=NOON), text="Mine.", at=NOON)
    undo(message)
    assert Draft.objects.get(ticket=ticket, agent=bob).text == "Mine."


def test_a_taken_back_answer_can_be_sent_again() -> None:
    ticket, alice = make_ticket(), make_agent()
    back = undo(answer(ticket))
    again = answer(ticket, text=back.text, draft=back, at=NOON + 2 * SECOND)
    assert again.text == "Try this code."
    with time_machine.travel(NOON + 20 * SECOND, tick=False):
        assert deliver.send_due() == 2
    assert [sent.subject for sent in mail.outbox if "Our answer" in sent.subject] == [
        f"[#{ticket.number}] Our answer: {ticket.subject}"
    ]
    assert alice == again.agent


class TestItIsRefused:
    def test_when_its_time_is_over(self) -> None:
        ticket = make_ticket()
        message = answer(ticket)
        was = columns(ticket)
        with pytest.raises(Refused, match="sent already"):
            undo(message, NOON + 10 * SECOND)
        assert columns(ticket) == was
        assert message.deliveries.get().next_attempt_at == NOON + 10 * SECOND

    def test_when_a_worker_has_one_of_its_mails(self) -> None:
        ticket = make_ticket()
        actions.add_participant(ticket, email="dave@example.com", by=make_agent(), at=NOON)
        message = answer(ticket)
        mine, other = message.deliveries.order_by("pk")
        assert deliver.claim(mine.pk, now=NOON + 11 * SECOND)
        with pytest.raises(Refused, match="sent already"):
            undo(message, NOON + 9 * SECOND)  # by a clock that is behind
        other.refresh_from_db()
        assert other.next_attempt_at == NOON + 10 * SECOND

    def test_when_nothing_is_held(self, settings) -> None:
        settings.SEND_DELAY_SECONDS = 0
        with pytest.raises(Refused, match="sent already"):
            undo(answer(make_ticket()), NOON)

    def test_for_everybody_but_its_author(self) -> None:
        message = answer(make_ticket())
        with pytest.raises(Refused, match="Only who wrote"):
            undo(message, by=make_agent("Bob Other"))

    def test_for_what_the_customer_said(self) -> None:
        ticket = make_ticket()
        with pytest.raises(Refused, match="Only who wrote"):
            undo(ticket.messages.get())

    def test_the_second_time(self) -> None:
        ticket = make_ticket()
        message = answer(ticket)
        pk = message.pk
        undo(message)
        message.pk = pk
        with pytest.raises(Refused, match="taken back already"):
            undo(message)
        assert kinds(ticket).count("reply_undone") == 1

    def test_before_a_later_answer_was_taken_back(self) -> None:
        ticket = make_ticket()
        was = columns(ticket)
        first = answer(ticket, then=Status.WAITING_CUSTOMER)
        second = answer(ticket, text="And this.", then=Status.SOLVED, at=NOON + SECOND)
        with pytest.raises(Refused, match="Take that one back first"):
            undo(first, NOON + 2 * SECOND)
        undo(second, NOON + 3 * SECOND)
        undo(first, NOON + 4 * SECOND)
        assert columns(ticket) == was
        assert Draft.objects.get(ticket=ticket).text == "Try this code.\n\nAnd this."


class TestWhatHappenedMeanwhile:
    def test_the_answer_of_a_colleague_stays_and_so_does_what_it_left(self) -> None:
        ticket, bob = make_ticket(), make_agent("Bob Other")
        message = answer(ticket, then=Status.WAITING_CUSTOMER)
        actions.release(ticket, by=make_agent(), at=NOON + SECOND)
        answer(ticket, by=bob, text="And this.", then=Status.SOLVED, at=NOON + SECOND)
        was = columns(ticket)
        assert undo(message, NOON + 2 * SECOND).text == "Try this code."
        assert columns(ticket) == was
        assert [one.text for one in ticket.messages.filter(direction=Message.Direction.OUT)] == ["And this."]
        mails = Delivery.objects.filter(kind="reply", next_attempt_at__isnull=False)
        assert [mail.message.text for mail in mails] == ["And this."]
        undone = ticket.events.get(kind=Event.Kind.REPLY_UNDONE).data["undone"]
        assert [event.kind for event in ticket.events.filter(pk__in=undone)] == [Event.Kind.REPLIED]

    def test_a_customer_who_wrote_keeps_the_older_place(self) -> None:
        ticket = make_ticket(at=NOON - timedelta(hours=3))
        message = answer(ticket, then=Status.WAITING_CUSTOMER)
        actions.receive(ticket, by=ticket.customer, text="Hello?", at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert ticket.waiting_since == NOON - timedelta(hours=3)
        assert ticket in Ticket.objects.unanswered()

    def test_a_customer_who_wrote_wakes_a_ticket_that_waited_before(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        answer(ticket, then=Status.WAITING_CUSTOMER, at=NOON - timedelta(hours=1))
        message = answer(ticket, text="I forgot this.", then=Status.WAITING_CUSTOMER)
        actions.receive(ticket, by=ticket.customer, text="Hello?", at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND, by=alice)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.waiting_since) == (Status.OPEN, NOON + SECOND)

    def test_a_customer_who_wrote_into_what_was_solved_is_not_lost(self) -> None:
        ticket = make_ticket()
        actions.solve(ticket, by=ticket.customer, at=NOON - timedelta(hours=1))
        message = answer(ticket, text="One more thing.")
        actions.receive(ticket, by=ticket.customer, text="Yes?", at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.solved_at) == (Status.OPEN, None)
        assert ticket in Ticket.objects.unanswered()
        undone = ticket.events.get(kind=Event.Kind.REPLY_UNDONE).data["undone"]
        assert not ticket.events.filter(pk__in=undone, kind=Event.Kind.REOPENED).exists()

    def test_a_customer_who_reopened_keeps_it_open(self) -> None:
        ticket = make_ticket(at=NOON - timedelta(hours=3))
        message = answer(ticket, then=Status.SOLVED)
        actions.reopen(ticket, by=ticket.customer, at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.waiting_since) == (Status.OPEN, NOON - timedelta(hours=3))

    def test_a_customer_who_found_it_solved_waits_for_nothing(self) -> None:
        ticket = make_ticket()
        message = answer(ticket)
        actions.solve(ticket, by=ticket.customer, at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.solved_at, ticket.waiting_since) == ("solved", NOON + SECOND, None)

    def test_an_answer_by_phone_stays_one(self) -> None:
        ticket = make_ticket()
        message = answer(ticket)
        actions.add_memo(ticket, by=make_agent(), text="Told her.", answered=True, at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert ticket.waiting_since is None

    def test_a_hand_over_stays_and_its_ticket_waits_again(self) -> None:
        ticket, bob = make_ticket(at=NOON - timedelta(hours=3)), make_agent("Bob Other")
        message = answer(ticket)
        actions.hand_over(ticket, by=make_agent(), to=bob, where_it_stands="Yours.", at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.waiting_since) == (bob, NOON - timedelta(hours=3))

    def test_a_status_that_was_changed_since_stays(self) -> None:
        ticket = make_ticket()
        message = answer(ticket, then=Status.WAITING_CUSTOMER)
        actions.wait_for(ticket, Status.WAITING_SUPPLIER, by=make_agent(), at=NOON)
        undo(message)
        ticket.refresh_from_db()
        assert ticket.status == Status.WAITING_SUPPLIER
        undone = ticket.events.get(kind=Event.Kind.REPLY_UNDONE).data["undone"]
        assert ticket.events.filter(kind="status_changed").exclude(pk__in=undone).count() == 1

    def test_closing_what_the_answer_solved_is_undone_with_it(self) -> None:
        ticket = make_ticket(at=NOON - timedelta(hours=3))
        was = columns(ticket)
        message = answer(ticket, then=Status.SOLVED)
        actions.close(ticket, by=make_agent(), at=NOON + SECOND)
        undo(message, NOON + 2 * SECOND)
        assert columns(ticket) == was


class TestWhileItIsHeld:
    def test_no_worker_sends_it_and_none_is_woken(self, django_capture_on_commit_callbacks) -> None:
        ticket = make_ticket()
        Delivery.objects.all().delete()
        with django_capture_on_commit_callbacks() as callbacks:
            answer(ticket)
        assert callbacks == []
        with time_machine.travel(NOON + 9 * SECOND, tick=False):
            assert deliver.send_due() == 0
        with time_machine.travel(NOON + 10 * SECOND, tick=False):
            assert deliver.send_due() == 1

    @pytest.mark.parametrize("then", [Status.WAITING_CUSTOMER, Status.SOLVED])
    def test_the_customer_neither_sees_it_nor_is_told_of_it(self, client, then: Status) -> None:
        from tickets.access import ticket_url

        ticket, alice = make_ticket(), make_agent()
        draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
        add_files(draft, [SimpleUploadedFile("secret.txt", b"1")], at=NOON)
        with time_machine.travel(NOON, tick=False):
            answer(ticket, text="A held answer.", draft=draft, then=then)
        where = ticket_url(ticket)
        with time_machine.travel(NOON + 9 * SECOND, tick=False):
            page = client.get(where).content.decode()
            file = client.get(f"{where}files/{Attachment.objects.get().public_id}/")
        assert "A held answer." not in page
        assert "secret.txt" not in page
        assert file.status_code == 404
        assert "We are working on it." in page
        assert not [told for told in ("This is solved.", "We are waiting for your answer.") if told in page]
        with time_machine.travel(NOON + 11 * SECOND, tick=False):
            page = client.get(where).content.decode()
        assert "A held answer." in page
        assert "We are working on it." not in page


def test_the_conversation_shows_nothing_that_was_undone() -> None:
    ticket, alice = make_ticket(), make_agent()
    message = answer(ticket, text="Gone again.", then=Status.SOLVED)
    drafts.keep(drafts.reply_draft(ticket, agent=alice, at=NOON), text="", at=NOON)
    browser = signed_in(make_agent("Bob Other"))
    before = browser.get(address("ticket", ticket)).content.decode()
    assert "Gone again." in before
    assert "marked the ticket as solved" in before
    undo(message)
    page = browser.get(address("ticket", ticket)).content.decode()
    assert "took the answer back before it was sent" in page
    for gone in ("Gone again.", "marked the ticket as solved", "took the ticket into work"):
        assert gone not in page
