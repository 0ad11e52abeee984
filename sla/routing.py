"""Which SLA type applies to a problem, and who gets a new ticket."""

from dataclasses import dataclass
from datetime import datetime

from sla.defaults import create_default_sla_type
from sla.models import SlaRule, SlaType
from tickets.actions import route
from tickets.models import ProblemType, Ticket

BY_PROBLEM_TYPE = "problem_type"
BY_DEFAULT = "default"


@dataclass(frozen=True)
class Decision:
    """The SLA type that applies, and which rule said so."""

    sla_type: SlaType
    why: str


def decide(problem_type: ProblemType) -> Decision | None:
    """The rule of the problem type, else the default; None when there is no SLA type at all. Only reads."""
    rule = (
        SlaRule.objects.select_related("sla_type__calendar", "sla_type__responsible_agent")
        .filter(problem_type=problem_type)
        .first()
    )
    if rule:
        return Decision(rule.sla_type, BY_PROBLEM_TYPE)
    default = SlaType.objects.default()
    return Decision(default, BY_DEFAULT) if default else None


def decide_for(ticket: Ticket) -> Decision:
    """As `decide`; makes the default when the last SLA type was deleted: no ticket without a promise."""
    return decide(ticket.problem_type) or Decision(create_default_sla_type(), BY_DEFAULT)


def route_new(ticket: Ticket, *, at: datetime) -> bool:
    """Give a new ticket to the agent or the team that its SLA type names, and keep which rule decided.

    An agent who does not work here any more is passed over: the ticket waits for whoever claims it first.
    """
    decision = decide_for(ticket)
    agent, team = decision.sla_type.responsible_agent, decision.sla_type.responsible_team
    if agent and not agent.is_active:
        agent = None
    return route(ticket, agent=agent, team=team, why=decision.why, at=at)
