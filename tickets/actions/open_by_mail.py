from datetime import datetime

from django.db import transaction

from customers.models import Customer
from tickets.actions.by_mail import ByMail, say_by_mail
from tickets.channels import mail_out
from tickets.events import record
from tickets.models import Event, Mailbox, Message, Ticket
from tickets.models.ticket import Channel

NO_SUBJECT = "(no subject)"


@transaction.atomic(savepoint=False)
def open_by_mail(
    mailbox: Mailbox,
    *,
    by: Customer,
    subject: str,
    text: str,
    mail: ByMail,
    acknowledge: bool,
    at: datetime,
) -> Message:
    """A new ticket for a mail that belongs to none; returned is its message. An agent says which order it is about."""
    ticket = Ticket.objects.create(
        shop=mailbox.shop,
        customer=by,
        mailbox=mailbox,
        problem_type=mailbox.problem_type,
        subject=subject[:200] or NO_SUBJECT,
        channel=Channel.MAIL,
        verified=mail.verified,
        opened_at=at,
        waiting_since=at,
        last_activity_at=at,
    )
    message = say_by_mail(mail, text=text, at=at, ticket=ticket, customer=by)
    record(ticket, Event.Kind.OPENED, by=by, at=at, message=message.pk, channel=Channel.MAIL)
    if acknowledge:
        mail_out.acknowledge(ticket, first=message, at=at)
    return message
