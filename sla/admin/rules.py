"""For whom and for what an SLA type holds, and who gets a ticket for which it names nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import Page
from sla.admin.replay import PageWithReplay, if_rule
from sla.models import Responsible, SlaRule
from tickets.models import Agent


@admin.register(SlaRule)
class SlaRuleAdmin(PageWithReplay):
    would_change = staticmethod(if_rule)
    list_display = ("customer", "customer_group", "shop", "problem_type", "sla_type")
    list_display_links = ("customer", "customer_group", "shop", "problem_type")
    list_filter = ("sla_type", "customer_group", "shop", "problem_type")
    list_select_related = ("customer", "customer_group", "shop", "problem_type", "sla_type")
    search_fields = ("customer__name", "customer__addresses__email")
    autocomplete_fields = ("customer",)
    empty_value_display = _("any")
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

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name in ("customer_group", "shop", "problem_type"):
            kwargs["empty_label"] = gettext("any")
        return super().formfield_for_foreignkey(field, request, **kwargs)


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
