from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from tickets.models.ticket import Channel, Ticket, Verified


class MessageQuerySet(models.QuerySet["Message"]):
    def for_customer(self, now: datetime) -> "MessageQuerySet":
        """What the ticket's customer may read: nothing of strangers and machines, and of the desk what nobody can
        take back any more."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=now), is_stranger=False, is_automatic=False)


class Message(models.Model):
    """One thing said in a ticket by customer, participant, stranger or desk. Append-only; what its customer may see
    of it is said by `for_customer()`."""

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
    participant = models.ForeignKey(
        "tickets.Participant", on_delete=models.PROTECT, null=True, related_name="messages"
    )
    sender_name = models.CharField(
        max_length=200, blank=True, help_text=_("Of a mail, as its sender wrote it. Nobody checked it.")
    )
    sender_address = models.CharField(max_length=254, blank=True, help_text=_("Of a mail."))
    header_id = models.CharField(
        "Message-ID",
        max_length=998,
        blank=True,
        help_text=_("Of the mail that it came by, with its brackets."),
    )
    is_stranger = models.BooleanField(
        default=False, help_text=_("From an address that takes no part in the ticket: only agents see it.")
    )
    is_automatic = models.BooleanField(
        default=False,
        help_text=_("Written by a machine, such as an out-of-office answer: only agents see it."),
    )
    verified = models.CharField(
        _("sender verified"), max_length=16, choices=Verified.choices, default=Verified.NOT, blank=True
    )
    text = models.TextField(help_text=_("What the person wrote."))
    quoted = models.TextField(
        blank=True, help_text=_("The whole text of a mail, where history and signature were folded away.")
    )
    held_until = models.DateTimeField(
        null=True, help_text=_("Until then its author may take it back, and the customer does not see it.")
    )
    created_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

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
