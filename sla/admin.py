from datetime import time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet, TimeField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import Page, RowsOfOneParent, Table
from sla.admin_replay import PageWithReplay, if_calendar, if_rule, if_sla_type
from sla.models import Calendar, OpeningHours, Responsible, SlaRule, SlaType
from tickets.models import Agent

DAY = 24 * 60
WEEK = 7 * DAY


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


class RuleTable(Table):
    """Rules for single customers have a page of their own: there may be many."""

    model = SlaRule
    form = RuleForm
    fields = ("customer_group", "shop", "problem_type")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SlaRule]:
        related = ("customer_group", "shop", "problem_type", "sla_type")
        return super().get_queryset(request).filter(customer=None).select_related(*related)


@admin.register(SlaRule)
class SlaRuleAdmin(PageWithReplay):
    would_change = staticmethod(if_rule)
    list_display = ("customer", "customer_group", "shop", "problem_type", "sla_type")
    list_display_links = ("customer", "customer_group", "shop", "problem_type")
    list_filter = ("sla_type", "customer_group", "shop", "problem_type")
    list_select_related = ("customer", "customer_group", "shop", "problem_type", "sla_type")
    search_fields = ("customer__name", "customer__addresses__email")
    autocomplete_fields = ("customer",)
    fieldsets = (
        (
            None,
            {
                "fields": ("customer", "customer_group", "shop", "problem_type", "sla_type"),
                "description": _(
                    "The most specific rule wins: customer and problem type, customer, customer group and problem "
                    "type, customer group, shop and problem type, shop, problem type; and where none fits, the "
                    "default SLA type. A new rule holds for tickets that open from now on."
                ),
            },
        ),
    )


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
                    ("first_answer_minutes", "first_answer_clock", "first_answer"),
                    ("next_answer_minutes", "next_answer_clock", "next_answer"),
                    ("solution_minutes", "solution_clock", "solution"),
                    "supplier_pauses",
                ),
                "description": _(
                    "What was promised stays promised: a change here holds for tickets that open from now on, or "
                    "that come under this SLA type later. Waiting for the customer stops every clock, snoozing none; "
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
        (_("Who is warned"), {"fields": ("warned_agents",)}),
    )
    # A default that can be moved but not unticked: so there is always exactly one.
    readonly_fields = ("is_default", "first_answer", "next_answer", "solution")
    filter_horizontal = ("warned_agents",)
    inlines = (RuleTable,)
    actions = ("make_default",)
    kept_by = ("promises",)

    @admin.display(description=_("first answer"), ordering="first_answer_minutes")
    def first_answer(self, sla_type: SlaType) -> str:
        return in_hours(sla_type.first_answer_minutes) if sla_type.first_answer_minutes else "-"

    @admin.display(description=_("next answer"), ordering="next_answer_minutes")
    def next_answer(self, sla_type: SlaType) -> str:
        return in_hours(sla_type.next_answer_minutes) if sla_type.next_answer_minutes else "-"

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

    def formfield_for_manytomany(self, field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "warned_agents":
            kwargs["queryset"] = Agent.objects.filter(is_active=True)
        return super().formfield_for_manytomany(field, request, **kwargs)

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


def span_in_week(weekday: int, opens: time, closes: time) -> tuple[int, int]:
    """From minute to minute of the week; one that does not end later on its day goes on into the next."""
    start = weekday * DAY + opens.hour * 60 + opens.minute
    end = weekday * DAY + closes.hour * 60 + closes.minute
    return start, end if end > start else end + DAY


@admin.register(Responsible)
class ResponsibleAdmin(Page):
    """The steps after the SLA type, in their order."""

    list_display = ("what", "agent", "team")
    list_select_related = ("customer", "agent", "team")
    search_fields = ("customer__name", "agent__name", "team__name")
    autocomplete_fields = ("customer",)
    fieldsets = (
        (
            None,
            {
                "fields": ("customer", "channel", "agent", "team"),
                "description": _(
                    "A new ticket goes to whom its SLA type names; else to the agent of its customer; else to whoever "
                    "looks after its channel; else to whoever looks after all the rest. Who is absent with nobody to "
                    "stand in is passed over."
                ),
            },
        ),
    )

    @admin.display(description=_("for"))
    def what(self, row: Responsible) -> str:
        return str(row.customer or (row.get_channel_display() if row.channel else gettext("all the rest")))

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "agent":
            kwargs["queryset"] = Agent.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)


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
class CalendarAdmin(PageWithReplay):
    would_change = staticmethod(if_calendar)
    list_display = ("name", "time_zone", "week")
    search_fields = ("name",)
    inlines = (WeekTable,)
    kept_by = ("sla_types",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        return super().get_queryset(request).prefetch_related("opening_hours")

    @admin.display(description=_("opening hours"))
    def week(self, calendar: Calendar) -> str:
        return ", ".join(str(hours) for hours in calendar.opening_hours.all()) or "-"
