from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.models import Customer
from tickets.actions._ticket import change, hold_order, locked, moment
from tickets.actions.by_mail import ByMail, say_by_mail, stronger
from tickets.actions.draft import discard, hand_in
from tickets.actions.open_ticket import follow_up, goes_on_in
from tickets.actions.refusals import Finished, NothingSaid
from tickets.actions.status import reopen
from tickets.events import record
from tickets.models import Draft, Event, Message, Participant, Ticket
from tickets.models.ticket import Channel, Status, Verified


@transaction.atomic
def receive(
    ticket: Ticket,
    *,
    by: Customer | Participant,
    text: str,
    draft: Draft | None = None,
    mail: ByMail | None = None,
    channel: Channel = Channel.WEB,
    seen: int | None = None,
    acknowledge: bool = True,
    at: datetime | None = None,
) -> Message:
    """The customer says something, or a participant by mail. It wakes a waiting ticket and reopens a solved one; after
    a closed one it opens a new ticket that follows it. Where the customer has reported it anew, it goes there. So look
    at `message.ticket`.

    `seen` is the newest message the customer saw when writing, 0 for none: the same text sent twice from
    one page is one message, and the second time gets the first. `mail` holds what a mail adds; an empty one is said,
    too. A participant cannot open a ticket: raises `Finished` for a closed one. `acknowledge`: who so opens a new one
    is thanked."""
    hold_order(ticket.order_id)
    ticket, now = locked(ticket), moment(at)
    customer = by if isinstance(by, Customer) else None
    again = said_already(ticket, customer, text, seen, draft) if customer else None
    if again:
        if draft:
            discard(draft)
        return again
    if not mail and not text.strip() and not (draft and draft.attachments.exists()):
        raise NothingSaid
    elsewhere = None if ticket.is_unsolved or not customer else goes_on_in(ticket, at=now)
    if elsewhere:
        return receive(
            elsewhere, by=by, text=text, draft=draft, mail=mail, channel=channel, seen=seen, at=now
        )
    if ticket.status == Status.CLOSED:
        if not customer:
            raise Finished(ticket)
        return follow_up(
            ticket,
            by=customer,
            text=text,
            draft=draft,
            mail=mail,
            channel=channel,
            acknowledge=acknowledge,
            at=now,
        )
    message = _say(ticket, by, text=text, mail=mail, channel=channel, at=now)
    if draft:
        hand_in(draft, message=message)
    if ticket.status == Status.SOLVED:
        reopen(ticket, by=customer, at=now)
        ticket = locked(ticket)
    # The oldest unanswered message keeps the place in the queue, however often the customer asks again.
    change(ticket, waiting_since=ticket.waiting_since or now, last_activity_at=now)
    if ticket.status == Status.WAITING_CUSTOMER:
        change(ticket, status=Status.OPEN)
    if mail and stronger(mail.verified, ticket.verified):
        change(ticket, verified=mail.verified)
    record(ticket, Event.Kind.RECEIVED, by=customer, at=now, message=message.pk)
    return message


def _say(
    ticket: Ticket,
    by: Customer | Participant,
    *,
    text: str,
    mail: ByMail | None,
    channel: Channel,
    at: datetime,
) -> Message:
    who = {"customer": by} if isinstance(by, Customer) else {"participant": by}
    if mail:
        return say_by_mail(mail, text=text, at=at, ticket=ticket, **who)
    return Message.objects.create(
        ticket=ticket,
        direction=Message.Direction.IN,
        channel=channel,
        verified=Verified.LINK if channel == Channel.WEB else Verified.NOT,
        text=text.strip(),
        created_at=at,
        **who,
    )


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
