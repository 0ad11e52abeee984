from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """Days on which an agent does not work. Both days are days of the desk's time zone, and belong to it."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("agent")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("substitute"),
        help_text=_("Gets the new tickets meanwhile. Empty: whoever is next in line."),
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "agent"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")

    def __str__(self) -> str:
        return f"{self.agent} {self.first_day}–{self.last_day}"

    def clean(self) -> None:
        if self.agent_id and self.agent_id == self.substitute_id:
            raise ValidationError({"substitute": _("An agent cannot stand in for themselves.")})
