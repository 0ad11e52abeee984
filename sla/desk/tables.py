"""The figures of the report as rows of tables: each number with its words, its definition and its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import Any

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sla.models import Promise
from sla.report_filter import NO_TEAM, NumberFilter, ReportFilter
from sla.reports import MEASURES, PERIOD, RANKS, STARTED, STATES, Number, Tallies, Tally, Times

SUNDAY = timedelta(days=6)


@dataclass(frozen=True)
class Cell:
    text: str
    label: str
    says: str
    link: str = ""
    """To its tickets; there are none behind a zero."""
    name: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    cells: list[Cell]
    note: str = ""
    link: str = ""
    """To the same report about this alone."""
    tally: Tally | None = None


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    rows: list[Row]


def address(name: str, query: Mapping[str, Any]) -> str:
    where = reverse(f"sla:{name}")
    return f"{where}?{urlencode(query)}" if query else where


def kept_tables(wanted: ReportFilter, found: Tallies) -> list[Table]:
    """Kept and broken by promise, SLA type, team and week. The first has the sum of all at its end."""
    kinds = [
        _kept_row(wanted, label, found["kind"][kind], {"kind": kind})
        for kind, label in Promise.Kind.choices
        if kind in found["kind"]
    ]
    whole = _kept_row(wanted, _("All"), reduce(add, found["kind"].values(), Tally()), {})
    weeks = sorted(found["week"].items(), reverse=True)
    return [
        Table("kind", _("By promise"), [*kinds, whole]),
        Table("type", _("By SLA type"), _rows_by_name(wanted, "type", found["sla_type"])),
        Table("team", _("By team"), _rows_by_name(wanted, "team", found["team"])),
        Table("week", _("By week"), [_week_row(wanted, monday, tally) for monday, tally in weeks]),
    ]


def took_tables(wanted: ReportFilter, found: Mapping[tuple[str, str], Times]) -> list[Table]:
    """How long it took by kind, apart for when it began."""
    return [
        Table(
            kind,
            label,
            [
                _took_row(wanted, kind, STARTED[part], found[kind, part])
                for part in STARTED
                if (kind, part) in found
            ],
        )
        for kind, label in Promise.Kind.choices
        if (kind, "") in found
    ]


def _rows_by_name(wanted: ReportFilter, field: str, found: Mapping[int | None, Tally]) -> list[Row]:
    """Of what `field` of the form chooses."""
    rows = [
        _kept_row(wanted, wanted.name_of(field, pk or NO_TEAM), tally, {field: pk or NO_TEAM})
        for pk, tally in found.items()
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def _week_row(wanted: ReportFilter, monday: date, tally: Tally) -> Row:
    """The part of the week that lies in the period."""
    first, last = max(monday, wanted.first_day), min(monday + SUNDAY, wanted.last_day)
    name = _("Week %(week)s") % {"week": format_date(monday, "W")}
    return _kept_row(wanted, name, tally, {"first": first, "last": last}, note=_days(first, last))


def _days(first: date, last: date) -> str:
    until = format_date(last, "j M Y")
    if first == last:
        return until
    return f"{format_date(first, 'j' if first.month == last.month else 'j M')} – {until}"


def _kept_row(
    wanted: ReportFilter, name: Any, tally: Tally, narrower: dict[str, Any], *, note: str = ""
) -> Row:
    def cell(state: str, count: int, text: str) -> Cell:
        number = STATES[state]
        link = address("report-tickets", wanted.query(**narrower, state=state)) if count else ""
        return Cell(text, str(number.label), str(number.says), link, state)

    counts = {"kept": tally.kept, "broken": tally.broken, "open": tally.open}
    cells = [cell(state, count, f"{count:,}") for state, count in counts.items()]
    cells.append(cell("decided", tally.decided, percent(tally.permille)))
    link = address("report", wanted.query(**narrower)) if narrower else ""
    return Row(str(name), cells, note, link, tally)


def _took_row(wanted: ReportFilter, kind: str, part: Number, one: Times) -> Row:
    def link(**which: Any) -> str:
        return address("report-tickets", wanted.query(kind=kind, met=1, started=part.name, **which))

    met = RANKS["met"]
    cells = [Cell(f"{one.met:,}", str(met.label), str(met.says), link(), "met")]
    for measure in MEASURES.values():
        for rank, seconds in (("median", one.median[measure.name]), ("ninety", one.ninety[measure.name])):
            label = f"{RANKS[rank].label}, {measure.label}"
            says = f"{RANKS[rank].says} {measure.says}"
            where = link(measure=measure.name, least=seconds)
            cells.append(Cell(took(seconds, measure.name), label, says, where, measure.name))
    return Row(str(part.label), cells, str(part.says))


def number_in_words(wanted: NumberFilter) -> dict[str, Any]:
    """What a list of tickets shows: a title, the definitions that made it, and what it was narrowed to."""
    given = wanted.given
    narrowed = [
        wanted.name_of(name, given[name]) for name in ("kind", "type", "team", "shop") if name in given
    ]
    if "state" in given:
        title, says = _state_in_words(STATES[given["state"]])
    elif "met" in given:
        title, says = _("Met"), [RANKS["met"].says, PERIOD["met"].says]
        if "started" in given:
            narrowed.append(STARTED[given["started"]].label)
            says.append(STARTED[given["started"]].says)
        if "measure" in given and "least" in given:
            measure = MEASURES[given["measure"]]
            time = took(given["least"], measure.name)
            narrowed.append(_("%(time)s or longer, %(measure)s") % {"time": time, "measure": measure.label})
            says.append(measure.says)
    else:
        title, says = _("Promises"), [_("All that were due or met in the period.")]
    return {"title": title, "narrowed": narrowed, "says": says}


def _state_in_words(number: Number) -> tuple[str, list[Any]]:
    if number.name == "decided":
        kept, broken = STATES["kept"], STATES["broken"]
        both = [f"{one.label.capitalize()}: {one.says}" for one in (kept, broken)]
        return _("Kept or broken"), [*both, PERIOD["due"].says]
    return str(number.label).capitalize(), [number.says, PERIOD["due"].says]


def percent(permille: int | None) -> str:
    if permille is None:
        return "–"
    whole, tenth = divmod(permille, 10)
    return _("%(number)s %%") % {"number": f"{whole}.{tenth}" if tenth else whole}


def took(seconds: int, measure: str) -> str:
    """In the two units that matter. Working time stays in hours: its days have as many as the calendar gives."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if measure == "clock" and hours >= 48:
        return _("%(days)s d %(hours)s h") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return _("%(hours)s h %(minutes)s m") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s m") % {"minutes": minutes} if minutes else _("%(seconds)s s") % {"seconds": seconds}
