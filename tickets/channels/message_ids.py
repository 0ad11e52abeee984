"""Message-IDs of the mails we send, and the conversation that a mail belongs to."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from customers.models import Customer
from tickets.models import Delivery, Message, Participant, Ticket

THREAD_AT_MOST = 10
PASSED_ON = re.compile(r"<[!-;=?-~]{1,250}>")
"""Message-IDs of others that may stand in a header of ours: what programs write, and nothing that breaks a line."""


def message_id(delivery: Delivery) -> str:
    """The same for every attempt."""
    return _message_id(delivery.public_id, delivery.sender)


def _message_id(public_id: UUID, sender: str) -> str:
    return f"<{public_id.hex}@{domain_of(sender)}>"


def root_id(ticket: Ticket, sender: str) -> str:
    """All mails of a ticket hang under one, so that mail programs show one conversation."""
    return f"<{ticket.public_id}@{domain_of(sender)}>"


def domain_of(sender: str) -> str:
    """As it may stand in a Message-ID."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    try:
        return domain.encode("idna").decode() or "localhost"
    except UnicodeError:
        return "localhost"


def thread_of(ticket: Ticket, reader: Customer | Participant, to: str) -> list[str]:
    """Message-IDs of what one reader wrote and got in a ticket, oldest first: the last ones. Two queries."""
    mine = {"customer": reader} if isinstance(reader, Customer) else {"participant": reader}
    wrote = Message.objects.filter(ticket=ticket, **mine).exclude(header_id="")
    found: list[tuple[datetime, str]] = list(
        wrote.order_by("-pk").values_list("created_at", "header_id")[:THREAD_AT_MOST]
    )
    got = Delivery.objects.filter(ticket=ticket, to=to, via=Delivery.Via.MAIL).order_by("-pk")
    sent = got.values_list("created_at", "public_id", "sender")[:THREAD_AT_MOST]
    found += [(at, _message_id(public_id, sender)) for at, public_id, sender in sent]
    return passed_on(one for _at, one in sorted(found, key=lambda pair: pair[0]))[-THREAD_AT_MOST:]


def passed_on(ids: Iterable[str]) -> list[str]:
    """Those that may stand in a mail of ours."""
    return [one for one in ids if PASSED_ON.fullmatch(one)]
