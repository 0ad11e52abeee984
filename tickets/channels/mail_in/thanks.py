"""Whether a mail that opened a ticket is answered by a machine. In doubt not: two machines that thank each other fill
both their disks (THREATS V6, V7; wish 13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop

from customers.models import Customer
from tickets.channels import mail_out
from tickets.models import Delivery, InMail, Mailbox

AGAIN_AFTER_PROVEN = timedelta(hours=1)
AGAIN_AFTER = timedelta(hours=24)
BURST = timedelta(minutes=10)
IN_A_BURST = 60
"""Automatic answers of a mailbox to people of whom nothing is proven: more is no shop's day."""
BREAKER_RESTS = timedelta(hours=6)
"""A loop dies of one hour's silence, one over slow machines of a few. The admin can end it."""

Thanked = InMail.Thanked

THANKS_NOBODY = gettext_noop("The mailbox thanks nobody.")
THANKED_ALREADY = gettext_noop("The sender had an automatic answer a short while ago.")
BREAKER_OPEN = gettext_noop("The breaker is open: too many automatic answers in a short time.")
BREAKER_OPENED = gettext_noop("The breaker opened: too many automatic answers in a short time.")


@dataclass(frozen=True)
class Thanks:
    whom: Thanked
    """What kind of sender is thanked; `Thanked.NO` for none."""
    why_not: str = ""
    breaks: bool = False
    """This mail is the one too many: the admins hear of it."""

    @property
    def are_given(self) -> bool:
        return self.whom != Thanked.NO


def may_thank(mailbox: Mailbox, customer: Customer | None, *, is_proven: bool, at: datetime) -> Thanks:
    """For a mail by a person that opens a ticket. `customer` is None for an address that nobody had before;
    `is_proven`: its mail servers vouch for the address."""
    if not mailbox.acknowledges:
        return Thanks(Thanked.NO, THANKS_NOBODY)
    if customer and _thanked_since(customer, at - (AGAIN_AFTER_PROVEN if is_proven else AGAIN_AFTER)):
        return Thanks(Thanked.NO, THANKED_ALREADY)
    if is_proven:
        return Thanks(Thanked.PROVEN)
    if mailbox.silent_until and mailbox.silent_until > at:
        return Thanks(Thanked.NO, BREAKER_OPEN)
    whom = Thanked.KNOWN if customer and customer.orders.exists() else Thanked.UNKNOWN
    if not _is_too_much(mailbox, whom, at):
        return Thanks(whom)
    # One of several workers that see it opens the breaker and tells.
    closed = Q(silent_until=None) | Q(silent_until__lte=at)
    opened = Mailbox.objects.filter(closed, pk=mailbox.pk).update(silent_until=at + BREAKER_RESTS)
    mailbox.refresh_from_db(fields=["silent_until"])  # who reads many mails keeps the row for all of them
    return Thanks(Thanked.NO, BREAKER_OPENED, breaks=bool(opened))


def _thanked_since(customer: Customer, since: datetime) -> bool:
    thanks = Delivery.objects.filter(kind__in=mail_out.BY_THEMSELVES, ticket__customer=customer)
    return thanks.filter(created_at__gt=since).exists()


def _is_too_much(mailbox: Mailbox, whom: Thanked, at: datetime) -> bool:
    lately = InMail.objects.filter(
        mailbox=mailbox, thanked__in=[Thanked.KNOWN, Thanked.UNKNOWN], handled_at__gt=at - timedelta(hours=1)
    )
    thanked = list(lately.order_by().values_list("thanked", "handled_at")[: 20 * IN_A_BURST])
    in_a_burst = sum(handled_at > at - BURST for _whom, handled_at in thanked)
    unknown = sum(one == Thanked.UNKNOWN for one, _at in thanked)
    too_many_unknown = whom == Thanked.UNKNOWN and unknown >= settings.UNKNOWN_THANKED_PER_HOUR
    return in_a_burst >= IN_A_BURST or too_many_unknown
