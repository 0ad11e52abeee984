from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class Participant(models.Model):
    """Somebody besides the customer who gets the answers of a ticket by mail and may answer by mail: a colleague, a
    partner, whom the customer put into copy. Gets no link to the ticket, which is the customer's alone."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    folded = models.CharField(
        max_length=254, editable=False, help_text=_("For comparison; see customers.linking.fold_email.")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Nobody: the customer, in a mail whose sender was verified."),
    )
    added_at = models.DateTimeField(_("added"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "folded"], condition=Q(removed_at=None), name="participant_once_a_ticket"
            )
        ]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        from customers.linking import fold_email

        self.folded = fold_email(self.email)
        super().save(*args, **kwargs)
