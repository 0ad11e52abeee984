"""Who may see what. Every page fetches through here; who may not see a thing learns only that there is no
such page."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from customers.links import BadLink, decode, encode, order_by_token
from customers.models import ActivationCode, Customer, Order
from customers.secrets import derived_key
from tickets.models import Agent, Attachment, Draft, InMail, Message, Ticket


def ticket_token(ticket: Ticket) -> str:
    """What opens the ticket for its customer: a random name and a signature bound to the ticket, the person
    and the epoch, so that a link of a ticket that went to another customer, or was revoked, means
    nothing."""
    return f"{ticket.public_id}.{encode(_signature(ticket))}"


def ticket_url(ticket: Ticket) -> str:
    """Absolute, for mails."""
    return settings.SITE_URL + reverse("portal:ticket", args=[ticket_token(ticket)])


def ticket_by_token(token: str, *, now: datetime, tickets: QuerySet[Ticket] | None = None) -> Ticket:
    """The ticket a customer's link leads to. 404 for forged, revoked and expired links alike."""
    public_id, _, signature = token.partition(".")
    everything = Ticket.objects.all() if tickets is None else tickets
    ticket = everything.filter(public_id=public_id).first() if _is_name(public_id) else None
    try:
        genuine = ticket is not None and hmac.compare_digest(decode(signature), _signature(ticket))
    except ValueError:
        genuine = False
    if ticket is None or not genuine:
        raise Http404
    if now > ticket.last_activity_at + timedelta(days=settings.TICKET_LINK_DAYS):
        raise Http404
    return ticket


def order_for_link(shop_slug: str, token: str, *, now: datetime) -> Order:
    """The order an order link leads to. 404 for a bad link; `OrderNotHere` when only the import is
    missing."""
    try:
        return order_by_token(shop_slug, token, now=now)
    except BadLink as error:
        raise Http404 from error


def code_of_order(order: Order, public_ref: str) -> ActivationCode:
    code = (
        ActivationCode.objects.select_related("item__product__category")
        .filter(item__order=order, public_ref=public_ref)
        .defer("code")
        .first()
        if _is_name(public_ref)
        else None
    )
    if code is None:
        raise Http404
    return code


def visible_tickets(agent: Agent) -> QuerySet[Ticket]:
    """Every agent who works here helps in every shop."""
    return Ticket.objects.all() if agent.is_active else Ticket.objects.none()


def ticket_for_agent(agent: Agent, number: int, *, tickets: QuerySet[Ticket] | None = None) -> Ticket:
    """A ticket by the number that agents use; `tickets` may carry joins and annotations."""
    base = visible_tickets(agent) if tickets is None else tickets & visible_tickets(agent)
    ticket = base.by_number(number).first()
    if ticket is None:
        raise Http404
    return ticket


def visible_mails(agent: Agent) -> QuerySet[InMail]:
    """Mail is for every agent who works here, as tickets are."""
    return InMail.objects.all() if agent.is_active else InMail.objects.none()


def in_mail_for_agent(agent: Agent, public_id: UUID) -> InMail:
    mails = visible_mails(agent).select_related("mailbox__shop", "ticket", "looks_like")
    mail = mails.defer("mailbox__password", "mailbox__shop__link_secret").filter(public_id=public_id).first()
    if mail is None:
        raise Http404
    return mail


def tickets_of_customer(customer: Customer) -> QuerySet[Ticket]:
    return Ticket.objects.filter(customer=customer).order_by("-pk")


def attachment_for_agent(agent: Agent, public_id: UUID) -> Attachment:
    """Any file of a message or note, and the agent's own unsent ones."""
    if not agent.is_active:
        raise Http404
    return _one(
        Attachment.objects.filter(Q(message__isnull=False) | Q(note__isnull=False) | Q(draft__agent=agent)),
        public_id,
    )


def attachment_for_customer(ticket: Ticket, public_id: UUID) -> Attachment:
    """A file in the conversation of the customer's own ticket, or of the answer being written. Never one of
    a note."""
    seen = Message.objects.filter(ticket=ticket).for_customer(timezone.now())
    mine = Q(message__in=seen) | Q(draft__ticket=ticket, draft__agent=None)
    return _one(Attachment.objects.filter(mine), public_id)


def attachment_of_draft(draft: Draft, public_id: UUID) -> Attachment:
    return _one(Attachment.objects.filter(draft=draft), public_id)


def _one(attachments: QuerySet[Attachment], public_id: UUID) -> Attachment:
    attachment = attachments.filter(public_id=public_id).first()
    if attachment is None:
        raise Http404
    return attachment


def _is_name(text: str) -> bool:
    """Nothing that a database would stumble over, such as a NUL; random names are printable ASCII."""
    return bool(text) and text.isascii() and text.isprintable()


def _signature(ticket: Ticket) -> bytes:
    text = f"{ticket.public_id}:{ticket.customer_id}:{ticket.link_epoch}"
    return hmac.new(derived_key("ticket-link:v1"), text.encode(), hashlib.sha256).digest()
