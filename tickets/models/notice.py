from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class Notice(models.Model):
    """Something that an agent is told in the desk, and whether it was read."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20)
    data = models.JSONField(_("data"), default=dict, help_text=_("As of an event; never translated text."))
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["agent", "-id"], name="notice_of_agent"),
            models.Index(fields=["agent"], name="notice_unread", condition=models.Q(read_at=None)),
        ]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.kind} → {self.agent}"
