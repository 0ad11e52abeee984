from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.models import Customer
from tickets.actions._ticket import change, hold_order, locked, moment
from tickets.actions.draft import discard, hand_in
from tickets.actions.open_ticket import follow_up, goes_on_in
from tickets.actions.refusals import NothingSaid
from tickets.actions.status import reopen
from tickets.events import record
from tickets.models import Draft, Event, Message, Ticket
from tickets.models.ticket import Channel, Status


@transaction.atomic
def receive(
    ticket: Ticket,
    *,
    by: Customer,
    text: str,
    draft: Draft | None = None,
    channel: Channel = Channel.WEB,
    seen: int | None = None,
    at: datetime | None = None,
) -> Message:
    """The customer says something. It wakes a waiting ticket and reopens a solved one; after a closed one
    it opens a new ticket that follows it. Where the customer has reported it anew, it goes there. So look at
    `message.ticket`.

    `seen` is the newest message the customer saw when writing, 0 for none: the same text sent twice from
    one page is one message, and the second time gets the first."""
    hold_order(ticket.order_id)
    ticket, now = locked(ticket), moment(at)
    again = said_already(ticket, by, text, seen, draft)
    if again:
        if draft:
            discard(draft)
        return again
    if not text.strip() and not (draft and draft.attachments.exists()):
        raise NothingSaid
    elsewhere = None if ticket.is_unsolved else goes_on_in(ticket, at=now)
    if elsewhere:
        return receive(elsewhere, by=by, text=text, draft=draft, channel=channel, seen=seen, at=now)
    if ticket.status == Status.CLOSED:
        return follow_up(ticket, by=by, text=text, draft=draft, channel=channel, at=now)
    message = Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.IN,
        channel=channel,
        customer=by,
        text=text.strip(),
        created_at=now,
    )
    if draft:
        hand_in(draft, message=message)
    if ticket.status == Status.SOLVED:
        reopen(ticket, by=by, at=now)
        ticket = locked(ticket)
    # The oldest unanswered message keeps the place in the queue, however often the customer asks again.
    change(ticket, waiting_since=ticket.waiting_since or now, last_activity_at=now)
    if ticket.status == Status.WAITING_CUSTOMER:
        change(ticket, status=Status.OPEN)
    record(ticket, Event.Kind.RECEIVED, by=by, at=now, message=message.pk)
    return message


def said_already(
    ticket: Ticket, by: Customer, text: str, seen: int | None, draft: Draft | None = None
) -> Message | None:
    """The message that this text and the files of `draft`, sent from a page whose newest message was `seen`,
    became a moment ago."""
    if seen is None:
        return None
    here = Q(ticket=ticket) | Q(ticket__follows=ticket)
    files = _hashes(draft) if draft else set()
    same_text = Message.objects.filter(here, customer=by, text=text.strip(), pk__gt=seen)
    return next((message for message in same_text if files <= _hashes(message)), None)


def _hashes(of: Draft | Message) -> set[str]:
    return set(of.attachments.values_list("sha256", flat=True))
