"""Which mailbox an address is."""

from django.db import IntegrityError, transaction

from customers.linking import fold_email
from customers.models import Shop
from tickets.models import Mailbox, ProblemType


class NoMailbox(LookupError):
    """Nobody here is reached by this address."""


def mailbox_for(address: str) -> Mailbox:
    """The mailbox of an address. A shop's support address has one as soon as a mail comes for it, without anybody
    having to make one first: a mail that is turned away is lost. Raises `NoMailbox`."""
    folded = fold_email(address)
    mailbox = Mailbox.objects.select_related("shop").filter(folded=folded).first()
    if mailbox:
        return mailbox
    for shop in Shop.objects.all():
        if fold_email(shop.support_email) == folded:
            return _of_shop(shop)
    raise NoMailbox(address)


def _of_shop(shop: Shop) -> Mailbox:
    values = {"address": shop.support_email, "shop": shop, "problem_type": problem_type_of_mail()}
    try:
        with transaction.atomic():
            return Mailbox.objects.create(**values)
    except IntegrityError:  # made by another process in this moment
        return Mailbox.objects.select_related("shop").get(folded=fold_email(shop.support_email))


def problem_type_of_mail() -> ProblemType:
    """What a mail is about before an agent has read it. No form offers it."""
    values = {"name": "Mail", "position": 900, "is_active": False}
    return ProblemType.objects.get_or_create(slug="mail", defaults=values)[0]
