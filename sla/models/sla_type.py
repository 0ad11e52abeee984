from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.calendar import Calendar
from sla.terms import ALWAYS, KINDS, WORKING
from tickets.models import Team

MINUTES_AT_MOST = 365 * 24 * 60


class Clock(models.TextChoices):
    WORKING = WORKING, _("in opening hours")
    ALWAYS = ALWAYS, _("around the clock")


def _clock() -> models.CharField:
    return models.CharField(_("counted"), max_length=8, choices=Clock.choices, default=Clock.WORKING)


class SlaTypeManager(models.Manager["SlaType"]):
    def with_all(self) -> "models.QuerySet[SlaType]":
        """With what a new ticket needs of it."""
        return self.select_related("calendar", "responsible_agent", "responsible_team")

    def default(self) -> "SlaType | None":
        """What applies where no rule does. None only when there is no SLA type at all (see sla.defaults)."""
        return self.with_all().order_by("-is_default", "pk").first()


class SlaType(models.Model):
    """Who is responsible, what is promised in which calendar, and who is warned."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        related_name="sla_types",
        verbose_name=_("calendar"),
        help_text=_("The promises count only its opening hours."),
    )
    first_answer_minutes = models.PositiveIntegerField(
        _("first answer within"),
        validators=[MinValueValidator(1)],
        help_text=_("Minutes; 120 is two hours. From the opening of the ticket."),
    )
    first_answer_clock = _clock()
    next_answer_minutes = models.PositiveIntegerField(
        _("next answer within"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Minutes from the oldest message of the customer that nobody answered. Empty: not promised."
        ),
    )
    next_answer_clock = _clock()
    solution_minutes = models.PositiveIntegerField(
        _("solved within"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Minutes; a working day of 9 hours is 540. Empty: not promised."),
    )
    solution_clock = _clock()
    supplier_pauses = models.BooleanField(
        _("waiting for the supplier pauses the solution"),
        default=False,
        help_text=_("Answers are due all the same. Waiting for the customer pauses every promise."),
    )
    responsible_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible agent"),
        help_text=_("Gets each new ticket at once."),
    )
    responsible_team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible team"),
        help_text=_("New tickets wait here until one of the team, or any other agent, claims them."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Holds where no rule fits. There is exactly one."),
    )

    objects = SlaTypeManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_sla_type"
            )
        ]
        verbose_name = _("SLA type")
        verbose_name_plural = _("SLA types")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.responsible_agent_id and self.responsible_team_id:
            raise ValidationError(_("Name either a responsible agent or a responsible team, not both."))
        for kind in KINDS:
            if (getattr(self, f"{kind}_minutes") or 0) > MINUTES_AT_MOST:
                raise ValidationError(
                    {f"{kind}_minutes": _("That is more than a year. Nobody waits so long.")}
                )
        same_clock = self.first_answer_clock == self.solution_clock
        if self.first_answer_minutes and self.solution_minutes and same_clock:
            self._check_minutes()

    def terms_data(self, at: datetime) -> dict[str, Any]:
        """What is promised as of now, as JSON for `sla.terms.read`."""
        promises = {
            kind: {"minutes": getattr(self, f"{kind}_minutes"), "clock": getattr(self, f"{kind}_clock")}
            for kind in KINDS
            if getattr(self, f"{kind}_minutes")
        }
        return {
            "promises": promises,
            "supplier_pauses": self.supplier_pauses,
            "steps": [step.as_terms() for step in self.steps.all()] if self.pk else [],
            "hours": self.calendar.hours_data(at),
        }

    def _check_minutes(self) -> None:
        if self.solution_minutes < self.first_answer_minutes:
            raise ValidationError(
                {"solution_minutes": _("A solution cannot be promised sooner than the first answer.")}
            )
        if self.solution_minutes > MINUTES_AT_MOST:
            raise ValidationError(
                {"solution_minutes": _("That is more than a year of working time. Nobody waits so long.")}
            )
