"""What comes into a ticket from those who take no part in it: kept for the agents, unseen by the customer."""

from datetime import datetime

from django.db import transaction

from tickets.actions._ticket import change, locked
from tickets.actions.by_mail import ByMail, say_by_mail
from tickets.events import record
from tickets.models import Event, Message, Ticket


@transaction.atomic
def hear_stranger(ticket: Ticket, *, text: str, mail: ByMail, at: datetime) -> Message:
    """Somebody unknown answered a mail of this ticket: often the customer from another address, so an agent must look.
    It reopens nothing and promises nothing, and nobody gets an answer before an agent said who it is."""
    ticket = locked(ticket)
    message = say_by_mail(mail, text=text, at=at, ticket=ticket, is_stranger=True)
    values = {"last_activity_at": at}
    if ticket.is_unsolved:
        values["waiting_since"] = ticket.waiting_since or at
    change(ticket, **values)
    record(ticket, Event.Kind.STRANGER_WROTE, by=None, at=at, message=message.pk, address=mail.address)
    return message


@transaction.atomic
def hear_machine(ticket: Ticket, *, text: str, mail: ByMail, why: str, at: datetime) -> Message:
    """An automatic answer, such as an out-of-office note. Changes nothing: nobody asks anything."""
    ticket = locked(ticket)
    message = say_by_mail(mail, text=text, at=at, ticket=ticket, is_automatic=True)
    record(ticket, Event.Kind.MACHINE_WROTE, by=None, at=at, message=message.pk, why=why)
    return message
