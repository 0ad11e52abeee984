from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.sla_type import SlaType
from tickets.models import Ticket


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        return self.filter(met_at=None)

    def to_break(self, now: datetime) -> "PromiseQuerySet":
        """Past due and not marked yet, the oldest first. By the partial index: costs what is found, however
        many promises there are."""
        return self.filter(met_at=None, broken_at=None, due_at__lt=now).order_by("due_at")


class Promise(models.Model):
    """What a customer was told: an answer, or a solution, by a time. Open until met, broken once at most."""

    class Kind(models.TextChoices):
        FIRST_ANSWER = "first_answer", _("first answer")
        SOLUTION = "solution", _("solution")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="promises")
    sla_type = models.ForeignKey(SlaType, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"))
    met_at = models.DateTimeField(_("met"), null=True)
    broken_at = models.DateTimeField(
        _("marked broken"),
        null=True,
        help_text=_("When the sweep or the late answer found it past due; set once."),
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
            models.Index(fields=["due_at"], name="promise_to_break", condition=Q(met_at=None, broken_at=None))
        ]
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M}"
