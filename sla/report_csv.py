"""Promises as CSV, a row each, however many: read by a cursor of the server, sent in pieces."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sla.models import Promise
from sla.reports import STATES
from tickets.models.ticket import NUMBER_BASE

AT_ONCE = 1000
"""Rows that are read and sent together."""

SECOND = timedelta(seconds=1)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"
"""Spreadsheets take the file for UTF-8 by it."""

COLUMNS = (
    *("ticket", "ticket__subject", "kind", "sla_type__name", "ticket__shop__name", "ticket__team__name"),
    *("ticket__problem_type__name", "started_at", "started_in", "due_at", "paused_since", "met_at"),
    *("broken_at", "worked_seconds"),
)


def header() -> list[str]:
    return [
        *(_("Ticket"), _("Subject"), _("Promise"), _("SLA type"), _("Shop"), _("Team now"), _("Problem")),
        *(_("Started"), _("Started in"), _("Due"), _("Paused since"), _("Met"), _("Broken"), _("State")),
        *(_("Working seconds"), _("Seconds by the clock")),
    ]


def lines(promises: QuerySet[Promise]) -> Iterator[str]:
    """Times in ISO 8601 in the desk's zone, with its offset. One statement."""
    # All words at once: who reads the pieces later may have another language by then.
    words = Words()
    rows = promises.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)
    return _pieces(header(), words, rows)


class Words:
    def __init__(self) -> None:
        self.kinds = {value: str(label) for value, label in Promise.Kind.choices}
        self.parts = {value: str(label) for value, label in Promise.StartedIn.choices}
        self.states = {name: str(number.label) for name, number in STATES.items()}
        self.zone = ZoneInfo(timezone.get_default_timezone_name())

    def row(self, row: tuple[Any, ...]) -> list[Any]:
        ticket, subject, kind, sla_type, shop, team, problem, started_at, part, *rest = row
        due_at, paused_since, met_at, broken_at, worked = rest
        state = "broken" if broken_at else "kept" if met_at else "open"
        return [
            NUMBER_BASE + ticket,
            *(harmless(subject), self.kinds[kind], harmless(sla_type), harmless(shop), harmless(team or "")),
            *(harmless(problem), self._iso(started_at), self.parts[part], self._iso(due_at)),
            *(self._iso(paused_since), self._iso(met_at), self._iso(broken_at), self.states[state]),
            *(worked, (met_at - started_at) // SECOND if met_at else None),
        ]

    def _iso(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).isoformat(timespec="seconds") if at else ""


def harmless(text: str) -> str:
    """What people typed must not become a formula in somebody's spreadsheet: an apostrophe before it says text."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _pieces(names: list[str], words: Words, rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    piece = StringIO()
    writer = csv.writer(piece)
    piece.write(BOM)
    writer.writerow(names)
    for count, row in enumerate(rows, 1):
        writer.writerow(words.row(row))
        if count % AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()
