"""What a changed SLA type, calendar or rule would have done to past tickets. Only reads, and sends nothing.

"Then" are the promises as the history of each ticket tells them, "now" those of the same history where other terms
were applied: as if what a form says had held all the time. What people did is taken as it was; nobody knows whether
they would have answered sooner with less time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import NamedTuple

from sla.choosing import Named, Rules
from sla.derive import Derived, Happened, derive
from sla.models import SlaRule, SlaTerms, SlaType
from sla.models.terms import terms_of
from sla.promises import AT_ONCE, histories_of, terms_named_in
from sla.replayed import Books, Replay
from sla.terms import Terms
from tickets.models import Event, Ticket

Kind = Event.Kind
UNSAVED = -1
"""Stands for the id of what has none yet."""


@dataclass(frozen=True)
class Change:
    """What a form would save."""

    sla_types: Sequence[SlaType] = ()
    """Those whose terms would change, as they would be; a new one has the id UNSAVED."""
    rules: Sequence[SlaRule] | None = None
    """All rules there would be; None when none of them changes."""


class Seen(NamedTuple):
    """A ticket as far as a replay cares; what it is of is what it is of today."""

    pk: int
    assignee: int | None
    named: Named


def replay(change: Change, *, days: int, now: datetime) -> Replay:
    """Over the tickets that opened in the last `days`. What is not met and past due at `now` counts as broken.

    One statement for the tickets, one for each AT_ONCE of them and one more where these name terms that none before
    did; besides what the change itself and the names ask for.
    """
    since = now - timedelta(days=days)
    result = Replay(since)
    books = Books(result, now)
    otherwise = Otherwise(change, since)
    for batch in _batches(since):
        histories = histories_of([ticket.pk for ticket in batch])
        otherwise.learn(histories.values())
        for ticket in batch:
            books.add(ticket.pk, ticket.assignee, *otherwise.then_and_now(ticket, histories[ticket.pk], now))
    books.close(change.sla_types)
    return result


class Otherwise:
    """Derives tickets twice: as recorded, and as if the change had held."""

    def __init__(self, change: Change, since: datetime) -> None:
        self._terms: dict[int, Terms] = {}
        self._since = since
        self._changed = {one.pk: one for one in change.sla_types}
        self._moved = self._chooser(change.rules) if change.rules is not None else None

    def learn(self, histories: Iterable[list[Happened]]) -> None:
        """Read the terms that these name and none before did."""
        unknown = terms_named_in(histories) - self._terms.keys()
        if unknown:
            self._terms |= SlaTerms.objects.read(unknown)

    def then_and_now(
        self, ticket: Seen, history: list[Happened], now: datetime
    ) -> tuple[list[Derived], list[Derived]]:
        """The same list twice where the change means nothing to the ticket."""
        then = _stand(history, self._terms, now)
        other = self._rewrite(ticket, history)
        return then, then if other is history else _stand(other, self._terms, now)

    def _rewrite(self, ticket: Seen, history: list[Happened]) -> list[Happened]:
        """The history with other terms applied; the same list when no terms are other ones."""
        # What broke then says nothing of what breaks now.
        rewritten = [event for event in history if event.kind != Kind.PROMISE_BROKEN]
        applied = [place for place, event in enumerate(rewritten) if event.kind == Kind.SLA_APPLIED]
        moved = self._moved(ticket.named) if self._moved else None
        differs = False
        for place in applied:
            data = rewritten[place].data
            # The rules are asked for what the ticket is of today; what was applied before was for something else.
            sla_type = moved if moved is not None and place == applied[-1] else data["sla_type"]
            if sla_type == data["sla_type"] and sla_type not in self._changed:
                continue
            terms = self._terms_under(sla_type)
            if sla_type != data["sla_type"] or self._terms[terms] is not self._terms[data["terms"]]:
                differs = True
                told = {**data, "terms": terms, "sla_type": sla_type}
                rewritten[place] = rewritten[place]._replace(data=told)
        return _without_repeats(rewritten) if differs else history

    def _terms_under(self, sla_type_id: int) -> int:
        """An id for the terms that would hold under this SLA type: below 0, where no recorded ones are."""
        key = UNSAVED - 1 - sla_type_id
        if key not in self._terms:
            sla_type = self._changed.get(sla_type_id) or SlaType.objects.select_related("calendar").get(
                pk=sla_type_id
            )
            # Holidays have to reach back as far as the tickets do.
            self._terms[key] = terms_of(sla_type.terms_data(self._since))
        return key

    @staticmethod
    def _chooser(changed: Sequence[SlaRule]) -> Callable[[Named], int | None]:
        default = SlaType.objects.default()
        stored, would_be = Rules(SlaRule.objects.all()), Rules(changed)

        @cache
        def moved(named: Named) -> int | None:
            """The SLA type to which a ticket would move; None when saved rules choose the same. What they choose is
            compared, and not what was applied: that may be due to rules that have changed long ago."""
            before, after = (
                rule.sla_type_id if rule else default and default.pk
                for rule in (stored.most_specific(named), would_be.most_specific(named))
            )
            return None if before == after else after

        return moved


def _batches(since: datetime) -> Iterator[list[Seen]]:
    columns = ("pk", "assignee", "customer", "customer__group", "shop", "problem_type")
    rows = Ticket.objects.filter(opened_at__gte=since).order_by("-pk").values_list(*columns)
    stream = rows.iterator(chunk_size=AT_ONCE)
    while batch := [Seen(pk, assignee, Named(*named)) for pk, assignee, *named in islice(stream, AT_ONCE)]:
        yield batch


def _stand(history: list[Happened], terms: Mapping[int, Terms], now: datetime) -> list[Derived]:
    """The promises of a history as they stand at `now`."""
    promises = derive(history, terms)
    for promise in promises:
        promise.look(now)
    return promises


def _without_repeats(history: list[Happened]) -> list[Happened]:
    """An SLA type that holds already is not applied again."""
    kept, holds = [], None
    for event in history:
        if event.kind == Kind.SLA_APPLIED:
            if event.data["sla_type"] == holds:
                continue
            holds = event.data["sla_type"]
        kept.append(event)
    return kept
