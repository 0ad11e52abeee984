from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, DateField, ForeignKey, QuerySet, TimeField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import Page, is_staff
from tickets.models import Absence, Agent, Team

# Django's groups of permissions are not used; see customers.staff_admin.
admin.site.unregister(Group)


class OneAddressForm(forms.ModelForm):
    def clean_email(self) -> str:
        """Kept in small letters: two agents with one mailbox could not both be warned, or sign in."""
        email = self.cleaned_data["email"].casefold()
        if Agent.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("Another agent signs in with this address."))
        return email


class AgentAddForm(OneAddressForm, BaseUserCreationForm):
    class Meta:
        model = Agent
        fields = ("email", "name")
        field_classes: dict[str, type[forms.Field]] = {}


class AgentChangeForm(OneAddressForm, UserChangeForm):
    class Meta:
        model = Agent
        fields = (
            "email",
            "name",
            "password",
            "is_active",
            "quiet_from",
            "quiet_until",
            "is_staff",
            "is_superuser",
        )
        labels = {"is_superuser": _("Superuser")}
        help_texts = {
            "is_superuser": _(
                "Also makes admins, sees and changes the link secrets of shops, and writes the notification addresses "
                "of SLA types."
            )
        }
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(Agent)
class AgentAdmin(Page, UserAdmin):
    form = AgentChangeForm
    add_form = AgentAddForm
    list_display = ("name", "email", "team_names", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "teams")
    search_fields = ("name", "email")
    ordering = ("name",)
    formfield_overrides = {TimeField: {"widget": forms.TimeInput({"type": "time"}, format="%H:%M")}}
    filter_horizontal = ()
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("name", "email", "password", "is_active")}),
        (
            _("Quiet hours"),
            {
                "fields": (("quiet_from", "quiet_until"),),
                "description": _(
                    "What waited then comes as one mail. From 22:00 until 07:00 is the night; without hours mail comes "
                    "at any time. Notices in the desk do not wait."
                ),
            },
        ),
        (_("Admin"), {"fields": ("is_staff", "is_superuser", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("name", "email", "password1", "password2")}),)

    @admin.display(description=_("teams"))
    def team_names(self, agent: Agent) -> str:
        return ", ".join(team.name for team in agent.teams.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).prefetch_related("teams")

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> tuple[str, ...]:
        """Nobody can make themselves or a friend an admin."""
        return self.readonly_fields + (() if request.user.is_superuser else ("is_staff", "is_superuser"))

    def has_change_permission(self, request: HttpRequest, obj: Agent | None = None) -> bool:
        """An admin who could set the password of another admin could sign in as that one."""
        if obj is not None and obj.is_staff and obj.pk != request.user.pk:
            return request.user.is_superuser
        return is_staff(request)

    def has_delete_permission(self, request: HttpRequest, obj: Agent | None = None) -> bool:
        """Agents leave by 'works here': what they wrote stays theirs, and no ticket loses its handler."""
        return False


@admin.register(Absence)
class AbsenceAdmin(Page):
    list_display = ("agent", "first_day", "last_day", "substitute")
    list_filter = ("agent",)
    list_select_related = ("agent", "substitute")
    search_fields = ("agent__name",)
    date_hierarchy = "first_day"
    # The browser's own: Django's speaks of the server's time.
    formfield_overrides = {DateField: {"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}}
    fieldsets = (
        (
            None,
            {
                "fields": ("agent", ("first_day", "last_day"), "substitute"),
                "description": _(
                    "New tickets pass by an agent who is absent and go to the substitute. What the agent has stays: "
                    "hand it over at the desk."
                ),
            },
        ),
    )

    def formfield_for_foreignkey(self, field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Agent.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(field, request, **kwargs)


@admin.register(Team)
class TeamAdmin(Page):
    list_display = ("name", "member_count", "lead", "shares_out")
    list_select_related = ("lead",)
    fields = ("name", "members", "lead", "shares_out")
    search_fields = ("name",)
    filter_horizontal = ("members",)
    kept_by = ("tickets",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(description=_("members"), ordering="member_count")
    def member_count(self, team: Team) -> int:
        return team.member_count
