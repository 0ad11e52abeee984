from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        agent = self.model(email=email.strip().casefold(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Agent(AbstractBaseUser, PermissionsMixin):
    """A person who works at the desk. The user model; customers are not users."""

    email = models.EmailField(
        _("e-mail"), unique=True, help_text=_("The agent signs in with it and is warned there.")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Customers see it under the answers."))
    is_active = models.BooleanField(
        _("works here"),
        default=True,
        help_text=_("Untick when somebody leaves; what they did stays under their name."),
    )
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("Warnings by mail wait until the quiet hours are over. In the time zone of the desk."),
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    is_staff = models.BooleanField(_("admin"), default=False, help_text=_("May open these admin pages."))

    objects = AgentManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": _("Quiet hours need both a beginning and an end.")})

    def quiet_ends(self, at: datetime) -> datetime:
        """When the quiet hours in which `at` lies are over; `at` itself outside of them."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return at
        local = timezone.localtime(at)
        now, begin, end = local.time(), self.quiet_from, self.quiet_until
        quiet = begin <= now < end if begin < end else now >= begin or now < end
        if not quiet:
            return at
        day = local.date() + timedelta(days=1 if end <= now else 0)
        return datetime.combine(day, end, tzinfo=local.tzinfo)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Team(models.Model):
    """Agents together."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    members = models.ManyToManyField(Agent, related_name="teams", blank=True, verbose_name=_("members"))
    lead = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("lead"),
        help_text=_("May be warned when a promise of the team is near or broken."),
    )
    shares_out = models.BooleanField(
        _("gives new tickets to its members"),
        default=False,
        help_text=_(
            "To the member who is present and has the fewest open tickets. Otherwise they wait in the team's queue."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name
