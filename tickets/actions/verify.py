"""One-time codes by which a customer proves to read mail at the known address (PRODUCT.md W2)."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from customers.models import CustomerAddress
from customers.secrets import derived_key
from tickets.actions._ticket import change, locked
from tickets.actions.refusals import Refused
from tickets.channels import mail_out
from tickets.events import Actor, record
from tickets.models import Agent, Event, Ticket, VerificationCode
from tickets.models.ticket import Verified

VALID = timedelta(hours=24)
TRIES = 5


@transaction.atomic
def send_code(ticket: Ticket, *, to: CustomerAddress, by: Agent, at: datetime) -> VerificationCode:
    """Mail six digits to a known address of the ticket's customer. Codes sent before are worth nothing any more."""
    ticket = locked(ticket)
    if to.customer_id != ticket.customer_id:
        raise Refused(_("This is no address of the customer."))
    ticket.verification_codes.filter(used_at=None).update(expires_at=at)
    code = f"{secrets.randbelow(1_000_000):06}"
    sent = VerificationCode.objects.create(
        ticket=ticket,
        to=to.email,
        code_hash=_hash(ticket, code),
        sent_by=by,
        created_at=at,
        expires_at=at + VALID,
    )
    mail_out.verify_code(ticket, to=to.email, code=code, at=at)
    record(ticket, Event.Kind.CODE_SENT, by=by, at=at, to=to.email)
    return sent


def confirm_code(ticket: Ticket, code: str, *, by: Actor, at: datetime) -> bool:
    """Whether these are the digits: typed by an agent who has the customer on the phone, or by the customer. Five wrong
    ones end the code."""
    with transaction.atomic():
        ticket = locked(ticket)
        out = code_out(ticket, at)
        if out is None:
            return False
        typed = "".join(character for character in code if character.isdigit())
        if not hmac.compare_digest(out.code_hash, _hash(ticket, typed)):
            VerificationCode.objects.filter(pk=out.pk).update(wrong_tries=F("wrong_tries") + 1)
            return False
        VerificationCode.objects.filter(pk=out.pk).update(used_at=at)
        change(ticket, verified=Verified.CODE)
        record(ticket, Event.Kind.VERIFIED, by=by, at=at, how=Verified.CODE, to=out.to)
        return True


def code_out(ticket: Ticket, at: datetime) -> VerificationCode | None:
    """The code that somebody may still type."""
    open_ones = ticket.verification_codes.filter(used_at=None, expires_at__gt=at, wrong_tries__lt=TRIES)
    return open_ones.order_by("-pk").first()


def _hash(ticket: Ticket, code: str) -> str:
    return hmac.new(
        derived_key("verification:v1"), f"{ticket.pk}:{code}".encode(), hashlib.sha256
    ).hexdigest()
