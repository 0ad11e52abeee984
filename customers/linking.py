"""Which customer an e-mail address belongs to."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import Customer, CustomerAddress

LONGEST_FOLDED = CustomerAddress._meta.get_field("folded").max_length


def fold_email(email: str) -> str:
    """One form for all ways of writing an address: trimmed, case folded, the domain in IDNA.

    The part before the @ is folded too although RFC 5321 allows it to differ by case: no provider that people use
    does, and two customers out of one person cost more. Dots and +tags are kept, they may be other people's mailboxes.
    """
    local, at, domain = email.strip().rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode()
    except UnicodeError:
        pass  # not a domain that DNS knows; compared as it is written
    return f"{local}{at}{domain}".casefold()


def validate_folded_length(email: str) -> None:
    """Folding can make an address four times as long: then nothing could find it. Raises `ValidationError`."""
    if len(fold_email(email)) > LONGEST_FOLDED:
        raise ValidationError(_("This address is too long."))


def find_customer(email: str) -> Customer | None:
    return Customer.objects.filter(addresses__folded=fold_email(email)).first()


def mark_bounced(email: str, why: str, *, at: datetime) -> bool:
    """A mail to this address came back. False for an address that no customer has."""
    known = CustomerAddress.objects.filter(folded=fold_email(email))
    return bool(known.update(bounced_at=at, bounce_detail=why[:300]))


def heard_from(email: str) -> None:
    """A mail from this address arrived, so mails to it may arrive again."""
    bounced = CustomerAddress.objects.filter(folded=fold_email(email), bounced_at__isnull=False)
    bounced.update(bounced_at=None, bounce_detail="")


def customer_for(email: str, *, name: str = "", language: str = "en", is_new: bool = False) -> Customer:
    """The customer with this address, made when unknown. Safe to call for one new address from two processes.
    `is_new`: the caller has just looked and found nobody."""
    known = None if is_new else find_customer(email)
    if known:
        return known
    try:
        with transaction.atomic():
            customer = Customer.objects.create(name=name, language=language)
            CustomerAddress.objects.create(customer=customer, email=email.strip())
            return customer
    except IntegrityError:
        return Customer.objects.get(addresses__folded=fold_email(email))
