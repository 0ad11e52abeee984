from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.evidence import ProblemType


class ReplyTemplate(models.Model):
    """A ready answer to what is asked again and again."""

    title = models.CharField(_("title"), max_length=100)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.CUSTOMER_LANGUAGES, default="en"
    )
    problem_type = models.ForeignKey(
        ProblemType,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reply_templates",
        verbose_name=_("problem type"),
        help_text=_("Offered first for tickets of this type; useful for all when empty."),
    )
    text = models.TextField(
        _("text"),
        help_text=_(
            "May contain {customer_name}, {order_number}, {product}, {ticket_number}, {shop} and {agent_name}; "
            "they are filled in for the ticket."
        ),
    )

    class Meta:
        ordering = ["title"]
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")

    def __str__(self) -> str:
        return self.title
