from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.shop import Shop


class ProductCategory(models.Model):
    """What kind of thing is sold. It decides which evidence a problem needs."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("Used by the order import to name the category.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Smaller comes first in lists.")
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="products", verbose_name=_("shop"))
    sku = models.CharField(_("SKU"), max_length=64, help_text=_("The shop's own article number."))
    name = models.CharField(_("name"), max_length=200)
    category = models.ForeignKey(
        ProductCategory, on_delete=models.PROTECT, related_name="products", verbose_name=_("category")
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["shop", "sku"], name="product_sku_once_a_shop")]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name
