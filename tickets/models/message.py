from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from tickets.models.ticket import Channel, Ticket


class Message(models.Model):
    """One thing said between customer and desk. Append-only, and all of it may be seen by the customer."""

    class Direction(models.TextChoices):
        IN = "in", _("from the customer")
        OUT = "out", _("to the customer")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="messages")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at"], name="message_of_ticket")]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.text[:60]}"

    @property
    def is_from_customer(self) -> bool:
        return self.direction == self.Direction.IN


class Note(models.Model):
    """What only agents see. A table of its own, so that no code that sends or shows messages can pick one up."""

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        PHONE_MEMO = "phone_memo", _("memo of a phone call")
        HAND_OVER = "hand_over", _("where it stands")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.NOTE)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    answered = models.BooleanField(
        _("answered"), default=False, help_text=_("The customer got the answer in this phone call.")
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at"], name="note_of_ticket")]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
