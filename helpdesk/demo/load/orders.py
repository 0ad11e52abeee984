"""Customers and orders for the tickets of load: an order is one product with one code, a customer has two."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from django.db import transaction
from django.db.models import Min, OuterRef, Subquery

from customers.linking import fold_email
from customers.models import ActivationCode, Customer, CustomerAddress, Order, OrderItem, Product
from helpdesk.demo.catalogue import CODE_ALPHABET
from helpdesk.demo.people import CUSTOMERS, folded

BATCH = 2_000
ORDERS_A_CUSTOMER = 2


def add_orders(count: int, *, first: datetime, last: datetime, rng: Random) -> None:
    """`count` orders placed between two moments, of products that are there."""
    products = list(Product.objects.all())
    step = (last - first) / count
    for start in range(0, count, BATCH):
        placed = [
            first + step * (number + rng.random()) for number in range(start, min(start + BATCH, count))
        ]
        with transaction.atomic():
            _write(placed, products, rng)


def _write(placed: Sequence[datetime], products: Sequence[Product], rng: Random) -> None:
    people = _customers(-(-len(placed) // ORDERS_A_CUSTOMER), rng)
    orders, items, codes = [], [], []
    for number, at in enumerate(placed):
        product, price = rng.choice(products), Decimal(rng.randrange(499, 9_999)) / 100
        customer = people[number % len(people)]
        order = Order(
            shop_id=product.shop_id,
            number=f"L{customer.pk}-{number // len(people) + 1}",
            customer=customer,
            placed_at=at,
            currency="EUR",
            total=price,
        )
        item = OrderItem(order=order, product=product, unit_price=price)
        code = "-".join("".join(rng.choices(CODE_ALPHABET, k=5)) for _ in range(3))
        digest, tail = ActivationCode.digest_of(code), ActivationCode.tail_of(code)
        orders.append(order)
        items.append(item)
        codes.append(ActivationCode(item=item, code=code, digest=digest, tail=tail))
    for rows in (orders, items, codes):
        type(rows[0]).objects.bulk_create(rows)
    # Known since the first order, not since this moment, which is what inserting writes.
    bought = Order.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    first_order = Subquery(bought.annotate(first=Min("placed_at")).values("first"))
    Customer.objects.filter(pk__in=[person.pk for person in people]).update(created_at=first_order)


def _customers(count: int, rng: Random) -> list[Customer]:
    known = rng.choices(CUSTOMERS, k=count)
    people = Customer.objects.bulk_create(Customer(name=one.name, language=one.language) for one in known)
    emails = [
        f"{folded(one.name.split()[0])}.{folded(one.name.split()[-1])}.{one.pk}@load.example"
        for one in people
    ]
    CustomerAddress.objects.bulk_create(
        CustomerAddress(customer=person, email=email, folded=fold_email(email))
        for person, email in zip(people, emails, strict=True)
    )
    return people
