"""Whoever takes an answer back while a worker takes it to be sent: exactly one of the two gets it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from tickets import actions
from tickets.actions.refusals import Refused
from tickets.channels import deliver
from tickets.models import Delivery, Message, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import kinds
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


@pytest.fixture(autouse=True)
def ten_seconds(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SEND_DELAY_SECONDS = 10
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(deliver, "_rest_until", 0.0)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each returned, or the refusal."""
    ready = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=30)
            return job()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def held_answer(ticket: Ticket) -> Message:
    """Its mails are due for a worker whose clock is ahead, while its author may still take it back."""
    now = timezone.now()
    message = actions.reply(ticket, by=make_agent(), text="Wait.", then=Status.WAITING_CUSTOMER, at=now)
    message.deliveries.update(next_attempt_at=now)
    return message


@pytest.mark.parametrize("readers", [1, 3])
def test_an_answer_is_sent_or_taken_back_and_never_both(readers: int) -> None:
    alice, ends = make_agent(), []
    for _ in range(ROUNDS):
        ticket = make_ticket(at=timezone.now() - timedelta(hours=1))
        for number in range(1, readers):
            actions.add_participant(ticket, email=f"dave{number}@example.com", by=alice)
        Delivery.objects.all().delete()
        mail.outbox.clear()
        message = held_answer(ticket)
        pk, mails = message.pk, list(message.deliveries.values_list("pk", flat=True))
        senders = [lambda pk=pk: deliver.send_one(pk) for pk in mails]
        undone, *sent = at_once(
            lambda message=message: actions.undo_reply(message, by=alice, at=timezone.now()), *senders
        )
        ticket.refresh_from_db()
        if isinstance(undone, Refused):
            assert any(sent)
            assert len(mail.outbox) == sum(sent)
            assert ticket.status == Status.WAITING_CUSTOMER
            assert Message.objects.filter(pk=pk).exists()
            assert Delivery.objects.exclude(state=Delivery.State.SENT).count() == readers - sum(sent)
            assert not Delivery.objects.filter(next_attempt_at=None, sent_at=None).exists()
        else:
            assert sent == [False] * readers
            assert mail.outbox == []
            assert undone.text == "Wait."
            assert (ticket.status, ticket.assignee) == (Status.NEW, None)
            assert not Message.objects.filter(pk=pk).exists()
            assert not Delivery.objects.exists()
        ends.append(isinstance(undone, Refused))
    assert len(ends) == ROUNDS


def test_of_two_clicks_one_takes_it_back() -> None:
    alice = make_agent()
    for _ in range(ROUNDS):
        ticket = make_ticket()
        message = held_answer(ticket)
        undo = lambda message=message: actions.undo_reply(message, by=alice, at=timezone.now())  # noqa: E731
        results = at_once(undo, undo)
        assert sum(isinstance(result, Refused) for result in results) == 1
        assert kinds(ticket).count("reply_undone") == 1
        assert ticket.drafts.get().text == "Wait."


def test_a_customer_who_writes_in_that_moment_is_never_lost() -> None:
    alice = make_agent()
    for number in range(ROUNDS):
        ticket = make_ticket(at=timezone.now() - timedelta(hours=1))
        waited = ticket.waiting_since
        message = held_answer(ticket)
        at_once(
            lambda message=message: actions.undo_reply(message, by=alice, at=timezone.now()),
            lambda ticket=ticket, number=number: actions.receive(
                ticket, by=ticket.customer, text=f"Hello? {number}", at=timezone.now()
            ),
        )
        ticket.refresh_from_db()
        assert ticket.waiting_since == waited
        assert ticket in Ticket.objects.unanswered()
