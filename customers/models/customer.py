from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.time_zones import check_time_zone


class CustomerGroup(models.Model):
    """Customers who are treated alike, such as resellers or VIPs."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who buys. Not a user: customers hold signed links instead of passwords."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.CUSTOMER_LANGUAGES,
        default="en",
        help_text=_("Mails to the customer are written in this language."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_time_zone],
        help_text=_(
            "In which promises are told; the browser tells it with a report. Empty: that of the desk."
        ),
    )
    group = models.ForeignKey(
        CustomerGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("group"),
        help_text=_("An SLA type may hold for all customers of a group."),
    )
    created_at = models.DateTimeField(_("known since"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name or _("Customer without a name")

    @property
    def email(self) -> str:
        """The first address, as the customer wrote it; empty when none is known. One query unless prefetched."""
        addresses = self.addresses.all()
        return addresses[0].email if addresses else ""


class CustomerAddress(models.Model):
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("customer")
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    folded = models.CharField(
        _("e-mail, folded"),
        max_length=254,
        unique=True,
        editable=False,
        help_text=_("For comparison; see customers.linking.fold_email."),
    )
    bounced_at = models.DateTimeField(
        _("bounced"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When a mail to it last came back for good; nothing since a mail from it arrived."),
    )
    bounce_detail = models.CharField(_("why"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return self.email

    def save(self, *args: object, **kwargs: object) -> None:
        from customers.linking import fold_email

        self.folded = fold_email(self.email)
        super().save(*args, **kwargs)
