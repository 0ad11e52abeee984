"""One ticket for load, told step by step. Each step is the verb of tickets.actions of that name, and what the
promises of sla make of it, on rows that are not saved yet; a test holds them against the real ones."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from customers.models import Product
from helpdesk.demo.load.rows import Row
from sla.models import Promise
from sla.promises import due
from sla.routing import Decision
from tickets.models import Event, Message, ProblemType
from tickets.models.ticket import Channel, Status

FIRST_ANSWER, SOLUTION = Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION


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
        self._route(decision, at)
        sla_type = decision.sla_type
        self.promises = [
            Row(
                sla_type_id=sla_type.pk,
                kind=kind,
                started_at=at,
                due_at=due(sla_type, kind, at),
                met_at=None,
                broken_at=None,
            )
            for kind in (FIRST_ANSWER, SOLUTION)
        ]

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
        self._meet(at, FIRST_ANSWER)
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
        self._meet(at, FIRST_ANSWER, SOLUTION)

    def close(self, *, at: datetime) -> None:
        self.ticket.status = Status.CLOSED
        self._record(Event.Kind.CLOSED, at)

    def finish(self, now: datetime) -> None:
        """What the sweep found by `now`, and when the ticket is due."""
        self._sweep(now)
        self.ticket.due_at = min((one.due_at for one in self.promises if one.met_at is None), default=None)

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
            direction=Message.Direction.IN, customer_id=self.ticket.customer_id, text=text, created_at=at
        )
        self.messages.append(message)
        return message

    def _route(self, decision: Decision, at: datetime) -> None:
        agent, team = decision.sla_type.responsible_agent, decision.sla_type.responsible_team
        if agent and not agent.is_active:
            agent = None
        if not agent and not team:
            return
        if agent:
            self.ticket.assignee_id = self.agent = agent.pk
        self.ticket.team_id = team.pk if team else None
        self._record(
            Event.Kind.ROUTED,
            at,
            to_agent=agent.pk if agent else None,
            to_team=team.pk if team else None,
            to_name=agent.name if agent else team.name,
            why=decision.why,
        )

    def _sweep(self, until: datetime) -> None:
        for promise in self.promises:
            found = promise.due_at + self.noticed
            if promise.met_at is None and promise.broken_at is None and found <= until:
                self._break(promise, found)

    def _meet(self, at: datetime, *kinds: Promise.Kind) -> None:
        for promise in self.promises:
            if promise.kind in kinds and promise.met_at is None:
                if promise.due_at < at and promise.broken_at is None:
                    self._break(promise, at)
                promise.met_at = at

    def _break(self, promise: Row, at: datetime) -> None:
        promise.broken_at = at
        self._record(
            Event.Kind.PROMISE_BROKEN,
            at,
            promise=promise,
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
