from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import DateField, Field, Model, QuerySet, TimeField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import RowsOfOneParent, Table
from sla.admin.fortnight import next_days
from sla.admin.replay import PageWithReplay, if_calendar
from sla.models import Calendar, OpeningHours, SpecialHours

DAY = 24 * 60
WEEK = 7 * DAY
PREVIEW = "_preview"

# The browser's own fields: Django's show seconds, speak of the server's time, and tell no script of a change.
OWN_FIELDS: dict[type[Field], dict[str, Any]] = {
    TimeField: {"widget": forms.TimeInput({"type": "time"}, format="%H:%M")},
    DateField: {"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")},
}

Minutes = tuple[int, int]


def minutes_of(day: int, opens: time, closes: time) -> Minutes:
    """From minute to minute since day 0; a span that does not end later on its day goes on into the next."""
    start = day * DAY + opens.hour * 60 + opens.minute
    end = day * DAY + closes.hour * 60 + closes.minute
    return start, end if end > start else end + DAY


def overlap(one: Minutes, other: Minutes) -> bool:
    return one[0] < other[1] and other[0] < one[1]


class HoursFormSet(RowsOfOneParent):
    def kept_forms(self) -> Iterator[forms.ModelForm]:
        """Rows that stay, are filled in and have no mistake so far."""
        for form in self.forms:
            if form.is_valid() and form.cleaned_data and not self._should_delete_form(form):
                yield form

    def typed_rows(self) -> list[Model]:
        """What the rows would be, saved or not."""
        return [form.instance for form in (self.kept_forms() if self.is_bound else self.initial_forms)]


class WeekFormSet(HoursFormSet):
    def clean(self) -> None:
        super().clean()
        taken: list[Minutes] = []
        for form in self.kept_forms():
            data = form.cleaned_data
            start, end = minutes_of(data["weekday"], data["opens"], data["closes"])
            # Sunday night reaches into Monday, so each span is compared with the week before and after, too.
            if any(
                overlap((start + shift, end + shift), other) for other in taken for shift in (-WEEK, 0, WEEK)
            ):
                form.add_error("opens", gettext("This overlaps with other hours of the week."))
            taken.append((start, end))
        if not taken and not any(self.errors):
            raise forms.ValidationError(
                gettext("Add opening hours: a desk that never opens can promise nothing.")
            )


class SpecialFormSet(HoursFormSet):
    def clean(self) -> None:
        super().clean()
        rows = list(self.kept_forms())
        days_off = [form for form in rows if form.cleaned_data["opens"] is None]
        openings = [form for form in rows if form not in days_off]
        taken: list[Minutes] = []
        for form in openings:
            data = form.cleaned_data
            span = minutes_of(data["on"].toordinal(), data["opens"], data["closes"])
            if any(overlap(span, other) for other in taken):
                form.add_error("opens", gettext("This overlaps with other hours of your own days."))
            taken.append(span)
        open_on = {form.instance.on for form in openings}
        closed_on = set()
        for form in days_off:
            if form.instance.on in open_on:
                message = gettext("Another row has hours for this date. Please remove one of them.")
                form.add_error("on", message)
            elif form.instance.on in closed_on:
                form.add_error("on", gettext("This date is a day off already."))
            closed_on.add(form.instance.on)


class WeekTable(Table):
    model = OpeningHours
    formfield_overrides = OWN_FIELDS
    formset = WeekFormSet

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return 0 if obj else 5


class SpecialTable(Table):
    model = SpecialHours
    formfield_overrides = OWN_FIELDS
    formset = SpecialFormSet
    extra = 1


class CalendarForm(forms.ModelForm):
    class Meta:
        error_messages = {
            "country": {
                "invalid_choice": _("No public holidays are known for '%(value)s'. Please choose one.")
            }
        }

    def is_valid(self) -> bool:
        """Never when only the drawing is asked for: so the admin saves nothing and shows again what was typed."""
        return super().is_valid() and PREVIEW not in self.data


@admin.register(Calendar)
class CalendarAdmin(PageWithReplay):
    would_change = staticmethod(if_calendar)
    form = CalendarForm
    list_display = ("name", "time_zone", "week")
    search_fields = ("name",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "time_zone"),
                "description": _(
                    "What you change here holds for tickets that open from then on. What was promised stays promised."
                ),
            },
        ),
        (_("Public holidays"), {"fields": ("country", "subdivision")}),
    )
    inlines = (WeekTable, SpecialTable)
    kept_by = ("sla_types",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        return super().get_queryset(request).prefetch_related("opening_hours")

    @admin.display(description=_("opening hours"))
    def week(self, calendar: Calendar) -> str:
        return ", ".join(str(hours) for hours in calendar.opening_hours.all()) or "-"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the next 14 days, as the form stands."""
        form = context["adminform"].form
        week, special = (table.formset for table in context["inline_admin_formsets"])
        days = next_days(form.instance, week.typed_rows(), special.typed_rows(), now=timezone.now())
        mistakes = any(form.errors.keys() - {"name"}) or any(week.errors) or any(special.errors)
        context |= {"next_days": days, "is_not_all_drawn": mistakes}
        return super().render_change_form(request, context, *args, **kwargs)
