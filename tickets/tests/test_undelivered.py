"""A mail that does not reach its reader: the ticket goes back before an agent, once, and its author hears of it."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest

from customers.models import CustomerAddress
from customers.tests.factories import NOON
from tickets import actions
from tickets.channels import deliver
from tickets.models import Delivery, Event, Notice, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
State = Delivery.State


def answered(ticket: Ticket, then: Status = Status.OPEN, **how: Any) -> Delivery:
    message = actions.reply(ticket, by=make_agent(), text="Try this.", then=then, at=NOON, **how)
    return message.deliveries.get(participant=None)


def came_back(delivery: Delivery, **how: Any) -> bool:
    return actions.undelivered(delivery, **{"bounced": True, "detail": "550 no such user", "at": LATER} | how)


@pytest.mark.parametrize(
    "then", [*(Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER, Status.OPEN, Status.SOLVED)]
)
@pytest.mark.parametrize("bounced", [True, False])
def test_an_answer_that_did_not_arrive_puts_the_ticket_back(then: Status, bounced: bool) -> None:
    ticket = make_ticket()
    delivery = answered(ticket, then)
    assert came_back(delivery, bounced=bounced)
    ticket.refresh_from_db()
    delivery.refresh_from_db()
    assert (ticket.status, ticket.waiting_since, ticket.solved_at) == (Status.OPEN, LATER, None)
    assert ticket in Ticket.objects.unanswered()
    assert (delivery.state, delivery.detail) == (
        State.BOUNCED if bounced else State.FAILED,
        "550 no such user",
    )
    assert delivery.bounced_at == (LATER if bounced else None)
    assert delivery.next_attempt_at is None
    event = ticket.events.get(kind="mail_bounced" if bounced else "mail_failed")
    assert (event.agent, event.data["to"], event.data["put_back"]) == (None, "carol@example.com", True)


def test_said_again_it_changes_nothing() -> None:
    ticket = make_ticket()
    delivery = answered(ticket, Status.SOLVED)
    assert came_back(delivery)
    actions.solve(ticket, by=make_agent(), tell=False, at=LATER)
    before = kinds(ticket)
    assert not came_back(delivery, at=LATER + timedelta(hours=1))
    assert not came_back(delivery, bounced=False, at=LATER + timedelta(hours=1))
    ticket.refresh_from_db()
    assert (ticket.status, kinds(ticket), Notice.objects.count()) == (Status.SOLVED, before, 1)


def test_whoever_waited_longer_keeps_the_place() -> None:
    ticket = make_ticket()
    delivery = answered(ticket)
    actions.receive(ticket, by=ticket.customer, text="Hello?", at=NOON + timedelta(minutes=5))
    came_back(delivery)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOON + timedelta(minutes=5)


def test_a_closed_ticket_stays_closed_and_says_so() -> None:
    ticket = make_ticket()
    delivery = answered(ticket, Status.SOLVED)
    actions.close(ticket, by=None, at=NOON)
    assert came_back(delivery)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == (Status.CLOSED, None)
    assert ticket.events.get(kind=Event.Kind.MAIL_BOUNCED).data["put_back"] is False
    assert Notice.objects.get().agent == make_agent()


@pytest.mark.parametrize("kind", ["acknowledge", "solved"])
def test_a_mail_without_an_answer_puts_nothing_back(kind: str) -> None:
    ticket = make_ticket()
    actions.solve(ticket, by=make_agent(), at=NOON)
    assert came_back(Delivery.objects.get(kind=kind))
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
    assert ticket.events.get(kind=Event.Kind.MAIL_BOUNCED).data["put_back"] is False


class TestACopyForSomebodyElse:
    @pytest.fixture
    def copy(self) -> Delivery:
        ticket = make_ticket()
        actions.add_participant(ticket, email="dave@example.com", by=make_agent(), at=NOON)
        return answered(ticket, Status.SOLVED).message.deliveries.get(participant__isnull=False)

    def test_is_told_and_puts_nothing_back(self, copy: Delivery) -> None:
        came_back(copy)
        copy.ticket.refresh_from_db()
        assert copy.ticket.status == Status.SOLVED
        assert copy.ticket.events.get(kind=Event.Kind.MAIL_BOUNCED).data["to"] == "dave@example.com"
        assert Notice.objects.get().data["to"] == "dave@example.com"

    def test_does_not_mark_the_customers_address(self, copy: Delivery) -> None:
        came_back(copy)
        assert not CustomerAddress.objects.exclude(bounced_at=None).exists()


class TestWhoIsTold:
    def test_its_author_and_who_has_the_ticket(self) -> None:
        ticket, bob = make_ticket(), make_agent("Bob Other")
        delivery = answered(ticket)
        actions.hand_over(ticket, by=make_agent(), to=bob, where_it_stands="Yours.", at=NOON)
        came_back(delivery)
        told = Notice.objects.filter(kind="mail_failed")
        assert {notice.agent.name for notice in told} == {"Alice Agent", "Bob Other"}
        assert all(notice.data["detail"] == "550 no such user" for notice in told)

    def test_one_who_left_is_not(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        delivery = answered(ticket)
        alice.is_active = False
        alice.save()
        came_back(Delivery.objects.get(pk=delivery.pk))
        assert not Notice.objects.exists()

    def test_in_words(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        came_back(answered(ticket), detail="550 <b>no</b> such user")
        page = signed_in(alice).get("/desk/notices/").content.decode()
        assert "The answer to carol@example.com did not arrive. The mail server says: 550 &lt;b&gt;no" in page


class TestTheAddress:
    def test_is_marked_with_why_when_a_mail_comes_back(self) -> None:
        came_back(answered(make_ticket()), detail="550 no such user\0")
        address = CustomerAddress.objects.get()
        assert (address.bounced_at, address.bounce_detail) == (LATER, "550 no such user")

    @pytest.mark.parametrize(
        ("error", "is_marked"),
        [
            (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"5.1.1 no such user")}), True),
            (smtplib.SMTPRecipientsRefused({"a@x.example": (552, b"5.2.2 mailbox full")}), True),
            (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"no such user")}), True),
            (smtplib.SMTPRecipientsRefused({"a@x.example": (554, b"5.7.1 relay access denied")}), False),
            (smtplib.SMTPDataError(554, b"5.6.0 looks like spam"), False),
            (ValueError("a header with a line break"), False),
        ],
    )
    def test_is_marked_only_when_it_is_to_blame(
        self, monkeypatch: pytest.MonkeyPatch, settings, error: Exception, is_marked: bool
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        monkeypatch.setattr(deliver, "_rest_until", 0.0)

        def fail(*args: object) -> None:
            raise error

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        ticket = make_ticket()
        delivery = answered(ticket, Status.SOLVED)
        assert deliver.send_one(delivery.pk)
        ticket.refresh_from_db()
        assert ticket.status == Status.OPEN  # in each case nobody got the answer
        assert CustomerAddress.objects.exclude(bounced_at=None).exists() == is_marked

    def test_is_not_blamed_for_a_server_that_said_later_for_two_days(
        self, monkeypatch: pytest.MonkeyPatch, settings
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        monkeypatch.setattr(deliver, "BACK_OFF", [])
        busy = smtplib.SMTPRecipientsRefused({"a@x.example": (450, b"4.2.1 busy")})

        def fail(*args: object) -> None:
            raise busy

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        delivery = answered(make_ticket())
        assert deliver.send_one(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.detail) == (State.FAILED, "450 4.2.1 busy")
        assert not CustomerAddress.objects.exclude(bounced_at=None).exists()


def test_a_bounce_that_is_faster_than_our_own_note_of_the_sending_stays() -> None:
    ticket = make_ticket()
    delivery = answered(ticket)
    claimed = deliver.claim(delivery.pk, now=NOON)
    assert claimed
    came_back(delivery)
    deliver._accepted(claimed, now=LATER)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail) == (State.BOUNCED, "550 no such user")
    assert (delivery.sent_at, delivery.next_attempt_at) == (LATER, None)
