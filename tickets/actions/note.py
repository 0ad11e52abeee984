from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tickets.actions._ticket import change, locked, moment
from tickets.actions.draft import hand_in
from tickets.actions.refusals import NothingSaid
from tickets.actions.seen import Seen, stop_if_changed
from tickets.events import record
from tickets.models import Agent, Attachment, Draft, Event, Note, Ticket


@transaction.atomic
def add_note(
    ticket: Ticket, *, by: Agent, text: str, draft: Draft | None = None, at: datetime | None = None
) -> Note:
    """Write down what only agents see. Anybody at the desk may, whoever has the ticket."""
    ticket, now = locked(ticket), moment(at)
    note = _write(ticket, Note.Kind.NOTE, by, text, draft, now)
    record(ticket, Event.Kind.NOTED, by=by, at=now, note=note.pk)
    return note


@transaction.atomic
def add_memo(
    ticket: Ticket,
    *,
    by: Agent,
    text: str,
    answered: bool,
    draft: Draft | None = None,
    seen: Seen | None = None,
    at: datetime | None = None,
) -> Note:
    """Write down what was said on the phone. `answered`: the customer has the answer, nobody waits for one any more.

    An answer raises `ChangedMeanwhile` when the ticket moved on since the agent's page (`seen`).
    """
    ticket, now = locked(ticket), moment(at)
    if answered and seen:
        stop_if_changed(ticket, seen, by)
    note = _write(ticket, Note.Kind.PHONE_MEMO, by, text, draft, now)
    if answered and ticket.waiting_since:
        change(ticket, waiting_since=None)
    record(ticket, Event.Kind.PHONED, by=by, at=now, note=note.pk, answered=answered)
    return note


def _write(ticket: Ticket, kind: Note.Kind, by: Agent, text: str, draft: Draft | None, now: datetime) -> Note:
    files: Sequence[Attachment] = list(draft.attachments.all()) if draft else []
    if not text.strip() and not files:
        raise NothingSaid
    note = Note.objects.create(ticket=ticket, kind=kind, agent=by, text=text.strip(), created_at=now)
    change(ticket, last_activity_at=now)
    if draft:
        hand_in(draft, note=note)
    return note
