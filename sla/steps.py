"""When the escalation steps of a promise are. Planned with each change of the promise, so that the sweep only has to
look for rows whose moment has come."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sla.derive import Derived
from sla.models import Escalation, EscalationStep, Promise
from sla.terms import up_to_the_minute
from tickets.memory import remembered

State = Escalation.State


def moments(promise: Derived) -> dict[int, datetime]:
    """By step id, when each step is that the clock of a running promise did not reach before it last stopped."""
    if promise.running_since is None:
        return {}
    spent = promise.spent()
    return {
        step.id: up_to_the_minute(promise.terms.add(promise.amount, promise.running_since, offset - spent))
        for step in promise.steps
        if (offset := step.offset(promise.amount)) >= spent
    }


def reached(promise: Derived) -> set[int]:
    """The steps whose time was over when the clock last stopped."""
    spent = promise.spent()
    return {step.id for step in promise.steps if step.offset(promise.amount) < spent}


def plan(rows: Iterable[tuple[Promise, Derived]], *, at: datetime, known: Collection[int]) -> None:
    """Make the escalations of a ticket's promises fit them; those of `known` may have some already. What is due by `at`
    and not done yet stays, and is caught up; what is not due is moved, held while the promise is paused, and cancelled
    once it is met."""
    rows = [(row, promise) for row, promise in rows if promise.terms.steps]
    if not rows:
        return
    planned: dict[int, dict[int, Escalation]] = {row.pk: {} for row, _promise in rows}
    for escalation in Escalation.objects.filter(promise__in=known) if known else ():
        if escalation.promise_id in planned:
            planned[escalation.promise_id][escalation.step_id] = escalation
    wanted = {row.pk: moments(promise) for row, promise in rows}
    steps = {step for one in wanted.values() for step in one} - {s for one in planned.values() for s in one}
    exist = remembered(("steps", frozenset(steps)), lambda: _still_there(steps)) if steps else set()
    new, moved = [], []
    for row, promise in rows:
        for step, due_at in wanted[row.pk].items():
            if step in exist and step not in planned[row.pk]:
                # What would have been before the promise came under these terms does not happen any more.
                state = State.WAITING if due_at >= at else State.CANCELLED
                new.append(Escalation(promise=row, step_id=step, due_at=due_at, state=state))
        moved += [one for one in planned[row.pk].values() if _moved(one, row, promise, wanted[row.pk], at)]
    Escalation.objects.bulk_create(new)
    if moved:
        Escalation.objects.bulk_update(moved, ["due_at", "state"])


def _still_there(steps: set[int]) -> set[int]:
    """Without those that an admin deleted since the terms were kept."""
    return set(EscalationStep.objects.filter(pk__in=steps).values_list("pk", flat=True))


def _moved(
    escalation: Escalation, row: Promise, promise: Derived, wanted: dict[int, datetime], at: datetime
) -> bool:
    """Put one row right; True when that changed it. `row` is the promise as it was stored until now."""
    before = escalation.due_at, escalation.state
    if _was_called_off(escalation, row, promise):
        escalation.state = State.WAITING
    if escalation.state != State.WAITING:
        return False
    if escalation.due_at and escalation.due_at <= at:
        return (escalation.due_at, escalation.state) != before
    if not promise.is_open:
        escalation.state = State.CANCELLED
    elif escalation.step_id in wanted:
        escalation.due_at = wanted[escalation.step_id]
    elif promise.running_since is None:
        escalation.due_at = None
    elif escalation.step_id in reached(promise):
        # A pause held it within its last minute, before the full one that it was planned for.
        escalation.due_at = at
    else:
        escalation.state = State.CANCELLED  # other terms know it no more
    return (escalation.due_at, escalation.state) != before


def _was_called_off(escalation: Escalation, row: Promise, promise: Derived) -> bool:
    """Cancelled when the promise was met, by an answer that was taken back since."""
    if escalation.state != State.CANCELLED or row.met_at is None or not promise.is_open:
        return False
    return escalation.due_at is None or escalation.due_at > row.met_at
