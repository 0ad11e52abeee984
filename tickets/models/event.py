from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from tickets.models.ticket import Ticket


class Event(models.Model):
    """One recorded change of a ticket: kind, actor, time and JSON of old and new. Append-only, never translated text.

    `tickets.events.record` writes it and nothing else does; `tickets.timeline` makes a sentence of it.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        RECEIVED = "received", _("customer wrote")
        REPLIED = "replied", _("answered")
        NOTED = "noted", _("note added")
        PHONED = "phoned", _("phone call noted")
        CLAIMED = "claimed", _("claimed")
        RELEASED = "released", _("released")
        HANDED_OVER = "handed_over", _("handed over")
        ROUTED = "routed", _("routed")
        STATUS_CHANGED = "status_changed", _("status changed")
        SOLVED = "solved", _("solved")
        REOPENED = "reopened", _("reopened")
        CLOSED = "closed", _("closed")
        TYPE_CHANGED = "type_changed", _("problem type changed")
        CODE_REVEALED = "code_revealed", _("code revealed")
        SLA_APPLIED = "sla_applied", _("SLA type applied")
        PROMISE_BROKEN = "promise_broken", _("promise broken")
        WARNED = "warned", _("warned")
        PRIORITY_RAISED = "priority_raised", _("priority raised")
        MAIL_FAILED = "mail_failed", _("mail failed")
        MAIL_BOUNCED = "mail_bounced", _("mail came back")
        REPLY_UNDONE = "reply_undone", _("answer taken back")
        STRANGER_WROTE = "stranger_wrote", _("somebody unknown wrote")
        MACHINE_WROTE = "machine_wrote", _("automatic answer came")
        SENDER_ACCEPTED = "sender_accepted", _("sender accepted")
        PARTICIPANT_ADDED = "participant_added", _("participant added")
        PARTICIPANT_REMOVED = "participant_removed", _("participant removed")
        ORDER_LINKED = "order_linked", _("order linked")
        JOINED = "joined", _("joined with another ticket")
        CODE_SENT = "code_sent", _("one-time code sent")
        VERIFIED = "verified", _("sender verified")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="events")
    at = models.DateTimeField(_("at"))
    data = models.JSONField(_("data"), default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at"], name="event_of_ticket")]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
