"""What a report is about: one form, read from the address, kind to whatever stands there."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Shop
from sla.models import Promise, SlaType
from sla.reports import MEASURES, STATES, took_at_least
from tickets.access import visible_tickets
from tickets.filters import Number
from tickets.models import Agent, Team

DAYS = {7: _("7 days"), 30: _("30 days"), 90: _("90 days")}
USUAL = 30
DAY = timedelta(days=1)
NO_TEAM = 0
YEARS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class Day(forms.DateField):
    def __init__(self) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
        super().__init__(required=False, input_formats=["%Y-%m-%d"], validators=YEARS, widget=widget)


class ReportFilter(forms.Form):
    """Each parameter stands alone: one that makes no sense counts as not given.

    `first` and `last` are days in the desk's time zone, both included, and win over `days`, which are the last ones
    up to and with today. Without any of them: the last 30 days.
    """

    days = forms.TypedChoiceField(choices=DAYS.items(), coerce=int, empty_value=None, required=False)
    first = Day()
    last = Day()
    kind = forms.ChoiceField(choices=[("", _("All promises")), *Promise.Kind.choices], required=False)
    type = Number(_("Any SLA type"))
    team = Number(_("Any team"))
    shop = Number(_("Any shop"))

    def __init__(self, data: Mapping[str, Any], *, agent: Agent, now: datetime) -> None:
        super().__init__(data)
        self.agent, self.today = agent, timezone.localdate(now, timezone.get_default_timezone())
        self.fields["type"].offer(SlaType.objects.all())
        self.fields["team"].offer(Team.objects.all())
        self.fields["team"].choices = [*self.fields["team"].choices, (NO_TEAM, _("No team"))]
        self.fields["shop"].offer(Shop.objects.all())
        self.full_clean()
        self.given = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        for name in ("kind", "type", "team", "shop"):
            is_set = " is-set" if name in self.given else ""
            self.fields[name].widget.attrs["class"] = f"form-select{is_set}"
        self.first_day, self.last_day = self._period()

    def due(self) -> QuerySet[Promise]:
        """What was due in the period."""
        return self._of(self._within("due_at"))

    def met(self) -> QuerySet[Promise]:
        """What was met in the period."""
        return self._of(self._within("met_at"))

    def either(self) -> QuerySet[Promise]:
        """All that any number of the report counts."""
        return self._of(self._within("due_at") | self._within("met_at"))

    @property
    def is_narrowed(self) -> bool:
        return any(name in self.given for name in ("kind", "type", "team", "shop"))

    def name_of(self, field: str, value: Any) -> str:
        """As the choices of `field` call it."""
        names = {str(key): name for key, name in self.fields[field].choices}
        return str(names.get(str(value), value))

    def query(self, **changes: Any) -> dict[str, str]:
        """The parameters of this filter with some of them changed, for links; None leaves one out."""
        merged = {**self.given, **changes}
        if changes.get("days"):
            merged |= {"first": None, "last": None}
        if merged.get("first") or merged.get("last"):
            merged["days"] = None
        return {name: str(value) for name, value in merged.items() if value not in ("", None)}

    def _within(self, column: str) -> Q:
        return Q(
            (f"{column}__gte", _midnight(self.first_day)), (f"{column}__lt", _midnight(self.last_day + DAY))
        )

    def _of(self, period: Q) -> QuerySet[Promise]:
        # Asked of each promise: with IN, SQLite would go through all tickets that ever were.
        seen = Exists(visible_tickets(self.agent).filter(pk=OuterRef("ticket")))
        promises = Promise.objects.filter(period, seen)
        columns = {"kind": "kind", "type": "sla_type", "shop": "ticket__shop"}
        wanted = {column: self.given[name] for name, column in columns.items() if name in self.given}
        if "team" in self.given:
            wanted["ticket__team"] = self.given["team"] or None
        return promises.filter(**wanted)

    def _period(self) -> tuple[date, date]:
        first, last = self.given.get("first"), self.given.get("last")
        if first and last:
            return min(first, last), max(first, last)
        days = self.given.get("days", USUAL)
        if first:
            return first, max(first, self.today)
        last = last or self.today
        return last - (days - 1) * DAY, last


class NumberFilter(ReportFilter):
    """One number of the report: which promises it counts. `state` is of those due in the period; `met` means those
    met in it, with `started`, `measure` and `least` (seconds) among them. With neither it is all of the report."""

    state = forms.ChoiceField(choices=[(name, name) for name in STATES], required=False)
    met = forms.ChoiceField(choices=[("1", "1")], required=False)
    started = forms.ChoiceField(choices=Promise.StartedIn.choices, required=False)
    measure = forms.ChoiceField(choices=[(name, name) for name in MEASURES], required=False)
    least = forms.IntegerField(min_value=0, max_value=10**10, required=False)

    WHICH = dict.fromkeys(("state", "met", "started", "measure", "least"))
    """Changes for `query` that make it the report's again."""

    def promises(self) -> QuerySet[Promise]:
        given = self.given
        if "state" in given:
            return self.due().filter(STATES[given["state"]].where)
        if "met" not in given:
            return self.either()
        promises = self.met()
        if "started" in given:
            promises = promises.filter(started_in=given["started"])
        if "measure" in given and "least" in given:
            promises = promises.filter(took_at_least(given["measure"], given["least"]))
        return promises


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=timezone.get_default_timezone()).astimezone(UTC)
