"""What stands beside the conversation: the order, the evidence, the customer's other tickets, and what can
be chosen. One statement each, of plain values."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, Value

from customers.models import OrderItem
from tickets.models import Agent, Attachment, Evidence, ProblemType, ReplyTemplate, Team, Ticket
from tickets.models.ticket import NUMBER_BASE
from tickets.reply_templates import fill

OTHERS_AT_MOST = 20


@dataclass
class Choices:
    """Whom a ticket can be handed to (as the hand-over form names them), what its problem can be, ready
    answers."""

    agents: list[tuple[str, str]] = field(default_factory=list)
    teams: list[tuple[str, str]] = field(default_factory=list)
    problem_types: list[tuple[int, str]] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)


def read_choices(ticket: Ticket, agent: Agent) -> Choices:
    """Four short lists by one statement. Templates are filled for the ticket; those in the customer's
    language and for this problem come first."""
    no_number = Value(0, IntegerField())
    plain = (Value(""), no_number, Value(""))
    rows = (
        Agent.objects.filter(is_active=True)
        .order_by()
        .values_list(Value("agent"), "pk", "name", *plain)
        .union(
            Team.objects.order_by().values_list(Value("team"), "pk", "name", *plain),
            ProblemType.objects.filter(is_active=True)
            .order_by()
            .values_list(Value("type"), "pk", "name", Value(""), "position", Value("")),
            ReplyTemplate.objects.order_by().values_list(
                Value("template"), "pk", "title", "language", "problem_type_id", "text"
            ),
            all=True,
        )
    )
    choices = Choices()
    templates = []
    for what, pk, name, language, number, text in sorted(rows, key=lambda row: row[2].casefold()):
        if what == "agent":
            choices.agents.append((f"agent:{pk}", name))
        elif what == "team":
            choices.teams.append((f"team:{pk}", name))
        elif what == "type":
            choices.problem_types.append((pk, name))
        else:
            rank = (language != ticket.customer.language, number != ticket.problem_type_id)
            filled = fill(text, ticket, agent)
            templates.append((rank, {"id": pk, "title": name, "language": language, "text": filled}))
    choices.templates = [template for _rank, template in sorted(templates, key=lambda pair: pair[0])]
    return choices


def read_items(ticket: Ticket) -> list[dict[str, Any]]:
    """The order's items, each with its codes."""
    items: dict[int, dict[str, Any]] = {}
    rows = (
        OrderItem.objects.filter(order=ticket.order_id)
        .order_by("pk", "codes__pk")
        .values_list("pk", "quantity", "product__name", "codes__pk", "codes__public_ref", "codes__tail")
    )
    for pk, quantity, product, code, ref, tail in rows if ticket.order_id else []:
        item = items.setdefault(pk, {"quantity": quantity, "product": product, "codes": []})
        if code:
            item["codes"].append({"ref": ref, "masked": f"•••• {tail}", "is_this": code == ticket.code_id})
    return list(items.values())


@dataclass
class Shown:
    """What was given for one slot, beside what was asked."""

    label: str
    kind: str
    value: str
    files: list[Attachment]
    own_examples: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def example(self) -> dict[str, Any] | None:
        """One for the product's own category before one for all."""
        return next(iter(self.own_examples or self.examples), None)


def read_evidence(ticket: Ticket, files: dict[int, list[Attachment]]) -> list[Shown]:
    """All evidence with the good examples of its slot, by one statement."""
    category = ticket.product.category_id if ticket.product else None
    given: dict[int, Shown] = {}
    rows = (
        Evidence.objects.filter(ticket=ticket)
        .order_by("position", "pk", "slot__examples__pk")
        .values_list(
            "pk",
            "label",
            "kind",
            "value",
            "slot__examples__public_id",
            "slot__examples__caption",
            "slot__examples__is_good",
            "slot__examples__category_id",
        )
    )
    for pk, label, kind, value, example, caption, is_good, only_for in rows:
        shown = given.setdefault(pk, Shown(label, kind, value, files.get(pk, [])))
        if example and is_good and only_for in (None, category):
            place = shown.examples if only_for is None else shown.own_examples
            place.append({"public_id": example, "caption": caption})
    return list(given.values())


def read_others(ticket: Ticket) -> tuple[list[dict[str, Any]], bool]:
    """The customer's other tickets, newest first, and whether there are more than are shown."""
    rows = list(
        Ticket.objects.filter(customer=ticket.customer_id)
        .exclude(pk=ticket.pk)
        .order_by("-pk")
        .values("id", "subject", "status", "opened_at")[: OTHERS_AT_MOST + 1]
    )
    for row in rows:
        row["number"] = NUMBER_BASE + row["id"]
    return rows[:OTHERS_AT_MOST], len(rows) > OTHERS_AT_MOST
