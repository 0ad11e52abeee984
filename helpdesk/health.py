"""`/healthz`: is everything alive that a ticket needs on its way? For monitors and load balancers, without
login, so it tells states and ages and nothing else. It only reads, and costs one query and one ping."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.heartbeat import SILENT_AFTER_SECONDS
from helpdesk.models import Heartbeat

PING_SECONDS = 2


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    parts = health(timezone.now())
    ok = all(part["ok"] for part in parts.values())
    response = JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)
    # Django logs each answer above 499 as an error; whoever asks is told already, every few seconds.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def health(now: datetime) -> dict[str, dict[str, Any]]:
    """State of each part, by its name."""
    seen: dict[str, datetime] = {}

    def read_heartbeats() -> None:
        seen.update(Heartbeat.objects.values_list("process", "seen_at"))

    return {
        "database": {"ok": _works(read_heartbeats)},
        "broker": {"ok": _works(_reach_broker)},
        "worker": _life(seen.get("worker"), now),
        "beat": _life(seen.get("beat"), now),
    }


def _works(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except (Error, redis.RedisError, OSError):
        connection.close_if_unusable_or_obsolete()
        return False
    return True


def _reach_broker() -> None:
    if settings.REDIS_URL:
        options = {"socket_timeout": PING_SECONDS, "socket_connect_timeout": PING_SECONDS}
        with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
            client.ping()
    else:
        folder = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["folder"])
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise OSError


def _life(seen_at: datetime | None, now: datetime) -> dict[str, Any]:
    if seen_at is None:
        return {"ok": False, "seen_seconds_ago": None}
    ago = max(0.0, (now - seen_at).total_seconds())
    return {"ok": ago <= SILENT_AFTER_SECONDS, "seen_seconds_ago": round(ago, 1)}
