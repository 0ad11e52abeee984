from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.sla_type import SlaType
from sla.models.terms import SlaTerms
from sla.terms import DAY_OFF, EVENING, HOURS
from tickets.models import Ticket

RUNNING = Q(met_at=None, broken_at=None, paused_since=None)


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        return self.filter(met_at=None)

    def to_break(self, now: datetime) -> "PromiseQuerySet":
        """Past due and not marked yet, the oldest first. By the partial index: costs what is found, however
        many promises there are."""
        return self.filter(RUNNING, due_at__lt=now).order_by("due_at")


class Promise(models.Model):
    """What a customer was told: an answer, or a solution, by a time. Open until met, broken once at most.

    Derived from the ticket's history (`sla.derive`); `sla.promises.sync` writes it and nothing else does.
    """

    class Kind(models.TextChoices):
        FIRST_ANSWER = "first_answer", _("first answer")
        NEXT_ANSWER = "next_answer", _("next answer")
        SOLUTION = "solution", _("solution")

    class StartedIn(models.TextChoices):
        HOURS = HOURS, _("opening hours")
        EVENING = EVENING, _("evening or night")
        DAY_OFF = DAY_OFF, _("weekend or holiday")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="promises")
    sla_type = models.ForeignKey(SlaType, on_delete=models.PROTECT, related_name="promises")
    terms = models.ForeignKey(SlaTerms, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    started_at = models.DateTimeField(_("started"))
    started_in = models.CharField(
        _("started in"),
        max_length=8,
        choices=StartedIn.choices,
        help_text=_("By the opening hours of its calendar, in that calendar's time zone."),
    )
    due_at = models.DateTimeField(
        _("due"), help_text=_("While paused: where it stood when the clock stopped.")
    )
    paused_since = models.DateTimeField(_("paused since"), null=True)
    met_at = models.DateTimeField(_("met"), null=True)
    broken_at = models.DateTimeField(
        _("broken"), null=True, help_text=_("The due time that passed; once broken it stays broken.")
    )
    worked_seconds = models.PositiveBigIntegerField(
        _("working seconds"), null=True, help_text=_("Opening hours from start to met, without the pauses.")
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(met_at=None), name="one_open_promise_a_kind"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="promise_to_break", condition=RUNNING),
            # What reports read of many years: the promises of a period. The second without what is open, or SQLite
            # would look there for the open ones.
            models.Index(fields=["due_at"], name="promise_due_in_period"),
            models.Index(fields=["met_at"], name="promise_met_in_period", condition=Q(met_at__isnull=False)),
        ]
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M}"
