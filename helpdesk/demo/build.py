"""Builds the demo: what an admin would have set up, 200 orders, and ninety days of tickets.

The same every time but for secrets and for the day, from which all times count back. At another hour of that day
only less or more of it has happened.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction

from customers.linking import customer_for
from customers.models import (
    ActivationCode,
    Customer,
    CustomerAddress,
    Order,
    OrderItem,
    Product,
    ProductCategory,
    Shop,
)
from helpdesk.demo import catalogue, people, pictures, sizes
from helpdesk.demo.history import tell
from helpdesk.demo.mails import write_mails
from helpdesk.demo.pictures.facts import Facts
from helpdesk.demo.problem_types import (
    CALENDAR_NAME,
    OPENING_HOURS,
    PROBLEM_TYPES,
    REPLY_TEMPLATES,
    SLA_TYPES,
    TALLINN,
    ProblemTypeSpec,
    SlotSpec,
)
from sla.defaults import add_usual_steps
from sla.models import Calendar, EscalationStep, OpeningHours, SlaRule, SlaType, SpecialHours
from tickets.models import Agent, EvidenceSlot, ExamplePicture, ProblemType, ReplyTemplate, Team


def is_built() -> bool:
    return Shop.objects.filter(slug=catalogue.SHOPS[0].slug).exists()


def build(*, now: datetime) -> None:
    """All of it or, after an error or Ctrl-C, nothing. Raises ValueError when a shop is there already."""
    if Shop.objects.exists():
        raise ValueError("There is a shop already.")
    with _no_files_after_an_error(), transaction.atomic():
        categories = _catalogue()
        _people()
        _forms(categories)
        _promises(now)
        orders = _orders(now.astimezone(TALLINN).date())
        tell(orders, now=now, days=sizes.DAYS)
        write_mails(now=now)
        # Nobody is woken up for mails that were sent weeks ago.
        connection.run_on_commit.clear()


@contextmanager
def _no_files_after_an_error() -> Iterator[None]:
    """A rollback takes back rows, not pictures. Nobody else uploads any where there is no shop yet."""

    def files() -> set[Path]:
        return {file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()}

    before = files()
    try:
        yield
    except BaseException:
        for file in files() - before:
            file.unlink()
        raise


def _catalogue() -> dict[str, ProductCategory]:
    categories = {
        spec.slug: ProductCategory.objects.create(slug=spec.slug, name=spec.name, position=position)
        for position, spec in enumerate(catalogue.CATEGORIES)
    }
    for spec in catalogue.SHOPS:
        shop = Shop.objects.create(
            slug=spec.slug,
            name=spec.name,
            website=f"https://www.{spec.domain}",
            support_email=f"help@{spec.domain}",
        )
        Product.objects.bulk_create(
            Product(shop=shop, sku=product.sku, name=product.name, category=categories[product.category])
            for product in catalogue.products_of(spec)
        )
    return categories


def _people() -> None:
    teams = {key: Team.objects.create(name=name) for key, name in people.TEAMS.items()}
    for spec in (*people.AGENTS, people.ADMIN):
        agent = Agent.objects.create_user(
            spec.email,
            people.DEMO_PASSWORD,
            name=spec.name,
            is_staff=spec.is_admin,
            is_superuser=spec.is_admin,
        )
        teams[spec.team].members.add(agent)
    for customer in people.CUSTOMERS:
        row = customer_for(customer.emails[0], name=customer.name, language=customer.language)
        for email in customer.emails[1:]:
            CustomerAddress.objects.create(customer=row, email=email)


def _forms(categories: dict[str, ProductCategory]) -> None:
    types = {}
    for position, spec in enumerate(PROBLEM_TYPES):
        problem_type = ProblemType.objects.create(
            slug=spec.slug, name=spec.name, help=spec.help, position=position
        )
        problem_type.categories.set(categories[slug] for slug in spec.categories)
        types[spec.slug] = problem_type
        for place, slot in enumerate(spec.slots):
            for category in slot.categories or ("",):
                _slot(problem_type, spec, slot, place, categories.get(category), categories)
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(
            title=spec.title, language=spec.language, problem_type=types.get(spec.problem), text=spec.text
        )
        for spec in REPLY_TEMPLATES
    )


def _slot(
    problem_type: ProblemType,
    spec: ProblemTypeSpec,
    slot: SlotSpec,
    position: int,
    category: ProductCategory | None,
    categories: dict[str, ProductCategory],
) -> None:
    row = EvidenceSlot.objects.create(
        problem_type=problem_type,
        category=category,
        kind=slot.kind,
        label=slot.label,
        help=slot.help,
        choices="\n".join(slot.choices),
        required=slot.required,
        max_files=slot.max_files,
        position=position,
    )
    if slot.scene:
        _examples(
            row, spec, slot, slot.scenes.get(category.slug, slot.scene) if category else slot.scene, None
        )
    if not category:
        for slug, scene in slot.scenes.items():
            _examples(row, spec, slot, scene, categories[slug])


def _examples(
    row: EvidenceSlot, spec: ProblemTypeSpec, slot: SlotSpec, scene: str, category: ProductCategory | None
) -> None:
    facts = example_facts(spec, category.slug if category else "")
    for is_good, caption, draw in (
        (True, slot.good, pictures.good_example),
        (False, slot.bad, pictures.bad_example),
    ):
        if caption:
            example = ExamplePicture(slot=row, category=category, caption=caption, is_good=is_good)
            example.picture.save("example.webp", ContentFile(draw(scene, facts)), save=False)
            example.save()


def example_facts(spec: ProblemTypeSpec, category: str) -> Facts:
    errors = spec.errors.get(category) or spec.errors.get("") or next(iter(spec.errors.values()), ())
    return Facts(title=errors[0][0], message=errors[0][1]) if errors else Facts()


def _promises(now: datetime) -> None:
    # What an empty installation begins with.
    SlaType.objects.all().delete()
    Calendar.objects.all().delete()
    calendar = Calendar.objects.create(name=CALENDAR_NAME, time_zone=TALLINN.key, country="EE")
    OpeningHours.objects.bulk_create(
        OpeningHours(
            calendar=calendar,
            weekday=weekday,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )
        for weekday, opens, closes in OPENING_HOURS
    )
    SpecialHours.objects.create(
        calendar=calendar,
        on=now.date() + timedelta(days=6 - now.weekday() or 7),
        opens=time(11),
        closes=time(16),
        name="Open Sunday",
    )
    for spec in SLA_TYPES:
        sla_type = SlaType.objects.create(
            name=spec.name,
            calendar=calendar,
            first_answer_minutes=spec.first_answer_minutes,
            solution_minutes=spec.solution_minutes,
            responsible_team=Team.objects.get(name=people.TEAMS[spec.team]),
            is_default=spec.is_default,
        )
        add_usual_steps(sla_type)
        for step in sla_type.steps.filter(when=EscalationStep.When.AT):
            step.agents.set(Agent.objects.filter(email__in=spec.warned))
        for problem in PROBLEM_TYPES:
            if problem.sla == spec.name:
                SlaRule.objects.create(
                    problem_type=ProblemType.objects.get(slug=problem.slug), sla_type=sla_type
                )


def _orders(today: date) -> list[Order]:
    """Bought over the last months up to yesterday, more of them lately; one in four by somebody who came before."""
    rng = Random("orders")
    customers = list(Customer.objects.order_by("pk"))
    rng.shuffle(customers)
    midnight = datetime.combine(today, time(), TALLINN)
    placed = sorted(midnight - _ago(rng) for _ in range(sizes.ORDERS))
    orders: list[Order] = []
    for position, at in enumerate(placed):
        rng = Random(f"order {position}")
        shop = Shop.objects.get(slug=catalogue.SHOPS[0 if rng.random() < 0.72 else 1].slug)
        new = orders and rng.random() < 0.25
        customer = rng.choice(orders).customer if new else customers[position % len(customers)]
        orders.append(_order(shop, customer, at, position, rng))
    return orders


def _ago(rng: Random) -> timedelta:
    return timedelta(days=(sizes.DAYS + 5) * rng.random() ** 1.5, minutes=rng.randrange(600))


def _order(shop: Shop, customer: Customer, at: datetime, position: int, rng: Random) -> Order:
    spec = catalogue.SHOP[shop.slug]
    chosen = _basket(catalogue.products_of(spec), rng)
    order = Order.objects.create(
        shop=shop,
        number=f"{spec.order_prefix}-{104_000 + position * 7 + rng.randrange(7)}",
        customer=customer,
        placed_at=at,
        currency="EUR",
        total=sum((product.price * count for product, count in chosen), Decimal()),
    )
    for product, count in chosen:
        item = OrderItem.objects.create(
            order=order,
            product=Product.objects.get(shop=shop, sku=product.sku),
            quantity=count,
            unit_price=product.price,
        )
        for _ in range(count):
            ActivationCode.objects.create(item=item, code=catalogue.draw_code(rng, product.category))
    return order


def _basket(
    products: Sequence[catalogue.ProductSpec], rng: Random
) -> list[tuple[catalogue.ProductSpec, int]]:
    kinds = rng.choices((1, 2, 3), weights=(60, 28, 12))[0]
    return [(product, 2 if rng.random() < 0.12 else 1) for product in rng.sample(list(products), kinds)]
