"""What the ticket page says about the mails of a ticket: who takes part, to which ticket it may belong, which order is
meant, and how sure the sender is. Two statements, one more for a customer with several addresses, and one while a
one-time code is out."""

from dataclasses import dataclass, field

from django.utils import timezone

from customers.models import CustomerAddress, Order
from tickets.actions import code_out
from tickets.channels.addresses_of import written_to
from tickets.desk.talk import Talk
from tickets.models import InMail, Participant, Ticket, VerificationCode


@dataclass
class AboutMail:
    participants: list[Participant] = field(default_factory=list)
    to: CustomerAddress | None = None
    """Where the customer gets the answer."""
    first: InMail | None = None
    """The mail that opened the ticket."""
    looks_like: Ticket | None = None
    order: Order | None = None
    """Mentioned in the mail, while the ticket has none."""
    code_ref: str = ""
    code_masked: str = ""
    order_is_of_another: bool = False
    needs_verified: bool = False
    code_out: VerificationCode | None = None


def read_mail(ticket: Ticket, talk: Talk) -> AboutMail:
    about = AboutMail(list(ticket.participants.filter(removed_at=None)), written_to(ticket))
    about.needs_verified = ticket.problem_type.needs_verified and not ticket.verified
    said = {one.id: one for one in talk.said if one.what == "message"}
    mails = InMail.objects.filter(ticket=ticket, message__isnull=False).order_by("pk")
    related = ("looks_like", "mentions_order__customer", "mentions_code")
    for mail in mails.select_related(*related).defer("mentions_code__code", "reason"):
        if mail.message_id in said and said[mail.message_id].kind == "in":
            said[mail.message_id].mail = mail.public_id
        if about.first is None and mail.outcome == InMail.Outcome.OPENED:
            about.first = mail
    if about.first:
        _suggest(about, about.first, ticket)
    if ticket.verified != "code":
        about.code_out = code_out(ticket, timezone.now()) if about.needs_verified else None
    return about


def _suggest(about: AboutMail, mail: InMail, ticket: Ticket) -> None:
    if mail.looks_like_id != ticket.pk and not ticket.merged_into_id and ticket.is_unsolved:
        about.looks_like = mail.looks_like
    if mail.mentions_order and not ticket.order_id:
        about.order = mail.mentions_order
        about.order_is_of_another = mail.mentions_order.customer_id != ticket.customer_id
        if mail.mentions_code:
            about.code_ref, about.code_masked = mail.mentions_code.public_ref, mail.mentions_code.masked
