"""Signs of life of the processes that nobody sees. `/healthz` reads them (health.py).

Beat writes from each tick of its scheduler. The worker writes when it starts, and then in a task that beat sends: so
what is proven is the whole way of a task, by the broker and the consumer into the pool. Where beat is silent, so is
the worker.
"""

import logging
import time
from datetime import datetime
from typing import Any

from celery.beat import Scheduler
from celery.signals import worker_ready
from django.db import DatabaseError, connection
from django.utils import timezone

from helpdesk.models import Heartbeat

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10
SILENT_AFTER_SECONDS = 45


def beat(process: str, at: datetime | None = None) -> None:
    """Write that `process` ("worker", "beat") is alive. A database away for a moment does not end it."""
    try:
        Heartbeat.objects.update_or_create(process=process, defaults={"seen_at": at or timezone.now()})
    except DatabaseError:
        logger.warning("The heartbeat of %s could not be written.", process, exc_info=True)


def _beat_and_disconnect(process: str) -> None:
    beat(process)
    connection.close()  # this thread uses the database for nothing else


@worker_ready.connect
def worker_is_there(**kwargs: Any) -> None:
    """Until the first task comes, which is a moment later."""
    _beat_and_disconnect("worker")


class BeatingScheduler(Scheduler):
    """Keeps its schedule in memory: after a restart intervals begin anew, and there is no file to be
    damaged."""

    max_interval = 5
    _next_heartbeat = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() >= self._next_heartbeat:
            _beat_and_disconnect("beat")
            self._next_heartbeat = time.monotonic() + EVERY_SECONDS
        return super().tick(*args, **kwargs)
