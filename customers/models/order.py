import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.models.product import Product
from customers.models.shop import Shop
from customers.secrets import EncryptedTextField, lookup_digest


class Order(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="orders", verbose_name=_("shop"))
    number = models.CharField(_("order number"), max_length=64)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    placed_at = models.DateTimeField(_("placed at"), db_index=True)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217, such as EUR."))
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    links_revoked_at = models.DateTimeField(
        _("links revoked at"),
        null=True,
        blank=True,
        help_text=_("Order links issued up to this moment no longer open the order."),
    )

    class Meta:
        ordering = ["-placed_at"]
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="order_number_once_a_shop")]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return self.number


class OrderItem(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items", verbose_name=_("order"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="order_items", verbose_name=_("product")
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="product_once_an_order")]
        verbose_name = _("order item")
        verbose_name_plural = _("order items")

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


def new_public_ref() -> str:
    return secrets.token_urlsafe(9)


class ActivationCode(models.Model):
    """One delivered unit of an item: a key, a voucher, a licence. Encrypted at rest, shown masked."""

    item = models.ForeignKey(
        OrderItem, on_delete=models.CASCADE, related_name="codes", verbose_name=_("order item")
    )
    public_ref = models.CharField(
        _("public reference"),
        max_length=16,
        unique=True,
        default=new_public_ref,
        editable=False,
        help_text=_("Names the code in addresses without telling it or how many there are."),
    )
    code = EncryptedTextField(_("code"))
    digest = models.CharField(_("digest"), max_length=64, db_index=True, editable=False)
    tail = models.CharField(_("last characters"), max_length=4, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "digest"], name="code_once_an_item")]
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")

    def __str__(self) -> str:
        return self.masked

    def save(self, *args: object, **kwargs: object) -> None:
        self.digest = self.digest_of(self.code)
        self.tail = self.tail_of(self.code)
        super().save(*args, **kwargs)

    @property
    def masked(self) -> str:
        """Enough to tell two codes of one order apart, far from enough to use one."""
        return f"•••• {self.tail}"

    @staticmethod
    def digest_of(code: str) -> str:
        """The same for every way of typing one code: case, spaces and dashes do not count."""
        return lookup_digest("activation-code", "".join(c for c in code.casefold() if c.isalnum()))

    @staticmethod
    def tail_of(code: str) -> str:
        """The last characters that may be shown: four of a long code, a quarter of a short one."""
        bare = "".join(c for c in code if c.isalnum())
        shown = min(4, len(bare) // 4)
        return bare[-shown:] if shown else ""
