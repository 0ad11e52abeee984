from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class VerificationCode(models.Model):
    """Six digits mailed to the known address of a ticket's customer, who tells them to prove to read mail there. Works
    once, for a day, and dies of five wrong ones; only its keyed hash is kept."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="verification_codes")
    to = models.EmailField(max_length=254)
    code_hash = models.CharField(max_length=64)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("verification code")
        verbose_name_plural = _("verification codes")
