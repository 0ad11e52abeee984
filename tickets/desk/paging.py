"""Places in a list, for paging by key: a page costs the same at any depth, and nothing is skipped or shown
twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from tickets.models import Ticket

PAGE = 50
QUEUE_PLACE = re.compile(r"([0-9]{8}T[0-9]{12})-([0-9]{1,18})")
STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Page:
    rows: Sequence[dict[str, Any]]
    next: str | None
    """The place of the last row when more follow."""
    is_first: bool


def queue_page(tickets: QuerySet[Ticket], columns: Sequence[str], after: str) -> Page:
    """In the order of waiting; `after` is the place of the last row seen, anything else means the
    beginning."""
    tickets = tickets.in_queue_order()
    place = _read_queue_place(after)
    if place:
        tickets = tickets.after(*place)
    rows = list(tickets.values("queue_at", *columns)[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    stamp = f"{last['queue_at'].astimezone(UTC).strftime(STAMP)}-{last['id']}" if last else None
    return Page(rows[:PAGE], stamp, is_first=place is None)


def newest_page(rows: QuerySet[Any], columns: Sequence[str], after: str, *, size: int | None = None) -> Page:
    """Newest first, for what nobody waits for."""
    size = size or PAGE
    place = int(after) if re.fullmatch(r"[0-9]{1,18}", after) else None
    if place is not None:
        rows = rows.filter(pk__lt=place)
    found = list(rows.order_by("-pk").values(*columns)[: size + 1])
    more = str(found[size - 1]["id"]) if len(found) > size else None
    return Page(found[:size], more, is_first=place is None)


def _read_queue_place(text: str) -> tuple[datetime, int] | None:
    match = QUEUE_PLACE.fullmatch(text)
    if not match:
        return None
    try:
        return datetime.strptime(match[1], STAMP).replace(tzinfo=UTC), int(match[2])
    except ValueError:
        return None
