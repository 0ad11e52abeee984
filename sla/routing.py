"""Who gets a new ticket. Looked up in this order (AyMINE's): whom the SLA type names, whoever is responsible for the
customer, for the channel, for all the rest. Who does not work here any more, or is absent with nobody to stand in,
is passed over; the event keeps each step with what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from sla.models import Responsible, SlaType
from tickets.actions import route
from tickets.memory import is_remembering, remembered
from tickets.models import Absence, Agent, Mailbox, Team, Ticket
from tickets.models.ticket import UNSOLVED

BY_SLA_TYPE, BY_CUSTOMER, BY_CHANNEL, GENERAL = "sla_type", "customer", "channel", "general"
SUBSTITUTES_AT_MOST = 5
"""Who stands in for whom who stands in: people make circles."""


@dataclass
class Search:
    """The way to whoever gets the ticket, as JSON lines for its event."""

    on: date
    trail: list[dict[str, Any]] = field(default_factory=list)

    def present(self, agent: Agent | None, step: str) -> Agent | None:
        """The agent, or who stands in; None, with a line that says why, when nobody can take it."""
        for _turn in range(SUBSTITUTES_AT_MOST):
            if agent is None:
                return None
            if not agent.is_active:
                return self._passed(step, agent, "left")
            absence = Absence.objects.on(self.on).select_related("substitute").filter(agent=agent).first()
            if absence is None:
                return agent
            self._passed(step, agent, "absent")
            agent = absence.substitute
        return None

    def member(self, team: Team) -> Agent | None:
        """Of those of a team who are present, the one with the fewest open tickets; the first by name of several."""
        absent = Absence.objects.on(self.on).values("agent")
        present = team.members.filter(is_active=True).exclude(pk__in=absent)
        open_tickets = Count("assigned_tickets", filter=Q(assigned_tickets__status__in=UNSOLVED))
        return present.annotate(open_tickets=open_tickets).order_by("open_tickets", "name", "pk").first()

    def take(self, step: str, agent: Agent | None, team: Team | None) -> bool:
        """Whether this step decides; then its line is the last of the trail and says who it is."""
        if agent:
            agent = self.present(agent, step)
        elif team and team.shares_out:
            agent = self.member(team)
            if agent is None:
                self.trail.append({"step": step, "why": "nobody_present", "name": team.name})
        elif team is None:
            self.trail.append({"step": step, "why": "nobody_named"})
        if agent is None and team is None:
            return False
        self.found = agent, team
        self.trail.append(
            {"step": step, "why": "taken", "name": agent.name if agent else team.name if team else ""}
        )
        return True

    def _passed(self, step: str, agent: Agent, why: str) -> None:
        self.trail.append({"step": step, "why": why, "name": agent.name})


def route_new(ticket: Ticket, sla_type: SlaType, *, at: datetime) -> bool:
    """Give a new ticket to whom the first step names that names somebody who can take it; without any it waits for
    whoever claims it first."""
    search = Search(on=timezone.localdate(at))
    if search.take(BY_SLA_TYPE, sla_type.responsible_agent, sla_type.responsible_team):
        return _route(ticket, BY_SLA_TYPE, search, at)
    named = _named_for(ticket)
    for step in (BY_CUSTOMER, BY_CHANNEL, GENERAL):
        row = (_of_mailbox(ticket) if step == BY_CHANNEL else None) or named.get(step)
        if search.take(step, row.agent if row else None, row.team if row else None):
            return _route(ticket, step, search, at)
    return route(ticket, agent=None, team=None, why="nobody", trail=search.trail, at=at, is_new=True)


def _named_for(ticket: Ticket) -> dict[str, Responsible]:
    """Who is responsible at each step, by one query."""
    if is_remembering() and not remembered("has_responsible", Responsible.objects.exists):
        return {}
    others = Q(customer=None) & (Q(channel=ticket.channel) | Q(channel=None))
    rows = Responsible.objects.select_related("agent", "team").filter(Q(customer=ticket.customer_id) | others)
    return {BY_CUSTOMER if row.customer_id else BY_CHANNEL if row.channel else GENERAL: row for row in rows}


def _of_mailbox(ticket: Ticket) -> Mailbox | None:
    """Whoever looks after an address looks after this part of the channel."""
    mailbox = ticket.mailbox
    return mailbox if mailbox and (mailbox.agent_id or mailbox.team_id) else None


def _route(ticket: Ticket, step: str, search: Search, at: datetime) -> bool:
    agent, team = search.found
    return route(ticket, agent=agent, team=team, why=step, trail=search.trail, at=at, is_new=True)
