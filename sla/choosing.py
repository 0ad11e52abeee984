"""Which SLA type holds for a ticket: the most specific rule that fits, else the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from customers.models import Customer, Shop
from sla.defaults import create_default_sla_type
from sla.models import SlaRule, SlaType
from sla.models.rule import STEPS, parts_of
from tickets.memory import is_remembering, remembered
from tickets.models import ProblemType, Ticket

BY_DEFAULT = "default"


@dataclass(frozen=True)
class Decision:
    """The SLA type that holds, and which of `STEPS`, or the default, said so; the rule is None for the default."""

    sla_type: SlaType
    why: str
    rule: SlaRule | None = None


class Named(NamedTuple):
    """What a rule names, or what a ticket is of, as ids; None where it names nothing."""

    customer: int | None
    customer_group: int | None
    shop: int | None
    problem_type: int | None


PATTERNS = tuple(tuple(name in parts_of(step) for name in Named._fields) for step in STEPS)
"""Of each step, the most specific first, which of the four its rules name."""


class Rules:
    """Rules in memory, by what they name: there are no two alike. Which of several wins is said here and nowhere
    else."""

    def __init__(self, rules: Iterable[SlaRule]) -> None:
        self._rules = {named_by(rule): rule for rule in rules}

    def most_specific(self, ticket: Named) -> SlaRule | None:
        for pattern in PATTERNS:
            wanted = Named(*(one if used else None for one, used in zip(ticket, pattern, strict=True)))
            # A ticket that lacks what this step names could fit the rule of a less specific one.
            if sum(one is not None for one in wanted) == sum(pattern) and wanted in self._rules:
                return self._rules[wanted]
        return None


def named_by(rule: SlaRule) -> Named:
    return Named(rule.customer_id, rule.customer_group_id, rule.shop_id, rule.problem_type_id)


def decide(
    problem_type: ProblemType, *, customer: Customer | None = None, shop: Shop | None = None
) -> Decision | None:
    """For a ticket of this problem type, customer and shop; None when there is no SLA type at all. Only reads: one
    query, two where the default holds."""
    named = Named(
        customer.pk if customer else None,
        customer.group_id if customer else None,
        shop.pk if shop else None,
        problem_type.pk,
    )
    rule = _rule_for(named)
    if rule:
        return Decision(rule.sla_type, rule.step, rule)
    default = remembered("default_sla_type", SlaType.objects.default)
    return Decision(default, BY_DEFAULT) if default else None


def _rule_for(named: Named) -> SlaRule | None:
    fits = Q(problem_type=named.problem_type, customer=None, customer_group=None, shop=None)
    if named.customer:
        fits |= Q(customer=named.customer)
    if named.customer_group:
        fits |= Q(customer_group=named.customer_group)
    if named.shop:
        fits |= Q(shop=named.shop)
    fits &= Q(problem_type=named.problem_type) | Q(problem_type=None)
    # Of many tickets in a row mostly none has a customer whom a rule names.
    if is_remembering() and not remembered("has_rules", SlaRule.objects.exists):
        return None
    related = ("sla_type__calendar", "sla_type__responsible_agent", "sla_type__responsible_team")
    return Rules(SlaRule.objects.filter(fits).select_related(*related)).most_specific(named)


def decide_for(ticket: Ticket) -> Decision:
    """As `decide`; makes the default when the last SLA type was deleted: no ticket without a promise."""
    decision = decide(ticket.problem_type, customer=ticket.customer, shop=ticket.shop)
    return decision or Decision(create_default_sla_type(), BY_DEFAULT)
