from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.calendar import Calendar
from tickets.models import ProblemType, Team

MINUTES_AT_MOST = 365 * 24 * 60


class SlaTypeManager(models.Manager["SlaType"]):
    def default(self) -> "SlaType | None":
        """What applies where no rule does. None only when there is no SLA type at all (see sla.defaults)."""
        return self.select_related("calendar").order_by("-is_default", "pk").first()


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
        help_text=_("Working minutes; 120 is two hours."),
    )
    solution_minutes = models.PositiveIntegerField(
        _("solved within"),
        validators=[MinValueValidator(1)],
        help_text=_("Working minutes; a working day of 9 hours is 540."),
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
    warned_agents = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("warned agents"),
        help_text=_("They get a mail when a promise is broken, and so does the ticket's handler."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Used for problem types that no SLA type names. There is exactly one."),
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
        if self.first_answer_minutes and self.solution_minutes:
            self._check_minutes()

    def _check_minutes(self) -> None:
        if self.solution_minutes < self.first_answer_minutes:
            raise ValidationError(
                {"solution_minutes": _("A solution cannot be promised sooner than the first answer.")}
            )
        if self.solution_minutes > MINUTES_AT_MOST:
            raise ValidationError(
                {"solution_minutes": _("That is more than a year of working time. Nobody waits so long.")}
            )


class SlaRule(models.Model):
    """This problem type follows this SLA type. A problem type has at most one, so there can be no tie."""

    problem_type = models.OneToOneField(
        ProblemType, on_delete=models.CASCADE, related_name="sla_rule", verbose_name=_("problem type")
    )
    sla_type = models.ForeignKey(
        SlaType, on_delete=models.CASCADE, related_name="rules", verbose_name=_("SLA type")
    )

    class Meta:
        verbose_name = _("problem type of this SLA type")
        verbose_name_plural = _("problem types of this SLA type")

    def __str__(self) -> str:
        return f"{self.problem_type} → {self.sla_type}"
