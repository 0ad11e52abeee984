"""Proving to read an address: a mailed link that works once, for half an hour, and says nothing about who
is known."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from time import monotonic, sleep

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language

from customers.linking import find_customer, fold_email
from customers.models import Customer, CustomerAddress
from customers.secrets import derived_key
from tickets.channels import mail_out
from tickets.models import AddressConfirmation

LIFETIME = timedelta(minutes=30)
WINDOW = timedelta(hours=1)
PER_ADDRESS = 3
PER_NETWORK = 20
EVEN_SECONDS = 0.1
"""Each request takes so long. Handing a mail to the broker takes a thousandth or two, which could be measured."""


def request_link(email: str, *, network: str, at: datetime) -> None:
    """Mail a link to the address if a customer has it, in the same time for all."""
    until = monotonic() + EVEN_SECONDS
    network = _keyed(network)
    if _may_ask(fold_email(email), network, at):
        _mail_link(email, network, at)
    sleep(max(0, until - monotonic()))


def _mail_link(email: str, network: str, at: datetime) -> None:
    """The same work is done for an address that nobody has."""
    token = secrets.token_urlsafe(32)
    address = CustomerAddress.objects.select_related("customer").filter(folded=fold_email(email)).first()
    link = settings.SITE_URL + reverse("portal:my-confirm", args=[token])
    AddressConfirmation.objects.filter(created_at__lt=at - WINDOW - LIFETIME).delete()  # nobody needs them
    AddressConfirmation.objects.create(
        folded=fold_email(email),
        network=network,
        token_hash=_hash(token),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    with transaction.atomic():
        # To the address we know, never the one typed: two that fold alike need not be one mailbox.
        to = address.email if address else email
        customer = address.customer if address else Customer(language=get_language() or "en")
        mail_out.confirm_address(to, customer, link=link, at=at)
        # Written and taken back, so that the time it takes tells nothing.
        if address is None:
            transaction.set_rollback(True)


def is_usable(token: str, *, at: datetime) -> bool:
    return _usable(token, at).exists()


def use(token: str, *, at: datetime) -> Customer | None:
    """The customer who reads the address, once. None for an unknown, expired or used token."""
    confirmation = _usable(token, at).first()
    if confirmation is None:
        return None
    won = _usable(token, at).update(used_at=at)
    return find_customer(confirmation.folded) if won else None


def _usable(token: str, at: datetime):  # noqa: ANN202  a queryset
    return AddressConfirmation.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _may_ask(folded: str, network: str, at: datetime) -> bool:
    recent = AddressConfirmation.objects.filter(created_at__gt=at - WINDOW)
    to_address, from_network = recent.filter(folded=folded).count(), recent.filter(network=network).count()
    return to_address < PER_ADDRESS and from_network < PER_NETWORK


def _keyed(network: str) -> str:
    """Enough to count by. Where somebody asked from is nobody's business."""
    return hmac.new(derived_key("network"), _wide(network).encode(), hashlib.sha256).hexdigest()


def _wide(network: str) -> str:
    """A household: one IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ip_address(network)
    except ValueError:
        return network
    return (
        network if address.version == 4 else str(ip_network(f"{network.partition('%')[0]}/64", strict=False))
    )
