"""Several senders and a mail server that is away under load, then says "later", then cuts connections in the middle of
mails.

Afterwards each mail must have been accepted once: its sender heard one 250 for it, and what the server took more often
it took without saying so.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.tests.killing import Outcome, Processes, running, wait_until
from tickets import actions
from tickets.channels.message_ids import message_id
from tickets.models import Delivery, DeliveryAttempt
from tickets.tests.factories import make_agent, make_ticket
from tickets.tests.mail_weather import CUTTING, FAIR, LATER, Mood, Weather, mail_weather

SENDERS = {
    f"sender {number}": [sys.executable, "-m", "helpdesk.tests.sweeper", "hurry"] for number in (1, 2, 3)
}


@dataclass
class Figures:
    """What a test tells at its end."""

    mails: int
    taken: int
    attempts: Counter[str]
    moods: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def queue(count: int) -> None:
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            kind="reply",
            to=f"customer{number}@example.com",
            sender='"Keyhaven" <help@keyhaven.example>',
            subject=f"Mail {number}",
            text="Hello\n.\n" * 20,
            html="<p>Hello</p>",
            created_at=now,
            next_attempt_at=now,
        )
        for number in range(count)
    )


def answer_tickets(count: int) -> None:
    """By the verbs: each a mail to the customer and one to a participant."""
    alice = make_agent()
    for number in range(count):
        ticket = make_ticket(at=timezone.now())
        actions.add_participant(ticket, email=f"dave{number}@example.com", by=alice)
        actions.reply(ticket, by=alice, text="Try this.", at=timezone.now())


def attempts(outcome: str) -> int:
    return DeliveryAttempt.objects.filter(outcome=outcome).count()


def all_sent() -> bool:
    return not Delivery.objects.exclude(state=Delivery.State.SENT).exists()


def bad_day(weather: Weather, processes: Processes, count: int) -> None:
    """A part of the mails is queued in each weather."""
    part = count // 4

    def until(reached: object, seconds: float = 120) -> None:
        assert wait_until(reached, seconds), processes.said()

    weather.turn(FAIR)
    queue(part)
    until(lambda: sum(weather.told.values()) >= part // 2)
    weather.turn(())
    before = attempts(Outcome.UNREACHABLE)
    queue(part)
    answer_tickets(3)
    until(lambda: attempts(Outcome.UNREACHABLE) >= before + 6)
    weather.turn(LATER)
    queue(part)
    until(lambda: weather.moods[Mood.LATER_DATA] + weather.moods[Mood.LATER_RECIPIENT] >= part // 2)
    weather.turn(CUTTING)
    queue(count - 3 * part)
    until(lambda: all(weather.moods[mood] >= part // 8 for mood in CUTTING))
    weather.turn(FAIR)
    until(all_sent, 300)


def check(weather: Weather) -> Figures:
    deliveries = list(Delivery.objects.all())
    names = {message_id(delivery) for delivery in deliveries}
    assert weather.told == dict.fromkeys(names, 1), "each was accepted once"
    assert set(weather.taken) == names
    assert sum(weather.taken.values()) - len(names) == weather.moods[Mood.CUTS_TAKEN]
    outcomes: dict[int, list[str]] = {}
    for delivery, outcome in DeliveryAttempt.objects.order_by("number").values_list("delivery", "outcome"):
        outcomes.setdefault(delivery, []).append(outcome)
    for delivery in deliveries:
        tries = outcomes[delivery.pk]
        assert (delivery.state, tries[-1], tries.count(Outcome.SENT)) == ("sent", Outcome.SENT, 1)
        assert len(tries) == delivery.attempts_made
        # One that was taken in silence was tried again for a reason that stands there.
        assert weather.taken[message_id(delivery)] - 1 <= tries.count(Outcome.UNANSWERED)
    told = Counter(outcome for tries in outcomes.values() for outcome in tries)
    assert set(told) == {Outcome.SENT, Outcome.DEFERRED, Outcome.UNANSWERED, Outcome.UNREACHABLE}
    moods = {mood.value: number for mood, number in weather.moods.items()}
    return Figures(len(names), sum(weather.taken.values()), told, moods)


def run(count: int, folder: Path, *, seed: int) -> Figures:
    begin = time.monotonic()
    with mail_weather(seed) as weather:
        server = {"EMAIL_URL": f"smtp://127.0.0.1:{weather.port}"}
        with running(SENDERS, folder, **server) as processes:
            bad_day(weather, processes, count)
        figures = check(weather)
    figures.seconds = round(time.monotonic() - begin, 1)
    return figures


@pytest.mark.django_db(transaction=True)
def test_a_bad_day_of_the_mail_server_loses_and_repeats_no_mail(tmp_path: Path) -> None:
    figures = run(80, tmp_path, seed=1)
    assert figures.mails == 80 + 3 * 3
    assert figures.attempts[Outcome.DEFERRED] + figures.attempts[Outcome.UNANSWERED] >= 20


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_a_bad_day_of_two_thousand_mails(tmp_path: Path, capsys) -> None:
    figures = run(2000, tmp_path, seed=2)
    with capsys.disabled():
        sys.stdout.write(f"\n{connection.vendor}: {figures}\n")
