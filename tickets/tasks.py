"""Doors for Celery: take ids, call one named function."""

from celery import shared_task
from django.utils import timezone

from tickets.actions.draft import discard_old
from tickets.actions.status import close_long_solved
from tickets.channels import deliver
from tickets.channels.mail_in import fetch, handle
from tickets.evidence.received import look_at_received

MAIL_TIMES = {"soft_time_limit": 1500, "time_limit": 1560}
"""Seconds: a mail server may take ten minutes for its answer, and a large mail as long to get there."""


@shared_task(**MAIL_TIMES)
def send_delivery(delivery: int) -> None:
    deliver.send_one(delivery)


@shared_task(**MAIL_TIMES)
def send_due_mail() -> None:
    deliver.send_due()


@shared_task
def read_stored_mail() -> None:
    handle.handle_due(now=timezone.now())


@shared_task
def fetch_mail() -> None:
    fetch.fetch_all(now=timezone.now())


@shared_task
def look_at_received_files() -> None:
    look_at_received(now=timezone.now())


@shared_task
def discard_old_drafts() -> None:
    discard_old(now=timezone.now())


@shared_task
def close_solved_tickets() -> None:
    close_long_solved(now=timezone.now())
