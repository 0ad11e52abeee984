"""The report about promises: the page, the tickets behind each of its numbers, and all of it as CSV."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sla.desk.tables import address, kept_tables, number_in_words, took, took_tables
from sla.models import Promise
from sla.report_csv import lines
from sla.report_filter import DAYS, NumberFilter, ReportFilter
from sla.reports import MEASURES, PERIOD, RANKS, STARTED, STATES, TEAM, tallies, times
from tickets.desk.doors import agents_only
from tickets.desk.paging import newest_page
from tickets.models.ticket import NUMBER_BASE

PAGE = 25
COLUMNS = (
    *("id", "kind", "started_at", "started_in", "due_at", "met_at", "broken_at", "worked_seconds"),
    *("sla_type__name", "ticket", "ticket__subject", "ticket__status", "ticket__team__name"),
)
DEFINITIONS = (
    *(PERIOD.values()),
    *(STATES.values()),
    TEAM,
    *(MEASURES.values()),
    *(RANKS.values()),
    *(STARTED.values()),
)


@require_safe
@never_cache
@agents_only
def promises(request: HttpRequest) -> HttpResponse:
    wanted = ReportFilter(request.GET, agent=request.user, now=timezone.now())
    context = {
        "nav": "reports",
        "filter": wanted,
        "segments": [
            {"name": name, "link": address("report", wanted.query(days=days)), "here": _stands(wanted, days)}
            for days, name in DAYS.items()
        ],
        "kept": kept_tables(wanted, tallies(wanted.due())),
        "took": took_tables(wanted, times(wanted.met())),
        "measures": MEASURES.values(),
        "ranks": (RANKS["median"], RANKS["ninety"]),
        "definitions": DEFINITIONS,
        "zone": timezone.get_default_timezone_name(),
        "csv_link": address("report-csv", wanted.query()),
    }
    return render(request, "desk/reports/promises.html", context)


@require_safe
@never_cache
@agents_only
def tickets(request: HttpRequest) -> HttpResponse:
    """What one number counts: a row a promise, the newest first."""
    wanted = NumberFilter(request.GET, agent=request.user, now=timezone.now())
    page = newest_page(wanted.promises(), COLUMNS, request.GET.get("after", ""), size=PAGE)
    for row in page.rows:
        _tell(row)
    context = {
        "nav": "reports",
        "filter": wanted,
        "page": page,
        "words": number_in_words(wanted),
        "report_link": address("report", wanted.query(**NumberFilter.WHICH)),
        "csv_link": address("report-csv", wanted.query()),
        "first_link": address("report-tickets", wanted.query()),
        "next_link": address("report-tickets", wanted.query(after=page.next)),
    }
    return render(request, "desk/reports/tickets.html", context)


@require_safe
@never_cache
@agents_only
def csv_file(request: HttpRequest) -> StreamingHttpResponse:
    """All of the report, or of one of its numbers, however much that is: read and sent bit by bit."""
    wanted = NumberFilter(request.GET, agent=request.user, now=timezone.now())
    name = f"promises-{wanted.first_day}-{wanted.last_day}.csv"
    return StreamingHttpResponse(
        lines(wanted.promises()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _stands(wanted: ReportFilter, days: int) -> bool:
    is_by_date = "first" in wanted.given or "last" in wanted.given
    return not is_by_date and (wanted.last_day - wanted.first_day).days + 1 == days


def _tell(row: dict[str, Any]) -> None:
    """Adds what the page says about a promise."""
    row["number"] = NUMBER_BASE + row["ticket"]
    row["kind"] = Promise.Kind(row["kind"]).label
    row["started_in"] = Promise.StartedIn(row["started_in"]).label
    row["state"] = "broken" if row["broken_at"] else "kept" if row["met_at"] else "open"
    row["state_label"] = STATES[row["state"]].label
    if row["met_at"]:
        row["working"] = took(row["worked_seconds"], "working")
        row["clock"] = took(int((row["met_at"] - row["started_at"]).total_seconds()), "clock")
