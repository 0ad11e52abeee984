"""Addresses that are ours: mail from them is our own coming back, and mail to them is no copy for anybody."""

from email.utils import parseaddr

from django.conf import settings

from customers.linking import fold_email
from customers.models import Shop
from tickets.channels.reply_address import read_token
from tickets.models import Mailbox


class OwnAddresses:
    """One query, once for a mail."""

    def __init__(self) -> None:
        mailboxes = Mailbox.objects.order_by().values_list("address")
        shops = Shop.objects.order_by().values_list("support_email")
        written = [address for (address,) in mailboxes.union(shops)]
        written.append(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        self.folded = frozenset(fold_email(address) for address in written if address)

    def __contains__(self, address: str) -> bool:
        """Also with an extension of ours, such as help+r1-…@."""
        folded = fold_email(address)
        return (
            folded in self.folded
            or read_token(folded) is not None
            or _without_extension(folded) in self.folded
        )


def _without_extension(folded: str) -> str:
    local, at, domain = folded.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
