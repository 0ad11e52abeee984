"""Sending what stands in `Delivery`: states, attempts, back-off, leases."""

import smtplib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction

from customers.tests.factories import NOON
from tickets.channels import deliver
from tickets.channels.message_ids import message_id
from tickets.models import Delivery, DeliveryAttempt, Event
from tickets.tests.factories import make_ticket

pytestmark = pytest.mark.django_db

State, Outcome = Delivery.State, DeliveryAttempt.Outcome
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def make_delivery(**fields: Any) -> Delivery:
    values = {
        "kind": "reply",
        "to": "carol@example.com",
        "sender": '"Keyhaven" <help@keyhaven.example>',
        "subject": "[#100001] Our answer",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "created_at": NOON,
        "next_attempt_at": NOON,
    } | fields
    return Delivery.objects.create(**values)


def send(delivery: Delivery, at: datetime = NOON) -> bool:
    with time_machine.travel(at, tick=False):
        tried = deliver.send_one(delivery.pk)
    delivery.refresh_from_db()
    return tried


def outcomes(delivery: Delivery) -> list[str]:
    return list(delivery.attempts.values_list("outcome", flat=True))


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)


LATER = smtplib.SMTPDataError(451, b"try again later")
NEVER = smtplib.SMTPRecipientsRefused({"carol@example.com": (550, b"no such mailbox")})


def test_a_due_mail_is_sent_once_and_its_attempt_is_kept() -> None:
    delivery = make_delivery()
    assert send(delivery)
    assert (delivery.state, delivery.sent_at, delivery.attempts_made) == (State.SENT, NOON, 1)
    assert outcomes(delivery) == [Outcome.SENT]
    attempt = delivery.attempts.get()
    assert (attempt.started_at, attempt.finished_at) == (NOON, NOON)
    assert not send(delivery)
    assert len(mail.outbox) == 1


def test_a_mail_is_not_sent_before_its_time() -> None:
    delivery = make_delivery(next_attempt_at=NOON + MINUTE)
    assert not send(delivery)
    assert (delivery.state, outcomes(delivery)) == (State.QUEUED, [])


def test_a_refusal_for_now_is_tried_again_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = make_delivery()
    failing(monkeypatch, LATER)
    at = NOON
    for wait in deliver.BACK_OFF:
        assert send(delivery, at)
        assert (delivery.state, delivery.next_attempt_at) == (State.DEFERRED, at + wait)
        assert not send(delivery, at + wait - timedelta(seconds=1))
        at += wait
    assert at - NOON > timedelta(days=2)
    assert send(delivery, at)
    assert delivery.state == State.FAILED
    assert outcomes(delivery) == [Outcome.DEFERRED] * len(deliver.BACK_OFF) + [Outcome.FAILED]
    assert "try again later" in delivery.attempts.last().detail


def test_a_refusal_for_good_is_not_tried_again_and_stands_in_the_ticket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery = make_delivery(ticket=make_ticket())
    failing(monkeypatch, NEVER)
    assert send(delivery)
    assert (delivery.state, outcomes(delivery)) == (State.FAILED, [Outcome.FAILED])
    event = delivery.ticket.events.get(kind=Event.Kind.MAIL_FAILED)
    assert (event.data["mail"], event.data["to"]) == ("reply", "carol@example.com")
    assert "no such mailbox" in event.data["detail"]
    assert not send(delivery, NOON + timedelta(days=9))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"a@x.example": (450, b"busy")}), State.DEFERRED),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (554, b"no")}), State.FAILED),
        (smtplib.SMTPDataError(554, b"looks like spam"), State.FAILED),
        (smtplib.SMTPSenderRefused(550, b"not your address", "help@x.example"), State.DEFERRED),
        (smtplib.SMTPServerDisconnected("gone"), State.DEFERRED),
        (smtplib.SMTPResponseException(421, b"closing"), State.DEFERRED),
        (TimeoutError("slow"), State.DEFERRED),
        (ConnectionResetError("cut"), State.DEFERRED),
        (ValueError("a header with a line break"), State.FAILED),
        (UnicodeEncodeError("idna", "x", 0, 1, "label too long"), State.FAILED),
        (RuntimeError("a bug in a library"), State.DEFERRED),
    ],
)
def test_what_is_final_and_what_is_not(monkeypatch: pytest.MonkeyPatch, error: Exception, state: str) -> None:
    delivery = make_delivery()
    failing(monkeypatch, error)
    assert send(delivery)
    assert delivery.state == state
    assert type(error).__name__ in delivery.attempts.get().detail


class TestAWorkerThatDies:
    def die_in(self, delivery: Delivery, monkeypatch: pytest.MonkeyPatch, at: datetime = NOON) -> None:
        with monkeypatch.context() as patch:
            failing(patch, SystemExit())
            with pytest.raises(SystemExit):
                send(delivery, at)
        delivery.refresh_from_db()

    def test_leaves_the_mail_to_nobody_until_its_lease_ends(
        self, monkeypatch: pytest.MonkeyPatch, settings
    ) -> None:
        settings.DELIVERY_LEASE_SECONDS = 120
        delivery = make_delivery()
        self.die_in(delivery, monkeypatch)
        assert (delivery.state, outcomes(delivery)) == (State.SENDING, [Outcome.STARTED])
        assert not send(delivery, NOON + timedelta(seconds=119))
        assert send(delivery, NOON + timedelta(seconds=120))
        assert (delivery.state, outcomes(delivery)) == (State.SENT, [Outcome.INTERRUPTED, Outcome.SENT])

    def test_costs_no_mail_its_message_id(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = make_delivery()
        first = message_id(delivery)
        self.die_in(delivery, monkeypatch)
        send(delivery, NOON + timedelta(hours=1))
        assert mail.outbox[0].message()["Message-ID"] == first

    def test_over_and_over_makes_the_mail_fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = make_delivery()
        at = NOON
        for _ in range(deliver.CUT_OFF_AT_MOST):
            self.die_in(delivery, monkeypatch, at)
            at += timedelta(hours=1)
        assert send(delivery, at)
        assert delivery.state == State.FAILED
        assert mail.outbox == []


def test_a_worker_slower_than_its_lease_does_not_undo_what_another_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery = make_delivery()
    slow = deliver.claim(delivery.pk, now=NOON)
    assert slow is not None
    assert send(delivery, NOON + timedelta(hours=1))
    deliver._refused(slow, NEVER, now=NOON + timedelta(hours=2))
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
    assert outcomes(delivery) == [Outcome.FAILED, Outcome.SENT]


def test_a_slow_worker_whose_mail_was_taken_says_so() -> None:
    delivery = make_delivery()
    slow = deliver.claim(delivery.pk, now=NOON)
    other = deliver.claim(delivery.pk, now=NOON + timedelta(hours=1))
    assert slow is not None
    assert other is not None
    deliver._accepted(slow, now=NOON + timedelta(hours=1))
    assert not send(delivery, NOON + timedelta(hours=3))
    assert outcomes(delivery) == [Outcome.SENT, Outcome.STARTED]


@pytest.mark.parametrize(("error", "state"), [(None, State.SENT), (NEVER, State.FAILED)])
def test_a_text_that_lets_its_reader_in_is_wiped_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, state: str
) -> None:
    delivery = make_delivery(kind="confirm_address", holds_secret=True)
    if error:
        failing(monkeypatch, error)
    send(delivery)
    assert (delivery.state, delivery.text, delivery.html) == (state, "", "")


class TestARound:
    def test_sends_the_oldest_first_until_nothing_is_due(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deliver, "BATCH", 2)
        for minutes in (3, 1, 5, 2, 4):
            make_delivery(subject=str(minutes), next_attempt_at=NOON + minutes * MINUTE)
        with time_machine.travel(NOON + 4 * MINUTE, tick=False):
            assert deliver.send_due() == 4
        assert [sent.subject for sent in mail.outbox] == ["1", "2", "3", "4"]

    def test_goes_on_after_a_mail_that_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        refused = make_delivery(to="not an address")
        make_delivery()
        assert deliver.send_due() == 2
        refused.refresh_from_db()
        assert refused.state == State.FAILED
        assert len(mail.outbox) == 1

    def test_ends_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deliver, "ROUND_SECONDS", -1)
        make_delivery()
        assert deliver.send_due() == 0

    def test_uses_one_connection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = []
        monkeypatch.setattr(
            "django.core.mail.backends.locmem.EmailBackend.open", lambda self: opened.append(self)
        )
        for _ in range(5):
            make_delivery()
        assert deliver.send_due() == 5
        assert len(opened) == 1


class TestAServerThatCannotBeReached:
    @pytest.fixture(autouse=True)
    def down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0

        def refuse(backend: object) -> None:
            self.calls += 1
            raise ConnectionRefusedError("nobody there")

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)

    def test_ends_the_round_with_the_first_mail(self) -> None:
        deliveries = [make_delivery() for _ in range(20)]
        assert deliver.send_due() == 1
        assert self.calls == 1
        assert sum(len(outcomes(delivery)) for delivery in deliveries) == 1

    def test_is_left_in_peace_for_a_moment(self) -> None:
        make_delivery()
        other = make_delivery()
        deliver.send_due()
        assert deliver.send_due() == 0
        assert not deliver.send_one(other.pk)
        assert self.calls == 1

    def test_makes_no_mail_fail_however_long_it_takes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = make_delivery()
        at = NOON
        for _ in range(40):
            monkeypatch.setattr(deliver, "_rest_until", 0.0)
            assert send(delivery, at)
            assert delivery.state == State.QUEUED
            assert delivery.next_attempt_at - at <= deliver.UNREACHABLE_WAIT
            at = delivery.next_attempt_at
        assert set(outcomes(delivery)) == {Outcome.UNREACHABLE}
        assert "nobody there" in delivery.attempts.last().detail

    def test_leaves_a_mail_all_its_tries_for_when_it_is_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = make_delivery()
        at = NOON
        for _ in deliver.BACK_OFF:
            monkeypatch.setattr(deliver, "_rest_until", 0.0)
            send(delivery, at)
            at = delivery.next_attempt_at
        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", lambda self: True)
        monkeypatch.setattr(deliver, "_rest_until", 0.0)
        failing(monkeypatch, LATER)
        assert send(delivery, at)
        assert (delivery.state, outcomes(delivery)[-1]) == (State.DEFERRED, Outcome.DEFERRED)
        assert delivery.next_attempt_at == at + deliver.BACK_OFF[0]


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        UnicodeEncodeError("ascii", "õ", 0, 1, "a password that is not ASCII"),
        ValueError("a port that is none"),
    ],
)
def test_a_wrong_mail_setting_makes_mails_wait_until_it_is_mended(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(backend: object) -> None:
        raise error

    delivery = make_delivery()
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", fail)
    assert send(delivery)
    assert (delivery.state, outcomes(delivery)) == (State.QUEUED, [Outcome.UNREACHABLE])
    assert type(error).__name__ in delivery.attempts.get().detail


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_sends() -> None:
    deliveries = [make_delivery() for _ in range(10)]
    tried, problems = [], []
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait()
            tried.extend(deliver.send_one(delivery.pk) for delivery in deliveries)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert sum(tried) == 10
    assert len(mail.outbox) == 10
    assert DeliveryAttempt.objects.count() == 10


def test_what_is_due_is_found_by_its_index() -> None:
    query = Delivery.objects.due(NOON).order_by("next_attempt_at").values_list("pk", flat=True)[:50]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is too small to bother otherwise
        assert "delivery_due" in query.explain()


def test_the_tasks_are_doors() -> None:
    from tickets.tasks import send_delivery, send_due_mail

    one, _two = make_delivery(), make_delivery()
    send_delivery(one.pk)
    assert len(mail.outbox) == 1
    send_due_mail()
    assert len(mail.outbox) == 2
