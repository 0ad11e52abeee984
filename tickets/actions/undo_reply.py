from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tickets.actions._ticket import change, locked
from tickets.actions.draft import hold, reply_draft
from tickets.actions.refusals import Refused
from tickets.events import record, taken_back
from tickets.models import Agent, Delivery, Draft, Event, Message, Ticket
from tickets.models.ticket import Status

Kind = Event.Kind

MOVED = frozenset({Kind.STATUS_CHANGED, Kind.SOLVED, Kind.REOPENED})
"""After these the status is no more the one that the answer left. Closing only ends what it left."""
HELD = frozenset({Kind.CLAIMED, Kind.RELEASED, Kind.HANDED_OVER, Kind.ROUTED})
ASKED = frozenset({Kind.RECEIVED, Kind.STRANGER_WROTE})


@dataclass(frozen=True)
class Answered:
    """An answer that is taken back: what it recorded, and what has been recorded since."""

    said: Event
    caused: list[Event]
    since: list[Event]

    @property
    def before(self) -> dict[str, Any]:
        return self.said.data.get("before", {})

    def since_then(self, kinds: Collection[str]) -> bool:
        return any(event.kind in kinds for event in self.since)


@transaction.atomic
def undo_reply(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Take an answer back while it is held: text and files lie in the author's draft again, and the ticket is as it was
    before. What happened to the ticket since stays, and a customer who wrote meanwhile keeps the place.

    Only its author can. Raises `Refused` when it has left or was taken back already, and when they gave another answer
    since: that one is taken back first. After a colleague's the ticket stays as that left it.
    """
    ticket = locked(message.ticket)
    found = ticket.messages.filter(pk=message.pk).first()
    if found is None:
        raise Refused(_("This answer was taken back already."))
    if found.agent_id != by.pk or found.direction != Message.Direction.OUT:
        raise Refused(_("Only who wrote an answer can take it back."))
    _stop_mails(found, at)
    later = ticket.messages.filter(direction=Message.Direction.OUT, pk__gt=found.pk)
    if later.filter(agent=by).exists():
        raise Refused(_("Another answer was given since. Take that one back first."))
    answered = _look_up(ticket, found)
    draft = _into_draft(ticket, found, by, at)
    undone = [answered.said] if later.exists() else _put_back(ticket, answered)
    found.delete()
    record(ticket, Kind.REPLY_UNDONE, by=by, at=at, undone=[event.pk for event in undone])
    return draft


def _stop_mails(message: Message, at: datetime) -> None:
    """The row count decides against a worker that takes one of them in this moment: both change the same column."""
    is_held = message.held_until is not None and at < message.held_until
    mails = message.deliveries.count()
    waiting = message.deliveries.filter(
        state=Delivery.State.QUEUED, attempts_made=0, next_attempt_at__isnull=False
    )
    if not is_held or waiting.update(next_attempt_at=None) != mails:
        raise Refused(_("It has been sent already, so it cannot be taken back. You can write another one."))


def _look_up(ticket: Ticket, message: Message) -> Answered:
    said = ticket.events.get(kind=Kind.REPLIED, data__message=message.pk)
    newer = list(ticket.events.filter(pk__gt=said.data["after"]).order_by("pk"))
    never = taken_back((event.kind, event.data) for event in newer)
    newer = [event for event in newer if event.pk not in never]
    # The ticket was held while the answer was given, so nobody else did anything in between.
    caused = [event for event in newer if event.pk <= said.pk and event.agent_id == said.agent_id]
    if said.data["turned"]:
        caused += [event for event in newer if event.pk > said.pk and event.kind in MOVED][:1]
    return Answered(said, caused, since=[event for event in newer if event.pk > caused[-1].pk])


def _into_draft(ticket: Ticket, message: Message, by: Agent, at: datetime) -> Draft:
    """In front of what was typed since."""
    draft = reply_draft(ticket, agent=by, at=at)
    hold(draft)
    draft.refresh_from_db()
    typed = draft.text.strip()
    draft.text = f"{message.text}\n\n{typed}".strip() if typed != message.text else message.text
    draft.updated_at = at
    draft.save(update_fields=["text", "updated_at"])
    message.attachments.update(message=None, draft=draft)
    return draft


def _put_back(ticket: Ticket, answered: Answered) -> list[Event]:
    """Only what is still as the answer left it. Returns the events that count as undone."""
    values: dict[str, Any] = {}
    undone = answered.caused
    before = Status(answered.before["status"])
    stays_open = before == Status.SOLVED and answered.since_then(ASKED)
    if answered.since_then(MOVED) or stays_open:
        # It goes on from there, so if the answer reopened it, that has happened.
        undone = [event for event in undone if event.kind != Kind.REOPENED]
        if stays_open and not answered.since_then(MOVED):
            values |= {"status": Status.OPEN, "solved_at": None}
    else:
        woken = before == Status.WAITING_CUSTOMER and answered.since_then({Kind.RECEIVED})
        values["status"] = Status.OPEN if woken else before
        values["solved_at"] = _moment(answered.before["solved_at"])
        undone = [*undone, *(event for event in answered.since if event.kind == Kind.CLOSED)]
    if not answered.since_then(HELD):
        values["assignee_id"] = answered.before["assignee"]
    if not _is_over(ticket, answered):
        waited = [one for one in (_moment(answered.before["waiting_since"]), ticket.waiting_since) if one]
        values["waiting_since"] = min(waited, default=None)
    change(ticket, **values)
    return undone


def _is_over(ticket: Ticket, answered: Answered) -> bool:
    """Nobody waits for this answer any more: the customer got it by phone, or found that it is solved."""
    by_phone = any(event.kind == Kind.PHONED and event.data.get("answered") for event in answered.since)
    return by_phone or (not ticket.is_unsolved and answered.since_then({Kind.SOLVED}))


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
