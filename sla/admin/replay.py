"""Admin pages that can be tried before they bite: a button beside Save replays past tickets with what the form says,
and shows the form again with everything typed. It saves nothing: whatever is replayed is only in memory."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from customers.staff_admin import Page
from sla.models import Calendar, SlaRule, SlaType
from sla.replay import UNSAVED, Change, replay

BUTTON, DAYS_FIELD = "_replay", "_replay_days"
DAYS = (7, 30, 90, 365)
USUAL = 30

FormSets = Sequence[BaseInlineFormSet]


class NeverSaved:
    """Is checked as usual and then says no: so Django's page shows the form again, and saves nothing."""

    def is_valid(self) -> bool:
        super().is_valid()
        return False


class PageWithReplay(Page):
    def would_change(self, form: forms.ModelForm, formsets: FormSets) -> Change:
        """What saving this page would change. The form and its rows are valid."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A replay takes a while, and it writes nothing. Django would hold a transaction open around it, which on
        SQLite keeps everybody else from writing."""
        view = self._changeform_view if is_tried(request) else super().changeform_view
        return view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not is_tried(request):
            return form

        class Tried(NeverSaved, form):
            pass

        return Tried

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        days = days_of(request)
        context |= {"replay_choices": DAYS, "replay_days": days}
        if is_tried(request) and not context["errors"]:
            form = context["adminform"].form
            formsets = [table.formset for table in context["inline_admin_formsets"]]
            context["replay"] = replay(self.would_change(form, formsets), days=days, now=timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)


def is_tried(request: HttpRequest) -> bool:
    return request.method == "POST" and BUTTON in request.POST


def days_of(request: HttpRequest) -> int:
    return {str(days): days for days in DAYS}.get(request.POST.get(DAYS_FIELD, ""), USUAL)


def as_typed(form: forms.ModelForm, formsets: FormSets) -> Model:
    """What the page would save, with the rows of its tables, whatever kinds there are: a copy, which finds them by
    `.all()` of its relations. A new one has a stand-in for its id, for relations need one."""
    typed = copy(form.instance)
    typed.pk = typed.pk or UNSAVED
    rows = {formset.fk.remote_field.get_accessor_name(): typed_rows(formset) for formset in formsets}
    typed._prefetched_objects_cache = rows  # where prefetch_related() puts them, too
    return typed


def typed_rows(formset: BaseInlineFormSet) -> list[Model]:
    return [
        form.instance
        for form in formset.forms
        if form not in formset.deleted_forms and (form.instance.pk or form.has_changed())
    ]


def if_sla_type(form: forms.ModelForm, formsets: FormSets) -> Change:
    """Its terms, and its rules where the page changes some."""
    sla_type = as_typed(form, formsets)
    table = next(formset for formset in formsets if formset.model is SlaRule)
    if not table.has_changed():
        return Change([sla_type])
    shown = [row.instance.pk for row in table.initial_forms]
    rules = [copy(rule) for rule in typed_rows(table)]
    for rule in rules:
        rule.sla_type = sla_type
    return Change([sla_type], [*SlaRule.objects.exclude(pk__in=shown), *rules])


def if_rule(form: forms.ModelForm, formsets: FormSets) -> Change:
    rule = form.instance
    return Change(rules=[*SlaRule.objects.exclude(pk=rule.pk), rule])


def if_calendar(form: forms.ModelForm, formsets: FormSets) -> Change:
    """The terms of all SLA types that use it."""
    calendar: Calendar = as_typed(form, formsets)
    sla_types = list(SlaType.objects.filter(calendar=calendar.pk))
    for sla_type in sla_types:
        sla_type.calendar = calendar
    return Change(sla_types)
