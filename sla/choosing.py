"""Which SLA type holds for a ticket: the most specific rule that fits, else the default."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from customers.models import Customer, Shop
from sla.defaults import create_default_sla_type
from sla.models import SlaRule, SlaType
from sla.models.rule import STEPS
from tickets.models import ProblemType, Ticket

BY_DEFAULT = "default"


@dataclass(frozen=True)
class Decision:
    """The SLA type that holds, and which of `STEPS`, or the default, said so; the rule is None for the default."""

    sla_type: SlaType
    why: str
    rule: SlaRule | None = None


def decide(
    problem_type: ProblemType, *, customer: Customer | None = None, shop: Shop | None = None
) -> Decision | None:
    """For a ticket of this problem type, customer and shop; None when there is no SLA type at all. Only reads: one
    query, two where the default holds."""
    fits = Q(problem_type=problem_type, customer=None, customer_group=None, shop=None)
    if customer:
        fits |= Q(customer=customer)
        if customer.group_id:
            fits |= Q(customer_group=customer.group_id)
    if shop:
        fits |= Q(shop=shop)
    rules = SlaRule.objects.filter(fits & (Q(problem_type=problem_type) | Q(problem_type=None)))
    related = ("sla_type__calendar", "sla_type__responsible_agent", "sla_type__responsible_team")
    rule = most_specific(rules.select_related(*related))
    if rule:
        return Decision(rule.sla_type, rule.step, rule)
    default = SlaType.objects.default()
    return Decision(default, BY_DEFAULT) if default else None


def most_specific(rules: Iterable[SlaRule]) -> SlaRule | None:
    """Of rules that all fit one ticket. There are no two of one step: constraints see to it."""
    return min(rules, key=lambda rule: STEPS.index(rule.step), default=None)


def decide_for(ticket: Ticket) -> Decision:
    """As `decide`; makes the default when the last SLA type was deleted: no ticket without a promise."""
    decision = decide(ticket.problem_type, customer=ticket.customer, shop=ticket.shop)
    return decision or Decision(create_default_sla_type(), BY_DEFAULT)
