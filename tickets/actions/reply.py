from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tickets.actions._ticket import change, locked, moment, stop_if_held
from tickets.actions.claim import claim
from tickets.actions.draft import hand_in
from tickets.actions.refusals import Finished, NothingSaid
from tickets.actions.seen import Seen, stop_if_changed
from tickets.actions.status import reopen, solve, wait_for
from tickets.channels import mail_out
from tickets.events import record
from tickets.models import Agent, Draft, Event, Message, Participant, Ticket
from tickets.models.ticket import Status


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    by: Agent,
    text: str,
    draft: Draft | None = None,
    seen: Seen | None = None,
    then: Status = Status.OPEN,
    participants: Collection[Participant] | None = None,
    at: datetime | None = None,
) -> Message:
    """Answer the customer, on the page and by mail, and leave the ticket in status `then`. Of its participants all get
    it, or those that are named. For SEND_DELAY_SECONDS it is held, and its author may take it back.

    A ticket that nobody has is claimed on the way. Raises `ChangedMeanwhile` when it moved on since `seen`, `HeldBy`
    when a colleague has it, `Finished` when it is closed, `NothingSaid` without text and files.
    """
    ticket, now = locked(ticket), moment(at)
    if ticket.status == Status.CLOSED:
        raise Finished(ticket)
    if seen:
        stop_if_changed(ticket, seen, by)
    stop_if_held(ticket, by)
    if not text.strip() and not (draft and draft.attachments.exists()):
        raise NothingSaid
    before = _columns(ticket)
    newest = ticket.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    if ticket.status == Status.SOLVED:
        reopen(ticket, by=by, at=now)
    claim(ticket, by=by, at=now)
    delay = timedelta(seconds=settings.SEND_DELAY_SECONDS)
    message = Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.OUT,
        agent=by,
        text=text.strip(),
        held_until=now + delay if delay else None,
        created_at=now,
    )
    if draft:
        hand_in(draft, message=message)
    ticket = locked(ticket)
    change(ticket, waiting_since=None, last_activity_at=now)
    told = {"before": before, "after": newest, "turned": ticket.status != then}
    record(ticket, Event.Kind.REPLIED, by=by, at=now, message=message.pk, **told)
    if then == Status.SOLVED:
        solve(ticket, by=by, tell=False, at=now)
    else:
        wait_for(ticket, then, by=by, at=now)
    active = ticket.participants.filter(removed_at=None)
    if participants is not None:
        active = active.filter(pk__in=[one.pk for one in participants])
    mail_out.send_reply(message, participants=active, at=now)
    return message


def _columns(ticket: Ticket) -> dict[str, Any]:
    """What an answer changes, as JSON: to be put back when it is taken back."""
    return {
        "status": ticket.status,
        "assignee": ticket.assignee_id,
        "waiting_since": ticket.waiting_since.isoformat() if ticket.waiting_since else None,
        "solved_at": ticket.solved_at.isoformat() if ticket.solved_at else None,
    }
