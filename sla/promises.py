"""What customers were promised, as rows. docs/sla.md has the rules in plain words, `sla.derive` has them in code.

There is one way by which a promise changes: the history of the ticket is read, the promises are derived from it,
and the rows are made to say the same (`sync`). The receiver does it after each event that matters, `repair` for
tickets whose events nobody listened to; `differences` only tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import zip_longest
from json import loads
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from sla.choosing import Decision, decide_for
from sla.derive import HEARD, Derived, Happened, derive
from sla.models import Promise, SlaTerms, SlaType
from sla.models.promise import RUNNING
from sla.models.terms import terms_of
from sla.steps import plan
from sla.terms import FIRST_ANSWER, up_to_the_minute
from tickets.actions import set_due
from tickets.events import record, taken_back
from tickets.models import Event, Ticket
from tickets.models.ticket import IS_UNSOLVED

Kind = Event.Kind
FOLLOWED = HEARD - {Kind.OPENED, Kind.PROMISE_BROKEN}
"""Kinds after which rows may differ from the history. Opening alone promises nothing yet, and who records a
broken promise marks it."""

TELLING = frozenset(
    {
        *(Kind.SLA_APPLIED, Kind.PHONED, Kind.STATUS_CHANGED, Kind.PROMISE_BROKEN),
        *(Kind.MAIL_FAILED, Kind.MAIL_BOUNCED, Kind.REPLY_UNDONE),
    }
)
"""Kinds of whose events promises depend on more than that they happened."""

AT_ONCE = 500
"""Tickets whose histories are read together."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """A row that does not say what the history says: which fields, as they are and as they should be. `stored`
    is None where the row is missing, `derived` where there should be none."""

    ticket: int
    stored: Values | None
    derived: Values | None

    def __str__(self) -> str:
        return f"ticket {self.ticket}: stored {_plain(self.stored)}, derived {_plain(self.derived)}"


def first_answer_due(sla_type: SlaType, at: datetime) -> datetime:
    """By when a ticket that opens at `at` would be answered first."""
    terms = terms_of(sla_type.terms_data(at))
    amount = terms.promised[FIRST_ANSWER]
    return up_to_the_minute(terms.add(amount, at, amount.time))


def apply_sla(
    ticket: Ticket, *, at: datetime, since: datetime | None = None, is_new: bool = False
) -> Decision:
    """Decide which SLA type holds for the ticket, and record it with its terms as they are now unless it held
    already: what was promised under it stays promised, also when its terms changed since.

    `since`: from when the promises count, for a ticket whose opening is not in its history. `is_new`: it opens in this
    moment, so nothing held before.
    """
    decision = decide_for(ticket)
    applied = ticket.events.filter(kind=Kind.SLA_APPLIED).order_by("pk")
    before = None if is_new else applied.last()
    if before and before.data.get("sla_type") == decision.sla_type.pk:
        return decision
    terms = SlaTerms.objects.of(decision.sla_type, decision.sla_type.terms_data(at))
    told = {
        "terms": terms.pk,
        "sla_type": decision.sla_type.pk,
        "name": decision.sla_type.name,
        "why": decision.why,
        "rule": decision.rule.pk if decision.rule else None,
    }
    if since:
        told["since"] = since.isoformat()
    record(ticket, Kind.SLA_APPLIED, by=None, at=at, **told)
    return decision


def follow(event: Event, ticket: Ticket) -> None:
    """Make the promises of `ticket` follow what just happened. Doing it again changes nothing."""
    if event.kind in FOLLOWED:
        sync(ticket, at=event.at)


def sync(ticket: Ticket, *, at: datetime) -> None:
    """Make the rows of a ticket say what its history says. The caller's transaction holds the ticket."""
    derived = derived_of([ticket.pk])[ticket.pk]
    stored = _still_promised(ticket, derived)
    rows: list[tuple[Promise, Derived]] = []
    for row, promise in zip_longest(stored, derived):
        values = values_of(promise)
        breaks = bool(values["broken_at"]) and not (row and row.broken_at)
        if row is None:
            row = Promise.objects.create(ticket=ticket, **values)
        elif _differs(row, values):
            Promise.objects.filter(pk=row.pk).update(**values)
        rows.append((row, promise))
        if breaks:
            _record_broken(row.pk, promise.kind, promise.due_at, ticket, at=at)
    plan(rows, at=at)
    # The ticket is due when the first of its promises is whose clock runs.
    running = [promise.due_at for promise in derived if promise.is_open and promise.paused_since is None]
    set_due(ticket, due_at=min(running, default=None))


def _still_promised(ticket: Ticket, derived: list[Derived]) -> list[Promise]:
    """The rows, in the order in which their promises began. A history only grows at its end, so what is derived goes on
    from them; unless an answer was taken back. What began because of it, or since, then is another promise or none,
    and as that was moments ago nothing has come of it yet."""
    stored = list(ticket.promises.order_by("pk"))
    kept = 0
    while kept < min(len(stored), len(derived)) and stored[kept].kind == derived[kept].kind:
        kept += 1
    if stored[kept:]:
        # Before others change: of each kind one at most is open.
        ticket.promises.filter(pk__in=[row.pk for row in stored[kept:]]).delete()
    return stored[:kept]


def mark_broken(promise: Promise, ticket: Ticket, *, at: datetime) -> bool:
    """Mark a promise that is past due at `at`, and record it, once whoever comes first; False when it is not, or
    was marked already. The conditional UPDATE decides, whoever else is at it.

    The caller's transaction holds the ticket: verbs take ticket and promise in this order, too.
    """
    late = Promise.objects.filter(RUNNING, pk=promise.pk, due_at__lt=at)
    if not late.update(broken_at=F("due_at")):
        return False
    _record_broken(promise.pk, promise.kind, promise.due_at, ticket, at=at)
    return True


def _record_broken(pk: int, kind: str, due_at: datetime, ticket: Ticket, *, at: datetime) -> None:
    told = {"promise": pk, "promise_kind": kind, "due_at": due_at.isoformat()}
    record(ticket, Kind.PROMISE_BROKEN, by=None, at=at, **told)


def derived_of(tickets: Iterable[int]) -> dict[int, list[Derived]]:
    """The promises of these tickets as their histories tell them. Two queries, however many tickets."""
    histories = histories_of(tickets)
    named = terms_named_in(histories.values())
    terms = SlaTerms.objects.read(named) if named else {}
    return {pk: derive(history, terms) for pk, history in histories.items()}


def histories_of(tickets: Iterable[int]) -> dict[int, list[Happened]]:
    """What promises depend on, in the order in which it was recorded: without answers that were taken back before they
    left, as if they had never been. One query."""
    rows = (
        Event.objects.filter(ticket__in=tickets, kind__in=HEARD)
        .order_by("pk")
        .values_list("pk", "ticket", "kind", "at", "customer", Cast("data", TextField()))
    )
    histories: dict[int, dict[int, Happened]] = {pk: {} for pk in tickets}
    for pk, ticket, kind, at, customer, text in rows:
        data = _read_json(text) if kind in TELLING else {}
        histories[ticket][pk] = Happened(kind, at, customer is not None, data)
        for never in taken_back([(kind, data)]):
            histories[ticket].pop(never, None)
    return {pk: list(history.values()) for pk, history in histories.items()}


@lru_cache(maxsize=4096)
def _read_json(text: str) -> Mapping[str, Any]:
    """Most events of a kind tell the same, and reading JSON is a good part of reading a history."""
    return loads(text)


def terms_named_in(histories: Iterable[list[Happened]]) -> set[int]:
    return {
        int(event.data["terms"])
        for history in histories
        for event in history
        if event.kind == Kind.SLA_APPLIED
    }


def values_of(promise: Derived) -> Values:
    """The columns of a row."""
    return {
        "kind": promise.kind,
        "terms_id": promise.terms_id,
        "sla_type_id": promise.sla_type_id,
        "started_at": promise.started_at,
        "started_in": promise.terms.part_of_week(promise.started_at),
        "due_at": promise.due_at,
        "paused_since": promise.paused_since,
        "met_at": promise.met_at,
        "broken_at": promise.broken_at if promise.noticed else None,
        "worked_seconds": promise.worked() // timedelta(seconds=1) if promise.met_at else None,
    }


def differences(tickets: Iterable[int]) -> Iterator[Difference]:
    """What rows of these tickets say and their histories do not, in batches that fit into memory."""
    batch: list[int] = []
    for pk in tickets:
        batch.append(pk)
        if len(batch) == AT_ONCE:
            yield from _differences(batch)
            batch = []
    yield from _differences(batch)


def _differences(tickets: list[int]) -> Iterator[Difference]:
    stored: dict[int, list[Promise]] = defaultdict(list)
    for row in Promise.objects.filter(ticket__in=tickets).order_by("pk"):
        stored[row.ticket_id].append(row)
    for ticket, derived in derived_of(tickets).items():
        for row, promise in zip_longest(stored[ticket], derived):
            wanted = values_of(promise) if promise else None
            found = {name: getattr(row, name) for name in VALUES} if row else None
            if wanted and found:
                wrong = [name for name in VALUES if wanted[name] != found[name]]
                wanted, found = ({name: one[name] for name in wrong} for one in (wanted, found))
            if wanted != found:
                yield Difference(ticket, found, wanted)


VALUES = (
    *("kind", "terms_id", "sla_type_id", "started_at", "started_in", "due_at"),
    *("paused_since", "met_at", "broken_at", "worked_seconds"),
)


def _differs(row: Promise, values: Values) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def repair_missed(*, now: datetime | None = None) -> int:
    """Repair tickets whose promises are not what their histories say. Returns how many.

    The receiver misses nothing; this is for tickets that came another way, such as an imported table, and for
    faults. Looks at unsolved tickets and open promises only: it costs the same however many tickets there were.
    """
    now = now or timezone.now()
    open_ones = Promise.objects.open().filter(ticket=OuterRef("pk"))
    alive = Ticket.objects.filter(IS_UNSOLVED | Q(Exists(open_ones))).order_by("pk")
    wrong = {difference.ticket for difference in differences(alive.values_list("pk", flat=True))}
    wrong |= set(without_promises())
    for pk in sorted(wrong):
        repair(pk, now=now)
    return len(wrong)


def without_promises() -> Iterable[int]:
    """Unsolved tickets to which no SLA type was ever applied."""
    applied = Event.objects.filter(ticket=OuterRef("pk"), kind=Kind.SLA_APPLIED)
    return Ticket.objects.unsolved().filter(~Exists(applied)).values_list("pk", flat=True)


@transaction.atomic
def repair(ticket_id: int, *, now: datetime) -> None:
    """Make the promises of a ticket say what its history says. One that came without a history gets the SLA
    type that applies now, with promises that count from its opening."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if ticket.is_unsolved and not ticket.events.filter(kind=Kind.SLA_APPLIED).exists():
        apply_sla(ticket, at=now, since=ticket.opened_at)
    sync(ticket, at=now)


def _plain(values: Values | None) -> str:
    if values is None:
        return "nothing"
    return ", ".join(f"{name} {value}" for name, value in values.items())
