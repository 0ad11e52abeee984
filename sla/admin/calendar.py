from datetime import time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet, TimeField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import Page, RowsOfOneParent, Table
from sla.models import Calendar, OpeningHours

DAY = 24 * 60
WEEK = 7 * DAY


def span_in_week(weekday: int, opens: time, closes: time) -> tuple[int, int]:
    """From minute to minute of the week; one that does not end later on its day goes on into the next."""
    start = weekday * DAY + opens.hour * 60 + opens.minute
    end = weekday * DAY + closes.hour * 60 + closes.minute
    return start, end if end > start else end + DAY


class WeekFormSet(RowsOfOneParent):
    def clean(self) -> None:
        super().clean()
        taken: list[tuple[int, int]] = []
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if self._should_delete_form(form) or not {"weekday", "opens", "closes"} <= data.keys():
                continue
            start, end = span_in_week(data["weekday"], data["opens"], data["closes"])
            # Sunday night reaches into Monday, so each span is compared with the week before and after, too.
            if any(
                start < other_end + shift and other_start + shift < end
                for other_start, other_end in taken
                for shift in (-WEEK, 0, WEEK)
            ):
                form.add_error("opens", gettext("This overlaps with other hours of the week."))
            taken.append((start, end))
        if not taken and not any(self.errors):
            raise forms.ValidationError(
                gettext("Add opening hours: a desk that never opens can promise nothing.")
            )


class WeekTable(Table):
    """With the browser's own field for a time: Django's shows seconds and speaks of the server's time."""

    model = OpeningHours
    formfield_overrides = {TimeField: {"widget": forms.TimeInput({"type": "time"}, format="%H:%M")}}
    formset = WeekFormSet

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return 0 if obj else 5


@admin.register(Calendar)
class CalendarAdmin(Page):
    list_display = ("name", "time_zone", "week")
    search_fields = ("name",)
    inlines = (WeekTable,)
    kept_by = ("sla_types",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        return super().get_queryset(request).prefetch_related("opening_hours")

    @admin.display(description=_("opening hours"))
    def week(self, calendar: Calendar) -> str:
        return ", ".join(str(hours) for hours in calendar.opening_hours.all()) or "-"
