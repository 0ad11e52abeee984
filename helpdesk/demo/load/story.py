"""One ticket for load, told step by step. Each step is the verb of tickets.actions of that name, and what the
promises of sla make of it, on rows that are not saved yet; a test holds them against the real ones."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from customers.models import Product
from helpdesk.demo.load.rows import Row
from sla.choosing import Decision
from sla.derive import Clocks, Happened
from sla.promises import values_of
from sla.routing import BY_CHANNEL, BY_CUSTOMER, BY_SLA_TYPE, GENERAL
from sla.terms import Terms
from tickets.models import Event, Message, ProblemType
from tickets.models.ticket import Channel, Status, Verified


class Place(NamedTuple):
    """A code that a ticket may be about, all by id."""

    placed_at: datetime
    order: int
    shop: int
    customer: int
    code: int
    product: int


class Story:
    """`agent` takes the ticket into work unless it was routed to somebody; a promise past due is found `noticed`
    later by the sweep."""

    def __init__(
        self,
        place: Place,
        product: Product,
        problem_type: ProblemType,
        decision: Decision,
        terms: tuple[int, Terms],
        *,
        agent: int,
        text: str,
        at: datetime,
        noticed: timedelta,
    ) -> None:
        self.agent, self.noticed = agent, noticed
        self.messages: list[Row] = []
        self.notes: list[Row] = []
        self.promises: list[Row] = []
        self.clocks = Clocks(dict([terms]))
        self.events: list[Row] = []
        self.ticket = Row(
            shop_id=place.shop,
            customer_id=place.customer,
            order_id=place.order,
            code_id=place.code,
            product_id=place.product,
            problem_type_id=problem_type.pk,
            subject=f"{problem_type.name}: {product.name}"[:200],
            channel=Channel.WEB,
            verified=Verified.LINK,
            status=Status.NEW,
            assignee_id=None,
            team_id=None,
            opened_at=at,
            waiting_since=at,
            last_activity_at=at,
        )
        message = self._said_by_customer(text, at)
        customer = self.ticket.customer_id
        self._record(Event.Kind.OPENED, at, customer=customer, message=message, channel=self.ticket.channel)
        sla_type = decision.sla_type
        told = {"terms": terms[0], "sla_type": sla_type.pk, "name": sla_type.name, "why": decision.why}
        self._record(Event.Kind.SLA_APPLIED, at, **told, rule=decision.rule.pk if decision.rule else None)
        self._route(decision, at)

    def claim(self, *, at: datetime) -> None:
        self._sweep(at)
        ticket = self.ticket
        if ticket.assignee_id is None:
            ticket.assignee_id = self.agent
            if ticket.status == Status.NEW:
                ticket.status = Status.OPEN
            self._record(Event.Kind.CLAIMED, at, agent=self.agent)

    def reply(self, text: str, *, at: datetime, then: Status) -> None:
        self.claim(at=at)
        ticket = self.ticket
        message = Row(direction=Message.Direction.OUT, agent_id=self.agent, text=text, created_at=at)
        self.messages.append(message)
        ticket.waiting_since, ticket.last_activity_at = None, at
        self._record(Event.Kind.REPLIED, at, agent=self.agent, message=message)
        if then == Status.SOLVED:
            self.solve(by_agent=True, at=at)
        elif ticket.status != then:
            self._record(Event.Kind.STATUS_CHANGED, at, agent=self.agent, old=ticket.status, new=then)
            ticket.status = then

    def receive(self, text: str, *, at: datetime) -> None:
        """From the customer of a ticket that is not solved."""
        self._sweep(at)
        ticket = self.ticket
        message = self._said_by_customer(text, at)
        ticket.waiting_since, ticket.last_activity_at = ticket.waiting_since or at, at
        if ticket.status == Status.WAITING_CUSTOMER:
            ticket.status = Status.OPEN
        self._record(Event.Kind.RECEIVED, at, customer=ticket.customer_id, message=message)

    def note(self, text: str, *, at: datetime) -> None:
        self._sweep(at)
        note = Row(agent_id=self.agent, text=text, created_at=at)
        self.notes.append(note)
        self.ticket.last_activity_at = at
        self._record(Event.Kind.NOTED, at, agent=self.agent, note=note)

    def solve(self, *, by_agent: bool, at: datetime) -> None:
        self._sweep(at)
        ticket = self.ticket
        who = {"agent": self.agent} if by_agent else {"customer": ticket.customer_id}
        self._record(Event.Kind.SOLVED, at, **who, old=ticket.status)
        ticket.status, ticket.waiting_since = Status.SOLVED, None
        ticket.solved_at = ticket.last_activity_at = at

    def close(self, *, at: datetime) -> None:
        self.ticket.status = Status.CLOSED
        self._record(Event.Kind.CLOSED, at)

    def finish(self, now: datetime) -> None:
        """What the sweep found by `now`, and when the ticket is due."""
        self._sweep(now)
        promises = self.clocks.promises
        for row, promise in zip(self.promises, promises, strict=True):
            vars(row).update(values_of(promise))
        running = (one.due_at for one in promises if one.is_open and one.paused_since is None)
        self.ticket.due_at = min(running, default=None)

    def bind(self) -> None:
        """After the ticket got its id."""
        for row in chain(self.messages, self.notes, self.promises, self.events):
            row.ticket_id = self.ticket.id

    def name_rows(self) -> None:
        """After all but the events got their ids: puts them where an event's data names a row."""
        for event in self.events:
            event.data = {
                name: value.id if isinstance(value, Row) else value for name, value in event.data.items()
            }

    def _said_by_customer(self, text: str, at: datetime) -> Row:
        message = Row(
            direction=Message.Direction.IN,
            customer_id=self.ticket.customer_id,
            verified=Verified.LINK,
            text=text,
            created_at=at,
        )
        self.messages.append(message)
        return message

    def _route(self, decision: Decision, at: datetime) -> None:
        agent, team = decision.sla_type.responsible_agent, decision.sla_type.responsible_team
        if agent and not agent.is_active:
            agent = None
        if agent:
            self.ticket.assignee_id = self.agent = agent.pk
        self.ticket.team_id = team.pk if team else None
        name = agent.name if agent else team.name if team else ""
        if name:
            why, trail = BY_SLA_TYPE, [{"step": BY_SLA_TYPE, "why": "taken", "name": name}]
        else:
            steps = (BY_SLA_TYPE, BY_CUSTOMER, BY_CHANNEL, GENERAL)
            why, trail = "nobody", [{"step": step, "why": "nobody_named"} for step in steps]
        self._record(
            Event.Kind.ROUTED,
            at,
            to_agent=agent.pk if agent else None,
            to_team=team.pk if team else None,
            to_name=name,
            why=why,
            trail=trail,
        )

    def _sweep(self, until: datetime) -> None:
        for number, promise in enumerate(self.clocks.promises):
            found = promise.due_at + self.noticed
            if promise.is_open and promise.broken_at is None and not promise.paused_since and found <= until:
                self._tell_broken(number, found)

    def _tell_broken(self, number: int, at: datetime) -> None:
        promise = self.clocks.promises[number]
        self._record(
            Event.Kind.PROMISE_BROKEN,
            at,
            promise=self.promises[number],
            promise_kind=promise.kind,
            due_at=promise.due_at.isoformat(),
        )

    def _record(
        self,
        kind: Event.Kind,
        at: datetime,
        *,
        agent: int | None = None,
        customer: int | None = None,
        **data: Any,
    ) -> None:
        self.events.append(Row(kind=kind, at=at, agent_id=agent, customer_id=customer, data=data))
        unbroken = [number for number, one in enumerate(self.clocks.promises) if one.broken_at is None]
        self.clocks.hear(Happened(kind, at, customer is not None, data))
        self.promises += [Row() for _ in self.clocks.promises[len(self.promises) :]]
        if kind != Event.Kind.PROMISE_BROKEN:
            for number in unbroken:
                if self.clocks.promises[number].broken_at:
                    self._tell_broken(number, at)
