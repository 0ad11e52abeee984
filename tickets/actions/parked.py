"""What agents do with a mail that is no part of a ticket yet. There is no history of a ticket to write into, so who did
what stands in the mail's own `told`."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.linking import customer_for
from customers.models import Customer
from tickets.actions.by_mail import ByMail
from tickets.actions.open_by_mail import open_by_mail
from tickets.actions.refusals import Refused
from tickets.channels.mail_in.mail import Mail
from tickets.evidence.names import clean_line
from tickets.models import Agent, InMail, Ticket

Outcome = InMail.Outcome
LOOSE = (Outcome.PARKED, Outcome.SET_ASIDE, Outcome.AUTO_REPLY, Outcome.BOUNCED)
"""What may become a ticket after all."""


@transaction.atomic
def make_ticket_of(
    in_mail: InMail, mail: Mail | None, *, email: str, name: str, by: Agent, at: datetime
) -> Ticket:
    """`mail` is None when it cannot be read: the ticket then says so, and the original stays at hand. Nobody is
    thanked, for an agent is at it. Raises `Refused` when it has a ticket already."""
    in_mail = (
        InMail.objects.select_for_update(of=("self",)).select_related("mailbox__shop").get(pk=in_mail.pk)
    )
    if in_mail.ticket_id or in_mail.outcome not in LOOSE:
        raise Refused(_("This mail belongs to a ticket already."))
    customer: Customer = customer_for(email, name=name[:200], language=in_mail.mailbox.language)
    said = ByMail(
        name=name,
        address=email,
        header_id=in_mail.header_id,
        quoted=mail.words.full if mail else "",
        files=mail.files if mail else (),
    )
    message = open_by_mail(
        in_mail.mailbox,
        by=customer,
        subject=clean_line(in_mail.subject),
        text=mail.words.own if mail else _("This mail could not be read. Its original is kept."),
        mail=said,
        acknowledge=False,
        at=at,
    )
    in_mail.told = in_mail.told | {"was": in_mail.outcome, "made_by": by.name}
    in_mail.outcome, in_mail.message, in_mail.ticket = Outcome.OPENED, message, message.ticket
    in_mail.save(update_fields=["told", "outcome", "message", "ticket"])
    return message.ticket


def set_aside(in_mail: InMail, *, by: Agent, at: datetime) -> bool:
    """Nothing for us; it stays where it can be found. False when it is no parked mail."""
    told = in_mail.told | {"set_aside_by": by.name, "set_aside_at": at.isoformat()}
    parked = InMail.objects.filter(pk=in_mail.pk, outcome=Outcome.PARKED, ticket=None)
    return bool(parked.update(outcome=Outcome.SET_ASIDE, told=told))


def take_back(in_mail: InMail, *, by: Agent, at: datetime) -> bool:
    told = in_mail.told | {"taken_back_by": by.name, "taken_back_at": at.isoformat()}
    aside = InMail.objects.filter(pk=in_mail.pk, outcome=Outcome.SET_ASIDE, ticket=None)
    return bool(aside.update(outcome=Outcome.PARKED, told=told))
