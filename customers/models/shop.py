import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.secrets import EncryptedTextField


def new_link_secret() -> str:
    return secrets.token_urlsafe(32)


class Shop(models.Model):
    """A storefront whose customers are helped."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("As customers know it; it stands on every page and mail.")
    )
    slug = models.SlugField(
        _("short name"),
        unique=True,
        help_text=_("Part of the order links. Changing it breaks links already sent."),
    )
    website = models.URLField(
        _("website"), blank=True, help_text=_("Customers get back to the shop by this link.")
    )
    support_email = models.EmailField(
        _("support address"), help_text=_("Mails to customers come from this address, and answers go to it.")
    )
    link_secret = EncryptedTextField(
        _("link secret"),
        default=new_link_secret,
        help_text=_(
            "Signs the order links. Give it to the shop's server only; a new secret ends every link sent so far."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def __str__(self) -> str:
        return self.name
