"""Which ticket a mail belongs to, and as whom its sender writes there. Looked up in this order, and the first that is
found decides:

1. the signed reply address it was sent to, which we gave to one person for one ticket;
2. the Message-IDs it answers: of our mails, or of mails that went into a ticket;
3. the ticket number in its subject, only if the sender takes part in that ticket.

Somebody who takes no part is a stranger there. Nothing here believes what a mail says about itself beyond its sender's
address, and that is written down as verified or not (checked by the caller).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from customers.linking import find_customer, fold_email
from customers.models import Customer
from tickets.channels.mail_in.headers import headers
from tickets.channels.mail_in.mail import Mail
from tickets.channels.reply_address import REPLY, read_token
from tickets.models import Delivery, InMail, Participant, Ticket

SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")
"""Beside To and Cc: where mail servers write down for whom a mail was."""
ANSWERED_AT_MOST = 20
HEX_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
NUMBER = re.compile(r"#\s?([0-9]{6,12})\b")
REPLY_MARK = re.compile(
    r"^\s*(?:(?:re|aw|sv|vs|vl|odp|antw|fwd?|fw|wg|edasi|vá|rv|tr)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
JOINED_AT_MOST = 20


@dataclass(frozen=True)
class Place:
    ticket: Ticket | None = None
    customer: Customer | None = None
    """The sender as the customer of this ticket, or, without a ticket, as a customer that we know."""
    participant: Participant | None = None
    by_token: bool = False
    """It came to a reply address of ours by the person that this address was made for."""
    looks_like: Ticket | None = None
    """Where it may belong, which an agent decides."""

    @property
    def is_stranger(self) -> bool:
        return self.ticket is not None and self.customer is None and self.participant is None


def find_place(mail: Mail, sender: str) -> Place:
    """`sender` is the address that counts as the sender's."""
    known = find_customer(sender)
    strong, token = _by_token(mail), True
    if strong is None:
        strong, token = _by_answered(mail), False
    if strong:
        ticket, made_for = strong
        place = _as_whom(_where_it_goes_on(ticket), sender, known)
        if place.is_stranger and not place.ticket.is_unsolved:
            # Into a finished ticket nobody looks; an agent decides whether they belong together.
            return Place(customer=known, looks_like=place.ticket)
        return replace(place, by_token=token and _is_for(made_for, sender, place))
    named = _by_number(mail.subject)
    if named:
        place = _as_whom(_where_it_goes_on(named), sender, known)
        return Place(customer=known, looks_like=place.ticket) if place.is_stranger else place
    return Place(customer=known, looks_like=_by_subject(mail.subject, known))


def sent_to(mail: Mail) -> list[str]:
    """All addresses that the mail says it went to."""
    named = [one.address for one in (*mail.to, *mail.cc)]
    for name in SENT_TO:
        named += [value.strip("<> ") for value in headers(mail.raw_headers, name)]
    return [address for address in named if address]


def _by_token(mail: Mail) -> tuple[Ticket, str] | None:
    for address in sent_to(mail):
        token = read_token(address)
        if token and token.kind == REPLY:
            delivery = Delivery.objects.select_related("ticket").filter(pk=token.delivery).first()
            if delivery and delivery.ticket:
                return delivery.ticket, delivery.to
    return None


def _by_answered(mail: Mail) -> tuple[Ticket, str] | None:
    ids = mail.answers_to[:ANSWERED_AT_MOST]
    if not ids:
        return None
    ours = [UUID(hex=match[1]) for one in ids if (match := HEX_ID.fullmatch(one.casefold()))]
    if ours:
        sent = Delivery.objects.select_related("ticket").filter(public_id__in=ours, ticket__isnull=False)
        if delivery := sent.order_by("-pk").first():
            return delivery.ticket, delivery.to
    roots = [one[1:].partition("@")[0] for one in ids if one.isascii()]
    if ticket := Ticket.objects.filter(public_id__in=roots).order_by("-pk").first():
        return ticket, ""
    came = InMail.objects.select_related("ticket").filter(header_id__in=ids, ticket__isnull=False)
    earlier = came.order_by("-pk").first()
    return (earlier.ticket, "") if earlier else None


def _by_number(subject: str) -> Ticket | None:
    for number in NUMBER.findall(subject)[:3]:
        if ticket := Ticket.objects.by_number(int(number)).first():
            return ticket
    return None


def _by_subject(subject: str, customer: Customer | None) -> Ticket | None:
    """The newest open ticket of a customer whose mail answers one of the same subject, by its "Re:"."""
    bare = bare_subject(subject)
    if customer is None or not bare or bare == subject.strip():
        return None
    mine = Ticket.objects.unsolved().filter(customer=customer)
    return mine.filter(Q(subject__iexact=bare) | Q(subject__iexact=subject.strip())).order_by("-pk").first()


def bare_subject(subject: str) -> str:
    return REPLY_MARK.sub("", subject).strip()


def _where_it_goes_on(ticket: Ticket) -> Ticket:
    for _turn in range(JOINED_AT_MOST):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket


def _as_whom(ticket: Ticket, sender: str, known: Customer | None) -> Place:
    if known and known.pk == ticket.customer_id:
        return Place(ticket, customer=known)
    folded = fold_email(sender)
    takes_part = ticket.participants.filter(folded=folded, removed_at=None).first()
    return Place(ticket, participant=takes_part)


def _is_for(made_for: str, sender: str, place: Place) -> bool:
    """The reply address went to the sender: to this address, or to another one of the same customer."""
    if fold_email(made_for) == fold_email(sender):
        return not place.is_stranger
    return place.customer is not None and _is_of(made_for, place.customer)


def _is_of(address: str, customer: Customer) -> bool:
    return customer.addresses.filter(folded=fold_email(address)).exists()


def newcomers(mail: Mail, sender: str, own: Iterable[str]) -> list[tuple[str, str]]:
    """Name and address of those whom a mail was sent to besides us, each once."""
    seen = {fold_email(sender)}
    found = []
    for one in (*mail.to, *mail.cc):
        folded = fold_email(one.address)
        if one.address and folded not in seen and one.address not in own:
            seen.add(folded)
            found.append((one.name, one.address))
    return found
