from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.models import Shop


class MailTemplate(models.Model):
    """The words of one kind of mail to customers, in place of those that came with the program."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("thanks, and by when an answer comes")
        REPLY = "reply", _("an agent's answer")
        SOLVED = "solved", _("the problem is solved")
        DELAY = "delay", _("it will take longer")

    kind = models.CharField(_("mail"), max_length=20, choices=Kind.choices)
    shop = models.ForeignKey(
        Shop,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mail_templates",
        verbose_name=_("shop"),
        help_text=_("Of all shops without a template of their own when empty."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.CUSTOMER_LANGUAGES, default="en"
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))

    class Meta:
        ordering = ["kind", "shop__name", "language"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Coalesce("shop", models.Value(0)),
                "language",
                name="mail_template_once",
                violation_error_message=_("There is a template for this mail, shop and language already."),
            )
        ]
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.shop or _('all shops')} · {self.get_language_display()}"
