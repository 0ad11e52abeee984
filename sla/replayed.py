"""Counts and compares what a replay derives: promises kept and broken, for each SLA type and agent, then and now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from sla.derive import Derived
from sla.models import Promise, SlaType
from sla.terms import KINDS
from tickets.models import Agent
from tickets.models.ticket import NUMBER_BASE

KEPT, BROKEN, OPEN = "kept", "broken", "open"
STATES = {KEPT: _("kept"), BROKEN: _("broken"), OPEN: _("still open")}
LISTED = 100
"""Tickets that are shown at most, of those that differ."""


class Standing(NamedTuple):
    """How one promise stands, or stood when it was met. Due in UTC."""

    due_at: datetime
    state: str

    @property
    def label(self) -> str:
        return str(STATES[self.state])


class Difference(NamedTuple):
    """One promise of a ticket; None where it would not be, or was not, promised."""

    kind: str
    then: Standing | None
    now: Standing | None

    @property
    def label(self) -> str:
        return str(Promise.Kind(self.kind).label)

    @property
    def changes_state(self) -> bool:
        return (self.then and self.then.state) != (self.now and self.now.state)


class Differs(NamedTuple):
    number: int
    promises: list[Difference]


@dataclass
class Tally:
    kept: int = 0
    broken: int = 0
    warnings: int = 0

    def count(self, promise: Derived, at: datetime) -> None:
        state = state_of(promise)
        self.kept += state == KEPT
        self.broken += state == BROKEN
        self.warnings += warnings_of(promise, at)

    def add(self, other: "Tally") -> None:
        self.kept += other.kept
        self.broken += other.broken
        self.warnings += other.warnings


@dataclass
class Line:
    """A row of a table: what it counts, then and now."""

    then: Tally = field(default_factory=Tally)
    now: Tally = field(default_factory=Tally)
    name: str | None = None
    """None for tickets that nobody handles."""

    def add(self, other: "Line") -> None:
        self.then.add(other.then)
        self.now.add(other.now)


@dataclass
class Replay:
    """`differing` tickets have a promise with another due time or state, `turned` ones one with another state;
    `differs` shows the first LISTED of them, those that turned before the others, the newest first."""

    since: datetime
    tickets: int = 0
    total: Line = field(default_factory=Line)
    sla_types: list[Line] = field(default_factory=list)
    agents: list[Line] = field(default_factory=list)
    differing: int = 0
    turned: int = 0
    differs: list[Differs] = field(default_factory=list)


def state_of(promise: Derived) -> str:
    if promise.broken_at:
        return BROKEN
    return KEPT if promise.met_at else OPEN


def warnings_of(promise: Derived, at: datetime) -> int:
    """How many steps of escalation its clock reached by `at`, or until it was met."""
    steps = promise.steps
    if not steps:
        return 0
    spent = promise.spent()
    if promise.running_since:
        spent += promise.terms.between(promise.amount, promise.running_since, max(at, promise.running_since))
    return sum(step.offset(promise.amount) <= spent for step in steps)


class Books:
    """Counts into a result, ticket by ticket."""

    def __init__(self, result: Replay, at: datetime) -> None:
        self._result, self._at = result, at
        self._lines: dict[tuple[int, int | None], Line] = defaultdict(Line)
        """By SLA type and agent, each promise once; they are summed up at the end."""
        self._turned: list[Differs] = []
        self._moved: list[Differs] = []

    def add(self, ticket: int, assignee: int | None, then: list[Derived], now: list[Derived]) -> None:
        self._result.tickets += 1
        for promise in then:
            self._lines[promise.sla_type_id, assignee].then.count(promise, self._at)
        for promise in now:
            self._lines[promise.sla_type_id, assignee].now.count(promise, self._at)
        if now is not then:
            self._compare(ticket, then, now)

    def _compare(self, ticket: int, then: list[Derived], now: list[Derived]) -> None:
        differences = list(_differences(then, now))
        if not differences:
            return
        turned = any(difference.changes_state for difference in differences)
        self._result.differing += 1
        self._result.turned += turned
        shown = self._turned if turned else self._moved
        if len(shown) < LISTED:
            shown.append(Differs(NUMBER_BASE + ticket, differences))

    def close(self, changed: Iterable[SlaType]) -> None:
        """Sum up, name the lines and put them in order."""
        sla_types: dict[int, Line] = defaultdict(Line)
        agents: dict[int | None, Line] = defaultdict(Line)
        for (sla_type, agent), line in self._lines.items():
            for summed in (sla_types[sla_type], agents[agent], self._result.total):
                summed.add(line)
        names = dict(SlaType.objects.filter(pk__in=sla_types).values_list("pk", "name"))
        names |= {one.pk: one.name for one in changed}
        handlers = dict(Agent.objects.filter(pk__in=agents.keys() - {None}).values_list("pk", "name"))
        self._result.sla_types = _named(sla_types, names)
        self._result.agents = _named(agents, handlers)
        self._result.differs = (self._turned + self._moved)[:LISTED]


def _named(lines: Mapping[int | None, Line], names: Mapping[int, str]) -> list[Line]:
    """In the order of the names, with what belongs to nobody at the end."""
    for pk, line in lines.items():
        line.name = names.get(pk) if pk is not None else None
    return sorted(lines.values(), key=lambda line: (line.name is None, line.name or ""))


def _differences(then: list[Derived], now: list[Derived]) -> Iterator[Difference]:
    """Promises that stand otherwise: the first of a kind is compared with the first, the second with the second."""
    for kind in KINDS:
        pairs = zip_longest(*([_standing(one) for one in side if one.kind == kind] for side in (then, now)))
        yield from (Difference(kind, *pair) for pair in pairs if pair[0] != pair[1])


def _standing(promise: Derived) -> Standing:
    return Standing(promise.due_at, state_of(promise))
