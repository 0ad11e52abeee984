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
    ticket: Ticket,
    *,
    by: Agent,
    text: str,
    draft: Draft | None = None,
    seen: Seen | None = None,
    at: datetime | None = None,
) -> Note:
    """Write down what only agents see. Anybody at the desk may, whoever has the ticket.

    The same note twice from one page (`seen`) is one, and the second time gets the first.
    """
    ticket, now = locked(ticket), moment(at)
    note = Note(ticket=ticket, kind=Note.Kind.NOTE, agent=by, text=text.strip(), created_at=now)
    if again := _written_already(note, seen):
        return again
    _write(note, draft)
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

    The same memo twice from one page (`seen`) is one, and the second time gets the first. An answer raises
    `ChangedMeanwhile` when the ticket moved on since that page.
    """
    ticket, now = locked(ticket), moment(at)
    memo = Note(
        ticket=ticket,
        kind=Note.Kind.PHONE_MEMO,
        agent=by,
        text=text.strip(),
        answered=answered,
        created_at=now,
    )
    if again := _written_already(memo, seen):
        return again
    if answered and seen:
        stop_if_changed(ticket, seen, by)
    _write(memo, draft)
    if answered and ticket.waiting_since:
        change(ticket, waiting_since=None)
    record(ticket, Event.Kind.PHONED, by=by, at=now, note=memo.pk, answered=answered)
    return memo


def _written_already(note: Note, seen: Seen | None) -> Note | None:
    if seen is None:
        return None
    return note.ticket.notes.filter(
        pk__gt=seen.note, kind=note.kind, agent=note.agent, text=note.text, answered=note.answered
    ).first()


def _write(note: Note, draft: Draft | None) -> None:
    files: Sequence[Attachment] = list(draft.attachments.all()) if draft else []
    if not note.text and not files:
        raise NothingSaid
    note.save()
    change(note.ticket, last_activity_at=note.created_at)
    if draft:
        hand_in(draft, note=note)
