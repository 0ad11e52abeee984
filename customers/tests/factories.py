"""Plain makers of rows for tests. Each makes what it needs and takes what matters."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from customers.linking import customer_for
from customers.models import ActivationCode, Customer, Order, OrderItem, Product, ProductCategory, Shop

_numbers = count(1)
NOON = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
"""A Wednesday at noon in Tallinn."""


def make_shop(slug: str = "keyhaven", **fields: Any) -> Shop:
    known = Shop.objects.filter(slug=slug).first()
    values = {"name": slug.title(), "support_email": f"help@{slug}.example"} | fields
    return known or Shop.objects.create(slug=slug, **values)


def make_category(slug: str = "game-keys", **fields: Any) -> ProductCategory:
    return ProductCategory.objects.get_or_create(
        slug=slug, defaults={"name": slug.replace("-", " ").title()} | fields
    )[0]


def make_product(
    *, shop: Shop | None = None, category: ProductCategory | None = None, **fields: Any
) -> Product:
    number = next(_numbers)
    values = {"sku": f"SKU-{number}", "name": f"Harbour Lights {number}"} | fields
    return Product.objects.create(shop=shop or make_shop(), category=category or make_category(), **values)


def make_customer(
    email: str = "carol@example.com", name: str = "Carol Customer", language: str = "en"
) -> Customer:
    return customer_for(email, name=name, language=language)


def make_order(*, shop: Shop | None = None, customer: Customer | None = None, **fields: Any) -> Order:
    values = {
        "number": f"A-{next(_numbers):05}",
        "placed_at": NOON,
        "currency": "EUR",
        "total": Decimal("29.90"),
    } | fields
    return Order.objects.create(shop=shop or make_shop(), customer=customer or make_customer(), **values)


def make_code(
    code: str = "", *, order: Order | None = None, product: Product | None = None
) -> ActivationCode:
    """One delivered unit, on an item of its own unless the order has the product already."""
    order = order or make_order()
    product = product or make_product(shop=order.shop)
    item, _ = OrderItem.objects.get_or_create(
        order=order, product=product, defaults={"quantity": 1, "unit_price": Decimal("29.90")}
    )
    return ActivationCode.objects.create(item=item, code=code or f"QWERT-{next(_numbers):05}-ASDFG")
