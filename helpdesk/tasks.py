"""Doors for the periodic work that belongs to no floor."""

from celery import shared_task
from django.core.management import call_command

from helpdesk import heartbeat


@shared_task
def worker_is_alive() -> None:
    heartbeat.beat("worker")


@shared_task
def clear_sessions() -> None:
    """Expired sessions, which Django leaves in the table."""
    call_command("clearsessions")
