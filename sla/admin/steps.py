"""The escalation steps on the page of an SLA type: who is warned when, and how."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import PlainChoices, Stack
from sla.models import EscalationStep, SlaType
from tickets.channels.notify import kind_of
from tickets.models import Agent

TO = ("to_assignee", "to_team", "to_lead", "to_responsible", "to_customer")


def masked(url: str) -> str:
    """What may be shown of a notification address: "slack://••••••••"."""
    return f"{kind_of(url)}://••••••••" if url else ""


def told_by(step: EscalationStep) -> str:
    """Whom a step tells, how, and what else it does: "the handler, Olga Owner · by mail · raises the priority"."""
    whom = [_label(name) for name in TO if getattr(step, name)]
    whom += [agent.name for agent in step.agents.all()] + ([step.address] if step.address else [])
    how = [_label(name) for name in ("by_notice", "by_mail") if getattr(step, name)]
    if step.url:
        how.append(gettext("by %(service)s") % {"service": kind_of(step.url)})
    to = step.hand_to_agent or step.hand_to_team
    more = [_label("raise_priority")] if step.raise_priority else []
    more += [gettext("hands over to %(name)s") % {"name": to}] if to else []
    return " · ".join(", ".join(part) for part in (whom, how, more) if part)


def _label(name: str) -> str:
    return str(EscalationStep._meta.get_field(name).verbose_name)


class StepForm(forms.ModelForm):
    """A notification address holds a password: once saved it is not shown any more, and left empty it stays as it is.
    Only the form of a superuser has the two fields for it."""

    forget_url = forms.BooleanField(label=_("Remove the saved notification address"), required=False)

    class Meta:
        widgets = {"url": forms.TextInput({"class": "vTextField", "autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved_url = self.instance.url
        if "url" not in self.fields:
            del self.fields["forget_url"]
            return
        self.initial["url"] = ""
        if self.saved_url:
            self.fields["url"].widget.attrs["placeholder"] = masked(self.saved_url)
            self.fields["url"].help_text = _(
                "There is one, and it is secret: leave this empty to keep it, or write another."
            )
        else:
            self.fields["forget_url"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "url" in self.fields and not cleaned.get("url"):
            cleaned["url"] = "" if cleaned.get("forget_url") else self.saved_url
        return cleaned

    @property
    def title(self) -> str:
        return capfirst(str(self.instance))

    @property
    def told_by(self) -> str:
        return told_by(self.instance)


class StepStack(PlainChoices, Stack):
    model = EscalationStep
    form = StepForm
    template = "admin/sla/steps.html"
    extra = 1  # folded, and for whom no script adds one
    readonly_fields = ("saved_url",)

    @admin.display(description=_("notification address"))
    def saved_url(self, step: EscalationStep) -> str:
        return masked(step.url) or gettext("none; a superuser can write one")

    def get_fieldsets(self, request: HttpRequest, obj: SlaType | None = None) -> Any:
        urls = ("url", "forget_url") if request.user.is_superuser else ("saved_url",)
        return (
            (_("When"), {"fields": (("promise_kind", "when", "amount"),)}),
            (_("Whom"), {"fields": (TO, "agents", "address")}),
            (_("How"), {"fields": (("by_notice", "by_mail"), *urls)}),
            (_("And what else"), {"fields": ("raise_priority", ("hand_to_agent", "hand_to_team"))}),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationStep]:
        related = ("sla_type", "hand_to_agent", "hand_to_team")
        return super().get_queryset(request).select_related(*related).prefetch_related("agents")

    def formfield_for_manytomany(self, field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"queryset": Agent.objects.filter(is_active=True), "widget": forms.CheckboxSelectMultiple()}
        return super().formfield_for_manytomany(field, request, **kwargs)

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if field.name == "hand_to_agent":
            kwargs["queryset"] = Agent.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)
