"""What the measured pages show, whatever else is in the database: one shop's desk, a first page of the queue, and one
ticket with a short and one with a long story."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Order
from customers.tests.factories import make_category, make_code, make_customer, make_order, make_product
from sla.tests.factories import make_sla_type
from tickets.actions import Answer, claim, open_ticket, receive, release, reply
from tickets.actions import draft as drafts
from tickets.evidence.uploads import add_files
from tickets.models import (
    Agent,
    Draft,
    EvidenceSlot,
    ExamplePicture,
    Message,
    ProblemType,
    ReplyTemplate,
    Ticket,
)
from tickets.tests.factories import (
    make_agent,
    make_picture,
    make_problem_type,
    make_slot,
    make_team,
    make_ticket,
)

OPEN_TICKETS = 120
MESSAGES, EVENTS, FILES = 60, 40, 12
"""Of the long story; the events are those that the page shows as lines of their own."""


class Base(NamedTuple):
    agent: Agent
    order: Order
    short: Ticket
    long: Ticket


def make_base(now: datetime) -> Base:
    at = now - timedelta(days=7)
    agents = [make_agent(f"{name} Agent") for name in ("Alice", "Eve", "Dan", "Bob", "Frank", "Grace")]
    teams = [make_team("Keys", *agents[:3]), make_team("Readers", *agents[3:])]
    categories = [make_category(f"category-{number}") for number in range(6)]
    products = [make_product(category=category) for category in categories for _ in range(8)]
    problems = [make_problem_type(f"problem-{number}", position=number) for number in range(12)]
    for number, team in enumerate(teams):
        make_sla_type(team.name, problem_type=problems[number], responsible_team=team)
    for number in range(20):
        ReplyTemplate.objects.create(
            title=f"Answer {number}", text="Hello {customer_name}, " + "so it is. " * 30
        )
    for number in range(OPEN_TICKETS):
        order = make_order(customer=make_customer(f"customer{number}@bench.example", f"Customer {number}"))
        make_ticket(
            code=make_code(order=order, product=products[number % len(products)]),
            problem_type=problems[number % len(problems)],
            assignee=agents[number % 3] if number % 2 else None,
            team=teams[number % 2],
            at=at + timedelta(minutes=number),
        )
    order = make_order(customer=make_customer())
    for number in range(5):
        make_code(order=order, product=products[number])
    slots = [make_slot(problems[0], position=number) for number in range(4)]
    for slot in slots:
        ExamplePicture(slot=slot).picture.save("example", ContentFile(make_picture()))
    short = _ticket(order, 0, problems[0], slots, files=1, at=at)
    _talk(short, agents[0], messages=3, at=at)
    long = _ticket(order, 1, problems[0], slots, files=FILES, at=at)
    _talk(long, agents[0], messages=MESSAGES, at=at)
    while (shown := long.events.exclude(kind__in=("received", "replied")).count()) < EVENTS:
        long.refresh_from_db()
        (release if long.assignee_id else claim)(long, by=agents[0], at=at + timedelta(days=2, minutes=shown))
    return Base(agents[0], order, short, long)


def _ticket(
    order: Order, item: int, problem: ProblemType, slots: list[EvidenceSlot], *, files: int, at: datetime
) -> Ticket:
    """With evidence for each slot, so many files in all."""
    code = order.items.all()[item].codes.get()
    draft = drafts.report_draft(order, code, at=at)
    for number in range(files):
        _add_file(draft, slots[number % len(slots)], at)
    answers = [Answer(slot) for slot in slots]
    by, text = order.customer, "It says the code is used already. " * 8
    return open_ticket(
        by=by, order=order, code=code, problem_type=problem, text=text, answers=answers, draft=draft, at=at
    ).ticket


def _add_file(draft: Draft, slot: EvidenceSlot, at: datetime) -> None:
    add_files(draft, [SimpleUploadedFile("screenshot.png", make_picture())], slot=slot, at=at)


def _talk(ticket: Ticket, agent: Agent, *, messages: int, at: datetime) -> None:
    text = "What is said in one message of a conversation, some lines of it.\n" * 4
    for number in range(Message.objects.filter(ticket=ticket).count(), messages):
        moment = at + timedelta(minutes=20 * number)
        if number % 2:
            reply(ticket, by=agent, text=text, at=moment)
        else:
            receive(ticket, by=ticket.customer, text=text, at=moment)
