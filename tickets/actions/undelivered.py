"""A mail did not reach its reader: the ticket goes back before an agent."""

from datetime import datetime

from django.db import transaction

from customers.linking import mark_bounced
from tickets.actions._ticket import change, locked
from tickets.actions.status import reopen, wait_for
from tickets.events import record
from tickets.models import Agent, Delivery, Event, Notice, Ticket
from tickets.models.ticket import Status

State = Delivery.State


@transaction.atomic
def undelivered(
    delivery: Delivery, *, bounced: bool, detail: str, is_address: bool = True, at: datetime
) -> bool:
    """The mail came back (`bounced`), or no server took it. Said again of the same mail, it changes nothing.

    An answer of the desk that its customer never got counts as none: a solved ticket is reopened, a waiting one is
    open again and stands in the queue, and its author hears of it. A closed one stays closed. `is_address`: the
    address is to blame, and is marked.
    """
    ticket = locked(delivery.ticket) if delivery.ticket_id else None
    told = detail[:500].replace("\0", "")
    over = {"detail": told, "next_attempt_at": None}
    over |= {"state": State.BOUNCED, "bounced_at": at} if bounced else {"state": State.FAILED}
    known = Delivery.objects.filter(pk=delivery.pk).exclude(state__in=[State.BOUNCED, State.FAILED])
    if not known.update(**over):
        return False
    if is_address and delivery.via == Delivery.Via.MAIL:
        mark_bounced(delivery.to, told, at=at)
    if ticket:
        kind = Event.Kind.MAIL_BOUNCED if bounced else Event.Kind.MAIL_FAILED
        back = _is_unanswered_by(delivery) and ticket.status != Status.CLOSED
        data = {"delivery": delivery.pk, "mail": delivery.kind, "to": delivery.to, "detail": told}
        if back:
            _put_back(ticket, at)
        record(ticket, kind, by=None, at=at, put_back=back, **data)
        _tell(ticket, delivery, told, at)
    return True


def _is_unanswered_by(delivery: Delivery) -> bool:
    """Whether the customer has no answer because of it: a copy to somebody else that fails takes nothing from them."""
    return delivery.message_id is not None and delivery.kind == "reply" and delivery.participant_id is None


def _put_back(ticket: Ticket, at: datetime) -> None:
    if ticket.status == Status.SOLVED:
        reopen(ticket, by=None, at=at)
    elif ticket.status in (Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER):
        wait_for(ticket, Status.OPEN, by=None, at=at)
    ticket = locked(ticket)
    change(ticket, waiting_since=ticket.waiting_since or at, last_activity_at=at)


def _tell(ticket: Ticket, delivery: Delivery, detail: str, at: datetime) -> None:
    """Its author, and whoever has the ticket now."""
    author = delivery.message.agent if delivery.message else None
    people: dict[int, Agent] = {one.pk: one for one in (author, ticket.holder) if one and one.is_active}
    data = {"to": delivery.to, "detail": detail, "mail": delivery.kind}
    Notice.objects.bulk_create(
        Notice(agent=agent, ticket=ticket, kind="mail_failed", data=data, created_at=at)
        for agent in people.values()
    )
