"""Doors for Celery: take ids, call one named function."""

from celery import shared_task
from django.utils import timezone

from sla.escalation import sweep
from sla.promises import repair_missed


@shared_task
def sweep_promises() -> None:
    sweep(now=timezone.now())


@shared_task
def repair_promises() -> None:
    repair_missed()
