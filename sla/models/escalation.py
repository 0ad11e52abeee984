from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.secrets import EncryptedTextField
from sla.models.promise import Promise
from sla.models.sla_type import SlaType
from sla.terms import AFTER, AT, BEFORE, PERCENT
from tickets.channels.notify import check_notification_url
from tickets.models import Team


class EscalationStep(models.Model):
    """What happens when a promise of an SLA type is near or past its due time: at what point, who is told, how, and
    what else. When it happens is part of the terms of a promise; whom and how is read when it happens."""

    class When(models.TextChoices):
        PERCENT = PERCENT, _("when so much percent of the time is over")
        BEFORE = BEFORE, _("minutes before it is due")
        AT = AT, _("when it is due")
        AFTER = AFTER, _("minutes after it was due")

    sla_type = models.ForeignKey(
        SlaType, on_delete=models.CASCADE, related_name="steps", verbose_name=_("SLA type")
    )
    promise_kind = models.CharField(_("promise"), max_length=16, choices=Promise.Kind.choices)
    when = models.CharField(_("when"), max_length=8, choices=When.choices, default=When.AT)
    amount = models.PositiveIntegerField(
        _("how much"),
        default=0,
        validators=[MaxValueValidator(365 * 24 * 60)],
        help_text=_(
            "Percent or minutes, on the clock of the promise; it stands still while the promise is paused."
        ),
    )
    to_assignee = models.BooleanField(_("the handler"), default=True)
    to_team = models.BooleanField(
        _("the team"), default=False, help_text=_("All members of the ticket's team.")
    )
    to_lead = models.BooleanField(_("the team's lead"), default=False)
    to_responsible = models.BooleanField(
        _("the responsible"), default=False, help_text=_("The agent or team that the SLA type names.")
    )
    agents = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("these agents")
    )
    address = models.EmailField(
        _("this address"), blank=True, help_text=_("Of somebody who does not work here.")
    )
    to_customer = models.BooleanField(
        _("the customer"),
        default=False,
        help_text=_("Tells the customer, before the due time, that it will take longer."),
    )
    by_notice = models.BooleanField(_("in the desk"), default=True)
    by_mail = models.BooleanField(_("by mail"), default=True)
    url = EncryptedTextField(
        _("notification address"),
        blank=True,
        validators=[check_notification_url],
        help_text=_(
            "Also to SMS, chat or a webhook, as an address of the Apprise library, such as slack://… It is secret."
        ),
    )
    raise_priority = models.BooleanField(_("raises the priority"), default=False)
    hand_to_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hands over to agent"),
    )
    hand_to_team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hands over to team"),
    )

    class Meta:
        ordering = ["promise_kind", "pk"]
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps: who is warned when, and how")

    def __str__(self) -> str:
        return f"{self.get_promise_kind_display()}: {self.in_words()}"

    def in_words(self) -> str:
        """ "30 minutes before it is due"."""
        match self.when:
            case self.When.PERCENT:
                return _("when %(amount)s %% of the time is over") % {"amount": self.amount}
            case self.When.BEFORE:
                text = ngettext(
                    "%(amount)s minute before it is due", "%(amount)s minutes before it is due", self.amount
                )
            case self.When.AFTER:
                text = ngettext(
                    "%(amount)s minute after it was due", "%(amount)s minutes after it was due", self.amount
                )
            case _other:
                return str(self.When.AT.label)
        return text % {"amount": self.amount}

    def clean(self) -> None:
        if self.when == self.When.PERCENT and not 1 <= self.amount <= 100:
            raise ValidationError({"amount": _("Between 1 and 100 percent of the time.")})
        if self.when in (self.When.BEFORE, self.When.AFTER) and not self.amount:
            raise ValidationError({"amount": _("How many minutes?")})
        if self.hand_to_agent_id and self.hand_to_team_id:
            raise ValidationError(_("Hand over to an agent or to a team, not to both."))
        if self.to_customer and (self._is_not_before_due()):
            raise ValidationError(
                {"to_customer": _("The customer is told before a promise breaks, not after.")}
            )

    def _is_not_before_due(self) -> bool:
        whole = self.when == self.When.PERCENT and self.amount == 100
        return whole or self.when in (self.When.AT, self.When.AFTER)

    def as_terms(self) -> dict[str, Any]:
        """As `sla.terms.read` takes it."""
        return {"id": self.pk, "kind": self.promise_kind, "when": self.when, "amount": self.amount}


WAITING = Q(state="waiting", due_at__isnull=False)


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def due(self, now: datetime) -> "EscalationQuerySet":
        """Steps whose moment has come, the longest due first. By the partial index: costs what is due, however many
        promises are open."""
        return self.filter(WAITING, due_at__lte=now).order_by("due_at")


class Escalation(models.Model):
    """One step of one promise: when its moment is, and what became of it. `sla.steps` plans it, the sweep takes it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to come")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("not needed any more")

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="escalations")
    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="escalations")
    due_at = models.DateTimeField(null=True, help_text=_("Empty while the promise is paused."))
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField(null=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["promise", "step"], name="each_step_once_a_promise")]
        indexes = [models.Index(fields=["due_at"], name="escalation_due", condition=WAITING)]

    def __str__(self) -> str:
        return f"{self.step} {self.state}"


class Warning(models.Model):
    """One person to be told by one escalation, by mail or by a notification address. Waits for the end of quiet hours
    and for others to the same person, which go out as one."""

    class By(models.TextChoices):
        MAIL = "mail", _("mail")
        URL = "url", _("notification")

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="warnings")
    by = models.CharField(max_length=4, choices=By.choices)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    to = models.CharField(
        max_length=254, help_text=_("The e-mail address, or a hash of the notification address.")
    )
    send_after = models.DateTimeField()
    delivery = models.ForeignKey(
        "tickets.Delivery", on_delete=models.SET_NULL, null=True, related_name="warnings"
    )
    batch = models.UUIDField(null=True, help_text=_("Those that went out together."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation", "by", "to"], name="each_person_once_a_step")
        ]
        indexes = [
            models.Index(fields=["send_after"], name="warning_to_send", condition=Q(batch=None)),
            # Whoever took some looks at them again, among all that were ever sent.
            models.Index(fields=["batch"], name="warning_of_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.by}"
