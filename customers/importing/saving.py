"""Orders into the database, some hundreds at a time, with few statements for each kind of row."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from customers.importing.rows import ItemRow, OrderRow
from customers.linking import fold_email
from customers.models import ActivationCode, Customer, CustomerAddress, Order, OrderItem, Product, Shop

ORDER_FIELDS = ["customer_id", "placed_at", "currency", "total"]
ATTEMPTS = 3
NewProducts = dict[str, tuple[str, int]]
"""By SKU, the name and category id in the first row of the file that has it: later rows need not repeat them, and may
come to be written sooner."""


class Wanted:
    """An item as the file has it, with its codes by digest."""

    def __init__(self, number: str, order: int, product: int, row: ItemRow) -> None:
        self.number = number
        self.order = order
        self.product = product
        self.row = row
        self.codes = {ActivationCode.digest_of(code): code for code in row.codes}


@dataclass
class Saved:
    """Numbers of orders."""

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    """Of which anything is new or changed."""
    moved: set[str] = field(default_factory=set)
    """Those among the changed ones that have another customer now."""


def save_orders(
    rows: list[OrderRow], shop: Shop, new_products: NewProducts, *, now: datetime, dry_run: bool = False
) -> Saved:
    """Writes what is new or changed. The links of an order whose customer changed end at `now`.

    What a file no longer names (an item, a code) stays: a ticket may be about it, and a file may hold only
    a part.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                saved = _save(rows, shop, new_products, now)
                transaction.set_rollback(dry_run)
                return saved
        except IntegrityError:
            # Somebody else wrote the same customer or order between our look and our write: now we find it.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _save(rows: list[OrderRow], shop: Shop, new_products: NewProducts, now: datetime) -> Saved:
    customers = _customers(rows)
    products = _products(rows, shop, new_products)
    orders, saved = _orders(rows, shop, customers, now)
    wanted = [
        Wanted(row.number, orders[row.number].pk, products[item.sku], item)
        for row in rows
        for item in row.items
    ]
    saved.changed |= _items_and_codes(wanted)
    saved.changed |= _people(rows, orders, customers)
    saved.changed -= saved.new
    return saved


def _customers(rows: list[OrderRow]) -> dict[str, Customer]:
    """By folded address; unknown ones are made."""
    emails = {row.folded: row for row in rows}
    addresses = CustomerAddress.objects.filter(folded__in=emails).select_related("customer")
    customers = {address.folded: address.customer for address in addresses}
    # Two addresses of one customer must lead to one object, so that no change is lost.
    one_each = {customer.pk: customer for customer in customers.values()}
    customers = {folded: one_each[customer.pk] for folded, customer in customers.items()}
    unknown = {folded: row for folded, row in emails.items() if folded not in customers}
    made = Customer.objects.bulk_create(
        Customer(name=row.customer_name, **_language(row)) for row in unknown.values()
    )
    CustomerAddress.objects.bulk_create(
        CustomerAddress(customer=customer, email=row.email, folded=fold_email(row.email))
        for customer, row in zip(made, unknown.values(), strict=True)
    )
    return customers | dict(zip(unknown, made, strict=True))


def _language(row: OrderRow) -> dict[str, str]:
    return {"language": row.language} if row.language else {}


def _products(rows: list[OrderRow], shop: Shop, new_products: NewProducts) -> dict[str, int]:
    """Ids by SKU. A known product keeps its name and category: these are looked after in the admin."""
    skus = dict.fromkeys(item.sku for row in rows for item in row.items)
    known = dict(Product.objects.filter(shop=shop, sku__in=skus).values_list("sku", "pk"))
    made = Product.objects.bulk_create(
        Product(shop=shop, sku=sku, name=new_products[sku][0], category_id=new_products[sku][1])
        for sku in skus
        if sku not in known
    )
    return known | {product.sku: product.pk for product in made}


def _orders(
    rows: list[OrderRow], shop: Shop, customers: dict[str, Customer], now: datetime
) -> tuple[dict[str, Order], Saved]:
    orders = {
        order.number: order
        for order in Order.objects.filter(shop=shop, number__in=[row.number for row in rows])
    }
    new, changed, saved = [], [], Saved()
    for row in rows:
        values = (customers[row.folded].pk, row.placed_at, row.currency, row.total)
        fields = dict(zip(ORDER_FIELDS, values, strict=True))
        order = orders.get(row.number)
        if order is None:
            new.append(Order(shop=shop, number=row.number, **fields))
            continue
        if order.customer_id != fields["customer_id"]:
            # Whoever holds an earlier link would see the tickets of the new customer.
            fields["links_revoked_at"] = max(now, order.links_revoked_at or now)
            saved.moved.add(row.number)
        if _change(order, fields):
            changed.append(order)
    Order.objects.bulk_create(new)
    Order.objects.bulk_update(changed, ["customer", "placed_at", "currency", "total"])
    # Of the others it is left alone: somebody may be revoking them right now.
    moved = [order for order in changed if order.number in saved.moved]
    Order.objects.bulk_update(moved, ["links_revoked_at"])
    orders |= {order.number: order for order in new}
    saved.new, saved.changed = {order.number for order in new}, {order.number for order in changed}
    return orders, saved


def _items_and_codes(wanted: list[Wanted]) -> set[str]:
    """Numbers of the orders of which an item or a code is new, or an item changed."""
    orders = {one.order for one in wanted}
    items = {(item.order_id, item.product_id): item for item in OrderItem.objects.filter(order__in=orders)}
    # Digests only: known codes are neither read nor decrypted.
    known_codes: dict[int | None, set[str]] = {}
    for pk, digest in ActivationCode.objects.filter(item__order__in=orders).values_list("item", "digest"):
        known_codes.setdefault(pk, set()).add(digest)

    new, changed, touched = [], [], set()
    for one in wanted:
        key = (one.order, one.product)
        item = items.setdefault(key, OrderItem(order_id=one.order, product_id=one.product))
        delivered = len(known_codes.get(item.pk, set()) | one.codes.keys())
        quantity = one.row.quantity or max(item.quantity, delivered)
        differs = _change(item, {"quantity": quantity, "unit_price": one.row.unit_price})
        if item.pk is None:
            new.append(item)
        elif differs:
            changed.append(item)
            touched.add(one.number)
    made = {item.pk for item in OrderItem.objects.bulk_create(new)}
    OrderItem.objects.bulk_update(changed, ["quantity", "unit_price"])

    codes = []
    for one in wanted:
        item = items[one.order, one.product]
        unknown = one.codes.keys() - known_codes.get(item.pk, set())
        codes += [_code(item, digest, code) for digest, code in one.codes.items() if digest in unknown]
        if unknown or item.pk in made:
            touched.add(one.number)
    ActivationCode.objects.bulk_create(codes)
    return touched


def _code(item: OrderItem, digest: str, code: str) -> ActivationCode:
    return ActivationCode(item=item, code=code, digest=digest, tail=ActivationCode.tail_of(code))


def _people(rows: list[OrderRow], orders: dict[str, Order], customers: dict[str, Customer]) -> set[str]:
    """Names customers as their latest order does. Gives the numbers of the orders that changed a name."""
    people = {customer.pk: customer for customer in customers.values()}
    # Compared here and not by a subquery with ORDER BY and LIMIT 1: for that, PostgreSQL may walk the index of
    # placed_at once a customer, and 100,000 rows took 7 minutes.
    latest: dict[int, tuple[datetime, int]] = {}
    theirs = Order.objects.filter(customer__in=people).order_by()
    for customer_id, *order in theirs.values_list("customer", "placed_at", "pk").iterator():
        latest[customer_id] = max(latest.get(customer_id, tuple(order)), tuple(order))
    touched, changed = set(), []
    for row in rows:
        customer = customers[row.folded]
        if latest[customer.pk][1] == orders[row.number].pk:
            name = row.customer_name or customer.name
            if _change(customer, {"name": name, **_language(row)}):
                changed.append(customer)
                touched.add(row.number)
    Customer.objects.bulk_update(changed, ["name", "language"])
    return touched


def _change(row: Model, fields: dict[str, Any]) -> bool:
    """Sets the fields and says whether that made a difference."""
    differs = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)
