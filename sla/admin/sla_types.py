from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import PlainChoices, Table
from sla.admin.replay import PageWithReplay, if_sla_type
from sla.admin.steps import StepStack
from sla.models import SlaRule, SlaType
from tickets.models import Agent


def in_hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = ([gettext("%(count)d h") % {"count": hours}] if hours else []) + (
        [gettext("%(count)d min") % {"count": rest}] if rest or not hours else []
    )
    return " ".join(parts)


class RuleForm(forms.ModelForm):
    def clean(self) -> None:
        super().clean()
        # The constraint that says it is not asked here: it is about the customer, too, who has no column in the table.
        if not self.errors and not any(self.cleaned_data.get(name) for name in RuleTable.fields):
            raise forms.ValidationError(gettext("Choose for whom or for what the rule is."))


class RuleTable(PlainChoices, Table):
    """Rules for single customers have a page of their own: there may be many."""

    model = SlaRule
    form = RuleForm
    fields = ("customer_group", "shop", "problem_type")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SlaRule]:
        related = ("customer_group", "shop", "problem_type", "sla_type")
        return super().get_queryset(request).filter(customer=None).select_related(*related)

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(field, request, empty_label=gettext("any"), **kwargs)


@admin.register(SlaType)
class SlaTypeAdmin(PageWithReplay):
    would_change = staticmethod(if_sla_type)
    list_display = ("name", "first_answer", "solution", "calendar", "responsible", "is_default")
    list_filter = ("calendar",)
    list_select_related = ("calendar", "responsible_agent", "responsible_team")
    search_fields = ("name", "rules__problem_type__name")
    fieldsets = (
        (None, {"fields": ("name", "is_default")}),
        (
            _("What is promised"),
            {
                "fields": (
                    "calendar",
                    ("first_answer_minutes", "first_answer_clock"),
                    ("next_answer_minutes", "next_answer_clock"),
                    ("solution_minutes", "solution_clock"),
                    "supplier_pauses",
                ),
                "description": _(
                    "What was promised stays promised: a change here holds for tickets that open from now on, or "
                    "that come under this SLA type later. Waiting for the customer stops every clock; "
                    "each answer that a customer can read counts, an automatic one does not. Solved tickets that "
                    "reopen get a new promise of a solution."
                ),
            },
        ),
        (
            _("Who is responsible"),
            {
                "fields": ("responsible_agent", "responsible_team"),
                "description": _(
                    "An agent or a team, not both; with neither, new tickets wait for whoever claims them."
                ),
            },
        ),
    )
    # A default that can be moved but not unticked: so there is always exactly one.
    readonly_fields = ("is_default",)
    inlines = (StepStack, RuleTable)
    actions = ("make_default",)
    kept_by = ("promises",)

    @admin.display(description=_("first answer"), ordering="first_answer_minutes")
    def first_answer(self, sla_type: SlaType) -> str:
        return in_hours(sla_type.first_answer_minutes) if sla_type.first_answer_minutes else "-"

    @admin.display(description=_("solution"), ordering="solution_minutes")
    def solution(self, sla_type: SlaType) -> str:
        return in_hours(sla_type.solution_minutes) if sla_type.solution_minutes else "-"

    @admin.display(description=_("responsible"))
    def responsible(self, sla_type: SlaType) -> str:
        return str(sla_type.responsible_agent or sla_type.responsible_team or "-")

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "responsible_agent":
            kwargs["queryset"] = Agent.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: SlaType, form: forms.ModelForm, change: bool) -> None:
        if not SlaType.objects.filter(is_default=True).exists():
            obj.is_default = True
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Make it the default"), permissions=["change"])
    def make_default(self, request: HttpRequest, sla_types: QuerySet[SlaType]) -> None:
        if len(sla_types) != 1:
            message = gettext("There is exactly one default. Please choose one SLA type.")
            self.message_user(request, message, messages.ERROR)
            return
        chosen = sla_types[0]
        with transaction.atomic():
            SlaType.objects.filter(is_default=True).update(is_default=False)
            SlaType.objects.filter(pk=chosen.pk).update(is_default=True)
            self.log_change(request, chosen, [{"changed": {"fields": ["is_default"]}}])
        message = gettext("%(name)s is the default now.") % {"name": chosen}
        self.message_user(request, message, messages.SUCCESS)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        objs = list(objs)
        if any(sla_type.is_default for sla_type in objs):
            reason = gettext("It is the default. Make another SLA type the default first.")
            return [str(one) for one in objs], {}, set(), [reason]
        return super().get_deleted_objects(objs, request)
