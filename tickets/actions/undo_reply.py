from datetime import datetime

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tickets.actions._ticket import change, locked
from tickets.actions.draft import hold, reply_draft
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Delivery, Draft, Event, Message, Ticket

CAUSED = (
    *(Event.Kind.REPLIED, Event.Kind.CLAIMED, Event.Kind.REOPENED),
    *(Event.Kind.STATUS_CHANGED, Event.Kind.SOLVED),
)


@transaction.atomic
def undo_reply(message: Message, *, by: Agent, at: datetime) -> Draft:
    """Take an answer back while it is held: text and files lie in the author's draft again, and the ticket is as it was
    before, as far as nothing else has happened to it since. Raises `Refused` when it has left."""
    ticket = locked(message.ticket)
    message = Message.objects.filter(pk=message.pk, agent=by).first()
    if message is None:
        raise Refused(_("This answer was taken back already."))
    _stop_mails(message, at)
    said = ticket.events.filter(kind=Event.Kind.REPLIED, data__message=message.pk).get()
    caused = _caused(ticket, said)
    draft = _into_draft(ticket, message, by, at)
    _put_back(ticket, said, caused, at)
    message.delete()
    record(ticket, Event.Kind.REPLY_UNDONE, by=by, at=at, undone=[event.pk for event in caused])
    return draft


def _stop_mails(message: Message, at: datetime) -> None:
    """The row count decides against a worker that takes one of them in this moment."""
    mails = message.deliveries.count()
    waiting = message.deliveries.filter(state=Delivery.State.QUEUED, attempts_made=0)
    # Stopped by the same column by which a worker takes them, then deleted with their message.
    stopped = waiting.filter(next_attempt_at__isnull=False).update(next_attempt_at=None)
    if message.held_until is None or at >= message.held_until or stopped != mails:
        raise Refused(_("It has been sent already, so it cannot be taken back. You can write another one."))


def _caused(ticket: Ticket, said: Event) -> list[Event]:
    """The answer and what it brought about in the same moment."""
    same = ticket.events.filter(at=said.at, agent=said.agent_id, kind__in=CAUSED)
    return list(same.order_by("pk"))


def _into_draft(ticket: Ticket, message: Message, by: Agent, at: datetime) -> Draft:
    draft = reply_draft(ticket, agent=by, at=at)
    hold(draft)
    draft.refresh_from_db()
    typed = draft.text.strip()
    draft.text = f"{message.text}\n\n{typed}" if typed and typed != message.text else message.text
    draft.updated_at = at
    draft.save(update_fields=["text", "updated_at"])
    message.attachments.update(message=None, draft=draft)
    return draft


def _put_back(ticket: Ticket, said: Event, caused: list[Event], at: datetime) -> None:
    """Only what is still as the answer left it: what others did since stays."""
    before = said.data.get("before", {})
    later = ticket.events.filter(pk__gt=max(event.pk for event in caused)).exclude(agent=None, customer=None)
    moved = set(later.values_list("kind", flat=True))
    values = {}
    if not moved & {Event.Kind.STATUS_CHANGED, Event.Kind.SOLVED, Event.Kind.REOPENED, Event.Kind.CLOSED}:
        values["status"] = before.get("status", ticket.status)
        values["solved_at"] = _moment(before.get("solved_at"))
    if not moved & {Event.Kind.CLAIMED, Event.Kind.RELEASED, Event.Kind.HANDED_OVER}:
        values["assignee_id"] = before.get("assignee")
    waited = [one for one in (_moment(before.get("waiting_since")), ticket.waiting_since) if one]
    values["waiting_since"] = min(waited, default=None)
    change(ticket, **values)


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
