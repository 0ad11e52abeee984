"""The cast: Alice the agent, Bob on another team, Carol the customer, Mallory the stranger."""

from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image, ImageDraw

from customers.models import ActivationCode, Order
from customers.tests.factories import NOON, make_code, make_shop
from tickets.actions import open_ticket
from tickets.models import Agent, EvidenceSlot, Mailbox, Message, ProblemType, Team, Ticket
from tickets.models.ticket import Channel

_numbers = count(1)
PASSWORD = "correct horse battery"


def make_agent(name: str = "Alice Agent", **fields: Any) -> Agent:
    email = fields.pop("email", f"{name.split()[0].casefold()}@desk.example")
    return Agent.objects.filter(email=email).first() or Agent.objects.create_user(
        email, PASSWORD, name=name, **fields
    )


def make_team(name: str = "Keys", *members: Agent) -> Team:
    team, _ = Team.objects.get_or_create(name=name)
    team.members.add(*members)
    return team


def make_problem_type(slug: str = "code-used", **fields: Any) -> ProblemType:
    known = ProblemType.objects.filter(slug=slug).first()
    return known or ProblemType.objects.create(
        slug=slug, **({"name": slug.replace("-", " ").capitalize()} | fields)
    )


def make_slot(problem_type: ProblemType | None = None, **fields: Any) -> EvidenceSlot:
    values = {"label": "A screenshot of the error message", "kind": EvidenceSlot.Kind.PICTURE} | fields
    return EvidenceSlot.objects.create(problem_type=problem_type or make_problem_type(), **values)


def make_ticket(
    *,
    code: ActivationCode | None = None,
    order: Order | None = None,
    problem_type: ProblemType | None = None,
    text: str = "It says the code is already used.",
    assignee: Agent | None = None,
    team: Team | None = None,
    at: datetime = NOON,
) -> Ticket:
    """A ticket as a customer opens it, then given to `assignee` or `team` without a word in its history."""
    code = code or (None if order else make_code())
    order = order or code.item.order
    opened = open_ticket(
        by=order.customer,
        order=order,
        code=code,
        problem_type=problem_type or make_problem_type(),
        text=text,
        channel=Channel.WEB,
        at=at,
    )
    if assignee or team:
        Ticket.objects.filter(pk=opened.ticket.pk).update(assignee=assignee, team=team)
        opened.ticket.refresh_from_db()
    return opened.ticket


def make_mailbox(address: str = "help@keyhaven.example", **fields: Any) -> Mailbox:
    """Of the shop whose support address it is, unless it is named. Signatures are not looked up in the DNS."""
    known = Mailbox.objects.filter(address=address).first()
    values = {"shop": fields.pop("shop", None) or make_shop(), "problem_type": make_problem_type("mail")}
    return known or Mailbox.objects.create(address=address, **({"checks_dkim": False} | values | fields))


def last_message(ticket: Ticket) -> Message:
    return ticket.messages.latest("created_at", "pk")


def make_picture(text: str = "error 0x1F", *, size: tuple[int, int] = (640, 400), kind: str = "PNG") -> bytes:
    """The bytes of a small picture that is not one plain colour."""
    picture = Image.new("RGB", size, "#27445c")
    ImageDraw.Draw(picture).text((20, 20), f"{text} {next(_numbers)}", fill="white")
    buffer = BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()
