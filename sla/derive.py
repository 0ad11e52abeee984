"""The promises of a ticket, derived from its history and from nothing else. Pure: the same history gives the
same promises, today and in ten years, so that stored ones can be checked and repaired.

docs/sla.md has the rules in plain words; here each kind of event is one branch. A clock is a list of the
stretches during which it ran, never a number that is counted up, so that other terms can measure it anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sla.terms import FIRST_ANSWER, KINDS, NEXT_ANSWER, SOLUTION, Amount, Step, Terms, up_to_the_minute
from tickets.models import Event
from tickets.models.ticket import Status

Kind = Event.Kind

HEARD = frozenset(
    {
        *(Kind.OPENED, Kind.SLA_APPLIED, Kind.RECEIVED, Kind.REPLIED, Kind.PHONED),
        *(Kind.STATUS_CHANGED, Kind.SOLVED, Kind.REOPENED, Kind.PROMISE_BROKEN),
        *(Kind.MAIL_FAILED, Kind.MAIL_BOUNCED, Kind.REPLY_UNDONE),
    }
)
"""Kinds of events that promises depend on; of the others none changes one."""


class Happened(NamedTuple):
    """An event as far as promises care."""

    kind: str
    at: datetime
    by_customer: bool
    data: Mapping[str, Any]


@dataclass
class Derived:
    """One promise. `due_at` is where it stands; while paused it is where it stood when the clock stopped."""

    kind: str
    terms_id: int
    sla_type_id: int
    terms: Terms
    amount: Amount
    started_at: datetime
    due_at: datetime
    ran: list[tuple[datetime, datetime]] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    """From, to (None while it lasts), and the status for which the clock stood still."""
    running_since: datetime | None = None
    paused_since: datetime | None = None
    met_at: datetime | None = None
    broken_at: datetime | None = None
    """The due time at which it broke; it stays broken, also when it is met later."""
    noticed: bool = False
    """Whether the history says that it broke. Of one that still runs the sweep has to notice it, and to warn."""

    @property
    def is_open(self) -> bool:
        return self.met_at is None

    @property
    def steps(self) -> list[Step]:
        """Of its terms, those for promises of this kind."""
        return [step for step in self.terms.steps if step.kind == self.kind]

    def spent(self) -> timedelta:
        """On its own clock, over the stretches that are over."""
        return sum((self.terms.between(self.amount, *stretch) for stretch in self.ran), timedelta())

    def worked(self) -> timedelta:
        """In working time, without the pauses."""
        return sum((self.terms.worked(*stretch) for stretch in self.ran), timedelta())

    def measure(self) -> None:
        """The due time of a running clock, by its terms."""
        if self.running_since is not None:
            left = max(self.amount.time - self.spent(), timedelta()) if self.ran else self.amount.time
            self.due_at = up_to_the_minute(self.terms.add(self.amount, self.running_since, left))

    def look(self, at: datetime) -> None:
        """Time has come to `at`: a running clock whose due time has passed is broken."""
        # One that is met does not run.
        if self.running_since is not None and self.due_at < at and self.broken_at is None:
            self.broken_at = self.due_at

    def pause(self, at: datetime, status: str) -> None:
        if self.is_open and self.running_since is None and self.pauses and self.pauses[-1][2] != status:
            self._end_pause(at)  # it goes on to stand still, for something else
            self.pauses.append((at, None, status))
        if self.is_open and self.running_since is not None:
            self.pauses.append((at, None, status))
            self.ran.append((self.running_since, at))
            self.running_since, self.paused_since = None, at
            self.noticed = self.broken_at is not None

    def resume(self, at: datetime) -> None:
        if self.is_open and self.running_since is None:
            self._end_pause(at)
            self.running_since, self.paused_since = at, None
            if self.broken_at is None:
                self.measure()

    def meet(self, at: datetime) -> None:
        if self.is_open:
            if self.running_since is not None:
                self.ran.append((self.running_since, at))
            self._end_pause(at)
            self.running_since = self.paused_since = None
            self.met_at = at
            self.noticed = self.broken_at is not None

    def _end_pause(self, at: datetime) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            begin, _open, status = self.pauses[-1]
            self.pauses[-1] = (begin, at, status)


class Clocks:
    """All promises of one ticket, moved on by one event after the other."""

    def __init__(self, terms: Mapping[int, Terms]) -> None:
        self.promises: list[Derived] = []
        self._known = terms
        self._terms_id: int | None = None
        self._sla_type_id = 0
        self._opened_at: datetime | None = None
        self._status = str(Status.NEW)
        self._asked = False
        """Whether the customer said something that nobody answered yet."""
        self._now: datetime | None = None

    def hear(self, event: Happened) -> None:
        # Clocks of several machines differ a little; what is recorded later did not happen earlier.
        at = self._now = max(event.at, self._now or event.at)
        for promise in self.promises:
            promise.look(at)
        match event.kind:
            case Kind.OPENED:
                self._opened_at = at
            case Kind.SLA_APPLIED:
                self._apply(event, at)
            case Kind.RECEIVED:
                self._heard_customer(at)
            case Kind.REPLIED:
                self._answered(at)
            case Kind.PHONED if event.data.get("answered"):
                self._answered(at)
            case Kind.STATUS_CHANGED:
                self._turn(str(event.data.get("new")), at)
            case Kind.PROMISE_BROKEN:
                for promise in self._open():
                    if promise.kind == event.data.get("promise_kind"):
                        promise.noticed = promise.broken_at is not None
            case Kind.MAIL_FAILED | Kind.MAIL_BOUNCED if event.data.get("put_back"):
                self._heard_customer(at)  # an answer that never arrived is none
            case Kind.SOLVED:
                # Nobody waits for an answer to a solved problem, whoever solved it.
                self._status, self._asked = Status.SOLVED, False
                self._meet(KINDS, at)
            case Kind.REOPENED:
                self._asked = self._asked or event.by_customer
                self._turn(Status.OPEN, at)  # what runs, where the answer that solved it was taken back
                self._start((SOLUTION, NEXT_ANSWER) if event.by_customer else (SOLUTION,), at)

    def _apply(self, event: Happened, at: datetime) -> None:
        """The first terms start the promises; later ones measure what is neither met nor broken anew."""
        first = self._terms_id is None
        self._terms_id, self._sla_type_id = int(event.data["terms"]), int(event.data["sla_type"])
        if first:
            since = event.data.get("since")
            start = datetime.fromisoformat(since) if since else self._opened_at or at
            self._start((FIRST_ANSWER, SOLUTION), start)
            return
        for promise in list(self._open()):
            self._change_terms(promise, at)
        self._run_or_stand(at)  # by the new terms waiting for the supplier may mean something else
        if self._status not in (Status.SOLVED, Status.CLOSED):
            # Unless they run: the terms before may have promised none.
            self._start((SOLUTION, NEXT_ANSWER) if self._asked else (SOLUTION,), at)

    def _change_terms(self, promise: Derived, at: datetime) -> None:
        terms = self._known[self._terms_id or 0]
        amount = terms.promised.get(promise.kind)
        if promise.broken_at or amount is None:
            return  # what broke stays broken, and what was told to the customer stays told
        anew = replace(
            promise, terms_id=self._terms_id, sla_type_id=self._sla_type_id, terms=terms, amount=amount
        )
        anew.measure()
        # A change cannot break a promise that was kept until now: then the old one stays.
        in_time = anew.due_at >= at if anew.running_since else anew.amount.time > anew.spent()
        if in_time:
            vars(promise).update(vars(anew))

    def _heard_customer(self, at: datetime) -> None:
        self._asked = True
        if self._status == Status.WAITING_CUSTOMER:
            self._turn(Status.OPEN, at)
        self._start((NEXT_ANSWER,), at)

    def _answered(self, at: datetime) -> None:
        self._asked = False
        self._meet((FIRST_ANSWER, NEXT_ANSWER), at)

    def _turn(self, status: str, at: datetime) -> None:
        self._status = status
        self._run_or_stand(at)

    def _run_or_stand(self, at: datetime) -> None:
        for promise in self._open():
            if self._stands_still(promise):
                promise.pause(at, self._status)
            else:
                promise.resume(at)

    def _stands_still(self, promise: Derived) -> bool:
        if self._status == Status.WAITING_CUSTOMER:
            return True
        supplier = self._status == Status.WAITING_SUPPLIER
        return supplier and promise.kind == SOLUTION and promise.terms.supplier_pauses

    def _start(self, kinds: Iterable[str], at: datetime) -> None:
        """Begin what the terms promise and what does not run already."""
        if self._terms_id is None:
            return
        terms = self._known[self._terms_id]
        running = {promise.kind for promise in self._open()}
        for kind in kinds:
            amount = terms.promised.get(kind)
            # Who waits for the first answer waits for no other one.
            if amount is None or kind in running or (kind == NEXT_ANSWER and FIRST_ANSWER in running):
                continue
            promise = Derived(
                kind, self._terms_id, self._sla_type_id, terms, amount, at, at, running_since=at
            )
            promise.measure()
            if self._stands_still(promise):
                promise.pause(at, self._status)
            self.promises.append(promise)

    def _meet(self, kinds: Iterable[str], at: datetime) -> None:
        for promise in self._open():
            if promise.kind in kinds:
                promise.meet(at)

    def _open(self) -> Iterator[Derived]:
        return (promise for promise in self.promises if promise.is_open)


def derive(history: Iterable[Happened], terms: Mapping[int, Terms]) -> list[Derived]:
    """All promises of a ticket, in the order in which they began. `terms` holds those that the history names."""
    clocks = Clocks(terms)
    for event in history:
        if event.kind in HEARD:
            clocks.hear(event)
    return clocks.promises
