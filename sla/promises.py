"""What customers were promised. docs/sla.md has the rules in plain words; here each is one function.

Everything follows from the events of a ticket (`follow`), so a ticket whose events nobody listened to is
repaired by following them once more: nothing is started, met or marked twice.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q

from sla.models import Promise, SlaType
from sla.routing import decide_for
from tickets.actions import set_due
from tickets.events import record
from tickets.models import Event, Ticket
from tickets.models.ticket import UNSOLVED

logger = logging.getLogger(__name__)

FIRST_ANSWER, SOLUTION = Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION
MINUTE = timedelta(minutes=1)


def due(sla_type: SlaType, kind: Promise.Kind, started_at: datetime) -> datetime:
    """When a promise of this kind is due: its minutes of working time later, up to the full minute.

    People are shown minutes; up, so that what they read is never sooner than what we measure. A calendar that
    never opens, or whose time zone is no more, counts around the clock: whoever writes must get some promise.
    """
    minutes = sla_type.first_answer_minutes if kind == FIRST_ANSWER else sla_type.solution_minutes
    amount = timedelta(minutes=minutes)
    try:
        exact = sla_type.calendar.working_hours().add(started_at, amount)
    except (ValueError, OverflowError) as error:
        logger.error("Calendar '%s' cannot be used, counting around the clock: %s", sla_type.calendar, error)
        exact = started_at + amount
    whole = exact.replace(second=0, microsecond=0)
    return whole if whole == exact else whole + MINUTE


def follow(event: Event, ticket: Ticket) -> None:
    """Start, meet and move the promises of `ticket` by what just happened. Doing it again changes nothing."""
    match event.kind:
        case Event.Kind.OPENED:
            start(ticket, FIRST_ANSWER, SOLUTION, at=event.at)
        case Event.Kind.REPLIED:
            meet(ticket, FIRST_ANSWER, at=event.at)
        case Event.Kind.PHONED if event.data["answered"]:
            meet(ticket, FIRST_ANSWER, at=event.at)
        case Event.Kind.SOLVED:
            # Nobody waits for an answer to a solved problem, whoever solved it.
            meet(ticket, FIRST_ANSWER, SOLUTION, at=event.at)
        case Event.Kind.REOPENED:
            start(ticket, SOLUTION, at=event.at)
        case Event.Kind.TYPE_CHANGED:
            move(ticket)
        case _:
            return
    _show_due(ticket)


def start(ticket: Ticket, *kinds: Promise.Kind, at: datetime) -> None:
    """Begin what is not begun: at most one of a kind is open, and none begins twice at the same moment."""
    known = ticket.promises.filter(Q(met_at=None) | Q(started_at=at), kind__in=kinds)
    missing = set(kinds) - set(known.values_list("kind", flat=True))
    if missing:
        sla_type = decide_for(ticket).sla_type
        Promise.objects.bulk_create(
            Promise(
                ticket=ticket,
                sla_type=sla_type,
                kind=kind,
                started_at=at,
                due_at=due(sla_type, kind, at),
            )
            for kind in kinds
            if kind in missing
        )


def meet(ticket: Ticket, *kinds: Promise.Kind, at: datetime) -> None:
    """Keep the open promises of these kinds, also too late: then they are met and broken, and stay broken."""
    for promise in ticket.promises.filter(met_at=None, kind__in=kinds, started_at__lte=at):
        if promise.due_at < at:
            mark_broken(promise, ticket, at=at)
        Promise.objects.filter(pk=promise.pk, met_at=None).update(met_at=at)


def move(ticket: Ticket) -> None:
    """Another problem type: its SLA type holds from the start on for what is neither met nor broken.

    What was promised by this SLA type already stays as it was promised, whatever its minutes are by now.
    """
    sla_type = decide_for(ticket).sla_type
    for promise in ticket.promises.filter(met_at=None, broken_at=None).exclude(sla_type=sla_type):
        promise.sla_type = sla_type
        promise.due_at = due(sla_type, Promise.Kind(promise.kind), promise.started_at)
        promise.save(update_fields=["sla_type", "due_at"])


def mark_broken(promise: Promise, ticket: Ticket, *, at: datetime) -> bool:
    """Mark a promise broken and record it, once whoever comes first; False when it was marked already.

    The caller's transaction holds the ticket: verbs take ticket and promise in this order, too.
    """
    if not Promise.objects.filter(pk=promise.pk, broken_at=None).update(broken_at=at):
        return False
    record(
        ticket,
        Event.Kind.PROMISE_BROKEN,
        by=None,
        at=at,
        promise=promise.pk,
        promise_kind=promise.kind,
        due_at=promise.due_at.isoformat(),
    )
    return True


def repair_missed(*, at_most: int = 500) -> int:
    """Follow once more the events of tickets whose promises do not fit them. Returns how many tickets.

    The receiver misses nothing; this is for tickets that came another way, such as an imported table. Looks
    at unsolved tickets and open promises only, so that it costs the same however many tickets there were.
    """
    open_ones = Promise.objects.open().order_by()
    of_ticket = open_ones.filter(ticket=OuterRef("pk"), kind=SOLUTION)
    answers = Event.objects.filter(
        ticket=OuterRef("ticket"), kind=Event.Kind.REPLIED, at__gte=OuterRef("started_at")
    )
    unpromised = Ticket.objects.unsolved().filter(~Exists(of_ticket)).values_list("pk")
    unmet = open_ones.exclude(ticket__status__in=UNSOLVED).values_list("ticket")
    unanswered = open_ones.filter(Exists(answers), kind=FIRST_ANSWER).values_list("ticket")
    tickets = list(unpromised.union(unmet, unanswered)[:at_most])
    for (pk,) in tickets:
        repair(pk)
    return len(tickets)


@transaction.atomic
def repair(ticket_id: int) -> None:
    """Derive the promises of a ticket from its history, and from its state where that has gaps."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    start(ticket, FIRST_ANSWER, SOLUTION, at=ticket.opened_at)
    # A list, for following may add to them. What was started just now is of today's problem type, and what stood
    # before was promised: there is nothing to move.
    for event in list(ticket.events.exclude(kind=Event.Kind.TYPE_CHANGED).order_by("pk")):
        follow(event, ticket)
    if ticket.is_unsolved:
        start(ticket, SOLUTION, at=ticket.last_activity_at)
    else:
        meet(ticket, FIRST_ANSWER, SOLUTION, at=ticket.solved_at or ticket.last_activity_at)
    _show_due(ticket)


def _show_due(ticket: Ticket) -> None:
    """The ticket is due when the first of its open promises is."""
    set_due(ticket, due_at=ticket.promises.open().aggregate(first=Min("due_at"))["first"])
