from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import ActivationCode, Order
from tickets.models.ticket import Ticket


class Draft(models.Model):
    """What somebody typed and uploaded but has not sent: a report, a customer's reply, an agent's reply.

    It exists so that no error, expired session or closed tab loses anything. There is one of each:
    a report for a code (or a whole order), the customer's reply to a ticket, and each agent's reply to a ticket.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, related_name="drafts")
    code = models.ForeignKey(ActivationCode, on_delete=models.CASCADE, null=True, related_name="drafts")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="drafts")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="drafts"
    )
    text = models.TextField(blank=True)
    answers = models.JSONField(
        default=dict, help_text=_("Slot id as text -> what was typed, as it was typed.")
    )
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(code__isnull=False), name="draft_one_a_code"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(code=None, order__isnull=False), name="draft_one_an_order"
            ),
            models.UniqueConstraint(
                fields=["ticket", "agent"], condition=Q(agent__isnull=False), name="draft_one_an_agent"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(agent=None, ticket__isnull=False), name="draft_one_a_customer"
            ),
        ]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
