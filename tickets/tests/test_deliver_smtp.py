"""Sending through a real SMTP server: what arrives, and what happens when the server is unwell."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.utils import timezone

from tickets.channels import deliver, smtp
from tickets.channels.message_ids import message_id
from tickets.models import Delivery, DeliveryAttempt
from tickets.tests.mail_server import (
    MailServer,
    answering,
    free_port,
    hanging_up,
    mail_server,
    slowly,
    taking_and_answering_late,
)
from tickets.tests.test_deliver import make_delivery, outcomes

pytestmark = pytest.mark.django_db

State, Outcome = Delivery.State, DeliveryAttempt.Outcome


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def refusing_to_greet() -> socket.socket:
    """As a server does that has us on a list."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _address = listening.accept()
        with connection:
            connection.sendall(b"220 mx.example ESMTP\r\n")
            while connection.recv(1000):
                connection.sendall(b"554 5.7.1 no such service here\r\n")

    threading.Thread(target=answer, daemon=True).start()
    return listening


def state_after(delivery: Delivery) -> tuple[str, list[str]]:
    delivery.refresh_from_db()
    return delivery.state, outcomes(delivery)


def test_a_mail_arrives_whole(server: MailServer) -> None:
    delivery = make_delivery(
        subject="[#100001] Õunad, žluťoučký, żółć 🍏", text="Tere!\n.\nQUIT\n", html="<p>Tere!</p>"
    )
    assert deliver.send_one(delivery.pk)
    (taken,) = server.taken
    assert (taken.sender, taken.recipients) == ("help@keyhaven.example", ["carol@example.com"])
    assert taken.mail["Subject"].strip() == "[#100001] Õunad, žluťoučký, żółć 🍏"
    assert taken.mail["Message-ID"] == message_id(delivery)
    assert taken.mail.get_body(("plain",)).get_content().splitlines() == ["Tere!", ".", "QUIT"]
    assert taken.mail.get_body(("html",)).get_content().strip() == "<p>Tere!</p>"
    assert state_after(delivery) == (State.SENT, [Outcome.SENT])


def test_many_mails_go_over_one_connection(server: MailServer) -> None:
    for _ in range(20):
        make_delivery()
    assert deliver.send_due() == 20
    assert len(server.taken) == 20
    assert server.connections == 1


@pytest.mark.parametrize(
    ("where", "answer", "state"),
    [
        ("on_recipient", "450 4.2.1 mailbox busy", State.DEFERRED),
        ("on_recipient", "550 5.1.1 no such user", State.FAILED),
        ("on_data", "451 4.3.0 try again", State.DEFERRED),
        ("on_data", "554 5.7.1 spam", State.FAILED),
    ],
)
def test_a_refused_mail_is_told_and_stops_no_other(
    server: MailServer, where: str, answer: str, state: str
) -> None:
    setattr(server, where, answer if where == "on_recipient" else answering(answer))
    refused = make_delivery()
    assert deliver.send_due() == 1
    assert state_after(refused)[0] == state
    assert answer[4:] in refused.attempts.get().detail
    server.on_recipient, server.on_data = None, None
    good = make_delivery()
    assert deliver.send_due() == 1
    assert state_after(good)[0] == State.SENT


def test_a_connection_cut_in_the_middle_is_tried_again_and_the_next_mail_gets_a_new_one(
    server: MailServer,
) -> None:
    server.on_data = hanging_up(times=1)
    cut, good = make_delivery(), make_delivery()
    assert deliver.send_due() == 2
    assert state_after(cut) == (State.DEFERRED, [Outcome.UNANSWERED])
    assert state_after(good) == (State.SENT, [Outcome.SENT])
    assert server.connections == 2


def test_a_server_that_never_answers_is_given_up_in_time(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 1)
    server.on_data = slowly(10)
    delivery = make_delivery()
    begin = time.monotonic()
    assert deliver.send_one(delivery.pk)
    assert time.monotonic() - begin < 5
    assert state_after(delivery) == (State.DEFERRED, [Outcome.UNANSWERED])
    assert "imed out" in delivery.attempts.get().detail


def test_a_mail_that_was_handed_over_is_waited_for_longer_than_a_greeting(
    server: MailServer, settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.on_data = taking_and_answering_late(server, 1)
    delivery = make_delivery()
    deliver.send_one(delivery.pk)
    assert state_after(delivery) == (State.SENT, [Outcome.SENT])
    assert len(server.taken) == 1


def test_while_a_server_takes_its_time_no_other_worker_takes_the_mail(
    server: MailServer, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DELIVERY_LEASE_SECONDS = 1
    monkeypatch.setattr(smtp, "LOOK_SECONDS", 0.1)
    server.on_data = taking_and_answering_late(server, 2.5)
    delivery = make_delivery()
    left: list[float] = []
    look = smtp.Patient._wait

    def look_and_measure(self: smtp.Patient, event: int, seconds: float) -> None:
        hold, self.on_wait = self.on_wait, lambda: (hold(), left.append(lease_left(delivery)))
        look(self, event, seconds)

    monkeypatch.setattr(smtp.Patient, "_wait", look_and_measure)
    deliver.send_one(delivery.pk)
    assert len(left) > 10
    assert min(left) > 0
    assert max(left) <= 1, "nobody waits long for the mail of a worker that was killed"
    assert state_after(delivery) == (State.SENT, [Outcome.SENT])


def lease_left(delivery: Delivery) -> float:
    delivery.refresh_from_db()
    return (delivery.next_attempt_at - timezone.now()).total_seconds()


def test_a_mail_that_was_handed_over_and_never_answered_is_not_sent_again_and_again(
    server: MailServer,
) -> None:
    server.on_data = hanging_up()
    delivery = make_delivery()
    while Delivery.objects.exclude(state=State.FAILED):
        Delivery.objects.update(next_attempt_at=timezone.now())
        deliver.send_one(delivery.pk)
    _state, tries = state_after(delivery)
    assert tries == [Outcome.UNANSWERED] * deliver.UNANSWERED_AT_MOST + [Outcome.FAILED]
    assert "may have arrived" in delivery.detail


def test_a_large_mail_has_the_time_of_each_of_its_pieces(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(smtp.Patient, "_wait", lambda self, event, seconds: waits.append(seconds))
    deliver.send_one(make_delivery(text="Tere!\n" * 50_000).pk)
    assert waits.count(smtp.PIECE_SECONDS) >= 300_000 // smtp.PIECE
    assert waits[-1] == smtp.ANSWER_SECONDS
    assert server.taken[0].mail.get_body(("plain",)).get_content().count("Tere!") == 50_000


def test_a_server_that_will_not_greet_us_has_refused_no_mail(server: MailServer, settings) -> None:
    with closing(refusing_to_greet()) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        delivery = make_delivery()
        deliver.send_one(delivery.pk)
    assert state_after(delivery) == (State.QUEUED, [Outcome.UNREACHABLE])
    assert "554" in delivery.detail


def test_a_server_that_is_away_costs_one_try(server: MailServer, settings) -> None:
    settings.EMAIL_PORT = free_port()
    deliveries = [make_delivery() for _ in range(30)]
    assert deliver.send_due() == 1
    assert DeliveryAttempt.objects.count() == 1
    settings.EMAIL_PORT = server.port
    assert deliver.send_due() == 0  # at rest
    deliver._rest_until = 0.0
    assert deliver.send_due() == 29
    assert sum(state_after(delivery)[0] == State.SENT for delivery in deliveries) == 29


def test_a_server_that_takes_connections_and_says_nothing_costs_one_try(server: MailServer, settings) -> None:
    for _ in range(5):
        make_delivery()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        settings.EMAIL_PORT = silent.getsockname()[1]
        begin = time.monotonic()
        assert deliver.send_due() == 1
        assert time.monotonic() - begin < 5
    assert DeliveryAttempt.objects.get().outcome == Outcome.UNREACHABLE
