from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.linking import customer_for
from tickets.actions._ticket import change, locked
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Event, InMail, Message, Ticket
from tickets.models.ticket import Channel


@transaction.atomic
def move_out(message: Message, *, by: Agent, at: datetime) -> Ticket:
    """What a stranger wrote into a ticket becomes a ticket of their own. Raises `Refused` for what is no stranger's."""
    ticket = locked(message.ticket)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.is_stranger:
        raise Refused(_("This message belongs to the ticket by now."))
    mail = InMail.objects.filter(message=message).select_related("mailbox").first()
    mailbox = mail.mailbox if mail else ticket.mailbox
    customer = customer_for(
        message.sender_address, name=message.sender_name, language=ticket.customer.language
    )
    new = Ticket.objects.create(
        shop=ticket.shop,
        customer=customer,
        mailbox=mailbox,
        problem_type=mailbox.problem_type if mailbox else ticket.problem_type,
        subject=(mail.subject if mail else "")[:200] or ticket.subject,
        channel=Channel.MAIL,
        opened_at=message.created_at,
        waiting_since=message.created_at,
        last_activity_at=at,
    )
    Message.objects.filter(pk=message.pk).update(ticket=new, is_stranger=False, customer=customer)
    InMail.objects.filter(message=message).update(ticket=new)
    record(
        new,
        Event.Kind.OPENED,
        by=by,
        at=at,
        message=message.pk,
        channel=Channel.MAIL,
        moved_from=ticket.number,
    )
    record(ticket, Event.Kind.JOINED, by=by, at=at, into=new.number, messages=[message.pk])
    _waits_no_more(ticket)
    return new


def _waits_no_more(ticket: Ticket) -> None:
    """A ticket that waited for us because of the stranger alone does so no longer."""
    ticket = locked(ticket)
    answered = ticket.messages.filter(direction=Message.Direction.OUT).order_by("-pk").first()
    asked = ticket.messages.filter(direction=Message.Direction.IN, is_automatic=False)
    if answered and not asked.filter(pk__gt=answered.pk).exists():
        change(ticket, waiting_since=None)
