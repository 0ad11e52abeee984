import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.secrets import EncryptedTextField
from tickets.models.message import Message
from tickets.models.ticket import Ticket


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: object) -> "DeliveryQuerySet":
        """Mails that may be sent at `now`: waiting ones, and those whose sender has been silent past its lease."""
        return self.filter(
            state__in=[Delivery.State.QUEUED, Delivery.State.DEFERRED, Delivery.State.SENDING],
            next_attempt_at__lte=now,
        )


class Delivery(models.Model):
    """One mail to one person, and how far it got. Written in the transaction of what it tells about.

    `next_attempt_at` is when a worker may take it: for a queued mail the earliest moment to try, for one being sent the
    end of the sender's lease, after which the sender is believed dead, and nothing when it was sent or failed.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        DEFERRED = "deferred", _("refused for now, will be tried again")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")

    class Via(models.TextChoices):
        MAIL = "mail", _("mail")
        URL = "url", _("notification address")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("The name of its templates."))
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="deliveries")
    participant = models.ForeignKey(
        "tickets.Participant",
        on_delete=models.SET_NULL,
        null=True,
        related_name="deliveries",
        help_text=_("To whom besides the customer; such a mail holds no link to the ticket."),
    )
    via = models.CharField(max_length=4, choices=Via.choices, default=Via.MAIL)
    to = models.CharField(
        _("to"), max_length=254, help_text=_("The address; of a notification address only its kind.")
    )
    url = EncryptedTextField(blank=True, help_text=_("The whole notification address. It is secret."))
    sender = models.CharField(
        _("from"), max_length=500, help_text=_("Name and address as they stand in the header.")
    )
    in_reply_to = models.CharField(
        max_length=998, blank=True, help_text=_("Message-ID of the mail of its reader that it answers.")
    )
    references = models.TextField(
        blank=True, help_text=_("Message-IDs of the conversation with its reader, oldest first.")
    )
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    holds_secret = models.BooleanField(
        default=False, help_text=_("The text is wiped once it was sent: it lets its reader sign in.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    attempts_made = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"))
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    bounced_at = models.DateTimeField(_("came back"), null=True)
    detail = models.TextField(
        _("why"), blank=True, help_text=_("What the mail server said of one that failed or came back.")
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # Not by state: SQLite does not see that a query for two states, which it gets as parameters, fits.
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_due",
                condition=Q(next_attempt_at__isnull=False),
            )
        ]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


class DeliveryAttempt(models.Model):
    """One try to send a delivery. Written before the try, so that one cut off by a crash is seen, too."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("started")
        SENT = "sent", _("accepted by the mail server")
        DEFERRED = "deferred", _("refused for now, will be tried again")
        UNREACHABLE = "unreachable", _("mail server not reached, will be tried again")
        UNANSWERED = "unanswered", _("handed over, but never answered; sent again under the same Message-ID")
        FAILED = "failed", _("refused for good")
        INTERRUPTED = "interrupted", _("cut off, outcome unknown; sent again under the same Message-ID")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.STARTED)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once_a_delivery")
        ]
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
