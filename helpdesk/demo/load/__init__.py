"""Tickets for load, by the hundred thousand. Every row is as the verbs of tickets.actions would have written it.

Only mail is left out: nobody was told anything, so nothing waits to be sent and no warning is recorded.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from customers.models import (
    ActivationCode,
    Customer,
    CustomerAddress,
    Order,
    OrderItem,
    Product,
    ProductCategory,
)
from helpdesk.demo.load.orders import add_orders
from helpdesk.demo.load.rows import insert
from helpdesk.demo.load.story import Place, Story
from helpdesk.demo.load.texts import ADDITIONS, ANSWERS, NOTES, REPORTS, say
from sla.choosing import decide
from sla.models import Promise, SlaTerms, SlaType
from sla.terms import Terms, read
from tickets.models import Agent, Event, Message, Note, ProblemType, Ticket
from tickets.models.ticket import Status

BATCH = 2_000
PAST = timedelta(days=730)
OPEN_PAST = timedelta(days=21)
DONE_BEFORE = timedelta(days=5)
"""The last of the done tickets was opened so long ago; such a story takes four days at most."""
OPEN_SHARE, OPEN_AT_LEAST = 0.01, 30
TICKETS_AN_ORDER, ORDERS_AT_MOST, PLACES_AT_MOST = 5, 100_000, 150_000
NEAR = 300
"""A ticket is about one of so many codes that were bought last before it."""
WRITTEN: tuple[type[Model], ...] = (
    *(Customer, CustomerAddress, Order, OrderItem, ActivationCode),
    *(Ticket, Message, Note, Promise, Event),
)


class NothingToSpreadOver(ValueError):
    """Tickets for load need orders, products, problem types and agents that are there already."""


def add_tickets(
    count: int, *, now: datetime, seed: int = 1, progress: Callable[[int], None] | None = None
) -> int:
    """Add `count` tickets with three messages each, opened in the two years before `now`, and orders for them. One
    in a hundred (but at least 30) is not solved, and in half of these the customer waits. Returns the number added.

    Commits batches of whole tickets; `progress` is told the number so far. Raises `NothingToSpreadOver`.
    """
    rng, now = Random(seed), now.astimezone(UTC)
    _check_ground()
    orders = min(ORDERS_AT_MOST, max(OPEN_AT_LEAST, count // TICKETS_AN_ORDER))
    # All are bought before the open tickets begin, so that each of those finds a code without an open ticket.
    add_orders(orders, first=now - PAST - OPEN_PAST, last=now - OPEN_PAST, rng=rng)
    stories = _stories(count, Teller(rng, now))
    added = 0
    while batch := list(islice(stories, BATCH)):
        _write(batch)
        added += len(batch)
        if progress:
            progress(added)
    with connection.cursor() as cursor:
        for model in WRITTEN:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return added


def _check_ground() -> None:
    ground = {
        "order": Order.objects.all(),
        "product": Product.objects.all(),
        "problem type": ProblemType.objects.filter(is_active=True),
        "agent": Agent.objects.filter(is_active=True),
    }
    missing = [name for name, rows in ground.items() if not rows.exists()]
    if missing:
        raise NothingToSpreadOver(f"There is no {' and no '.join(missing)} to spread tickets over.")


class Teller:
    """Begins stories: knows what is there to be spread over, and which codes have an unsolved ticket."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        self.agents = list(Agent.objects.filter(is_active=True).values_list("pk", flat=True))
        self.products = Product.objects.in_bulk()
        every = list(ProblemType.objects.filter(is_active=True))
        self.types = {
            category.pk: list(ProblemType.objects.offered_for(category)) or every
            for category in ProductCategory.objects.all()
        }
        self.decisions = {one.pk: decide(one) for one in every}
        self.terms = {pk: _terms(one.sla_type, now) for pk, one in self.decisions.items()}
        columns = (
            "item__order__placed_at",
            "item__order",
            "item__order__shop",
            "item__order__customer",
            "pk",
        )
        codes = ActivationCode.objects.order_by("-pk").values_list(*columns, "item__product")[:PLACES_AT_MOST]
        self.places = sorted(Place(*row) for row in codes.iterator())
        self.taken = set(Ticket.objects.unsolved().values_list("code", flat=True))

    def begin(self, at: datetime, *, stays_open: bool) -> Story:
        rng = self.rng
        place = self._free_place(at) if stays_open else self._place(at)
        product = self.products[place.product]
        problem_type = rng.choice(self.types[product.category_id])
        return Story(
            place,
            product,
            problem_type,
            self.decisions[problem_type.pk],
            self.terms[problem_type.pk],
            agent=rng.choice(self.agents),
            text=say(rng, REPORTS),
            at=at,
            noticed=timedelta(seconds=30 * rng.random()),
        )

    def _place(self, at: datetime) -> Place:
        before = self._bought_before(at)
        return self.places[self.rng.randrange(max(0, before - NEAR), before)]

    def _free_place(self, at: datetime) -> Place:
        """The code bought last that has no unsolved ticket: there is one at most, as for customers."""
        place = next(
            self.places[number]
            for number in range(self._bought_before(at) - 1, -1, -1)
            if self.places[number].code not in self.taken
        )
        self.taken.add(place.code)
        return place

    def _bought_before(self, at: datetime) -> int:
        return bisect_right(self.places, at, key=lambda place: place.placed_at)


def _terms(sla_type: SlaType, now: datetime) -> tuple[int, Terms]:
    row = SlaTerms.objects.of(sla_type, sla_type.terms_data(now))
    return row.pk, read(row.data)


def _stories(count: int, teller: Teller) -> Iterator[Story]:
    """First what is over, then what is open, each in the order in which it came."""
    rng, now = teller.rng, teller.now
    unsolved = min(count, max(OPEN_AT_LEAST, int(count * OPEN_SHARE)), ORDERS_AT_MOST)
    done = count - unsolved
    step = (PAST - DONE_BEFORE) / max(1, done)
    for number in range(done):
        yield _done(teller, now - PAST + step * (number + rng.random()))
    # Most of what is open came lately.
    ages = sorted((OPEN_PAST * rng.random() ** 3 for _ in range(unsolved)), reverse=True)
    for number, age in enumerate(ages):
        yield (_unanswered if number % 2 else _answered)(teller, now - age)


def _done(teller: Teller, at: datetime) -> Story:
    rng, now = teller.rng, teller.now
    story = teller.begin(at, stays_open=False)

    def later() -> datetime:
        """Most often within hours, a day at most."""
        nonlocal at
        at += timedelta(minutes=5 + 1_200 * rng.random() ** 4)
        return at

    course = rng.random()
    if course < 0.8:
        story.claim(at=later())
    if course < 0.1:
        story.note(say(rng, NOTES), at=later())
    if course < 0.6:  # asked back, answered by the customer, solved
        story.reply(say(rng, ANSWERS), at=later(), then=Status.WAITING_CUSTOMER)
        story.receive(say(rng, ADDITIONS), at=later())
        story.solve(by_agent=course < 0.4, at=later())
    elif course < 0.8:  # the supplier had to be asked
        story.reply(say(rng, ANSWERS), at=later(), then=Status.WAITING_SUPPLIER)
        story.reply(say(rng, ANSWERS), at=later(), then=Status.SOLVED)
    else:  # the customer wrote twice before anybody answered
        story.receive(say(rng, ADDITIONS), at=later())
        story.reply(say(rng, ANSWERS), at=later(), then=Status.SOLVED)
    # Closing runs hourly.
    closed_at = at + timedelta(days=settings.REOPEN_DAYS, hours=rng.random())
    if closed_at <= now:
        story.close(at=closed_at)
    story.finish(now)
    return story


def _unanswered(teller: Teller, at: datetime) -> Story:
    """Nobody took it, or the customer wrote again."""
    rng, now = teller.rng, teller.now
    story = teller.begin(at, stays_open=True)
    second, third = _two_moments(rng, at, now)
    if rng.random() < 0.5:
        story.receive(say(rng, ADDITIONS), at=second)
    else:
        story.reply(say(rng, ANSWERS), at=second, then=Status.WAITING_CUSTOMER)
    story.receive(say(rng, ADDITIONS), at=third)
    story.finish(now)
    return story


def _answered(teller: Teller, at: datetime) -> Story:
    rng, now = teller.rng, teller.now
    story = teller.begin(at, stays_open=True)
    second, third = _two_moments(rng, at, now)
    story.reply(say(rng, ANSWERS), at=second, then=Status.OPEN)
    then = rng.choice((Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER))
    story.reply(say(rng, ANSWERS), at=third, then=then)
    story.finish(now)
    return story


def _two_moments(rng: Random, at: datetime, now: datetime) -> tuple[datetime, datetime]:
    first, second = sorted((rng.random(), rng.random()))
    return at + (now - at) * first, at + (now - at) * second


@transaction.atomic
def _write(stories: list[Story]) -> None:
    insert(Ticket, [story.ticket for story in stories])
    for story in stories:
        story.bind()
    insert(Message, [message for story in stories for message in story.messages])
    insert(Note, [note for story in stories for note in story.notes])
    insert(Promise, [promise for story in stories for promise in story.promises])
    for story in stories:
        story.name_rows()
    insert(Event, [event for story in stories for event in story.events])
