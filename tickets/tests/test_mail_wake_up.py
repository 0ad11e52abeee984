"""Queued mails announce themselves to a worker, and a broker that is away costs no customer anything."""

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from tickets.channels import mail_out
from tickets.models import Delivery
from tickets.tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the broker was told."""
    told: list[tuple] = []
    monkeypatch.setattr(mail_out, "_broker_rests_until", 0.0)
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda *args, **how: told.append((*args[1:], how))
    )
    return told


def test_a_worker_is_told_after_the_commit(told: list, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_ticket()
        assert told == []
    ((task, args, _how),) = told
    assert (task, args) == ("tickets.tasks.send_delivery", [Delivery.objects.get().pk])


def test_a_wake_up_is_worth_nothing_once_the_sweep_came_round(
    told: list, settings, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_ticket()
    ((_task, _args, how),) = told
    assert 0 < how["expires"] <= settings.CELERY_BEAT_SCHEDULE["send due mail"]["schedule"]


def test_what_is_rolled_back_is_not_announced(told: list, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        make_ticket()
        transaction.set_rollback(True)
    assert told == []


def test_a_broker_that_is_away_is_asked_once_in_a_while(
    told: list, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks, caplog
) -> None:
    asked = []

    def refuse(*args: object, **kwargs: object) -> None:
        asked.append(args)
        raise OperationalError("nobody there")

    monkeypatch.setattr("celery.app.base.Celery.send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        make_ticket()
        make_ticket()
    assert len(asked) == 1
    assert "mails wait for the sweep" in caplog.text
    assert [d.state for d in Delivery.objects.all()] == [Delivery.State.QUEUED] * 2
