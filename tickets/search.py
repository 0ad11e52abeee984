"""Finding tickets by whatever an agent has at hand: a number, an address, a code, a name, words that were
said."""

import re

from django.db.models import Q, QuerySet

from customers.linking import fold_email
from customers.models import ActivationCode, CustomerAddress
from tickets.models import Message, Ticket
from tickets.models.ticket import NUMBER_BASE

WORDS_AT_MOST = 8
LENGTH_AT_MOST = 200
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
TICKET_NUMBER = re.compile(r"#?([0-9]{6,15})")


def search(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those of `tickets` in which `text` is found, in their order.

    The whole text may be a ticket number, an order number, an e-mail address or an activation code;
    otherwise every word of it must stand in the subject, in a message, or in the name or address of the
    customer.
    """
    text = tidy(text)
    if not text:
        return tickets
    return tickets.filter(_exact(text) | _words(text))


def tidy(text: str) -> str:
    """What a person can have meant by it: one line, of bearable length."""
    return CONTROLS.sub(" ", text).strip()[:LENGTH_AT_MOST].strip()


def _exact(text: str) -> Q:
    found = Q(order__number__iexact=text)
    if number := TICKET_NUMBER.fullmatch(text):
        found |= Q(pk=int(number[1]) - NUMBER_BASE)
    if "@" in text:
        found |= Q(customer__in=CustomerAddress.objects.filter(folded=fold_email(text)).values("customer"))
    # An empty digest would be that of every text without letters and digits.
    if any(character.isalnum() for character in text):
        digest = ActivationCode.digest_of(text)
        found |= Q(code__in=ActivationCode.objects.filter(digest=digest).values("pk"))
    return found


def _words(text: str) -> Q:
    every = Q()
    for word in text.split()[:WORDS_AT_MOST]:
        every &= (
            Q(subject__icontains=word)
            | Q(customer__name__icontains=word)
            | Q(
                customer__in=CustomerAddress.objects.filter(folded__contains=word.casefold()).values(
                    "customer"
                )
            )
            | Q(pk__in=Message.objects.filter(text__icontains=word).values("ticket"))
        )
    return every
