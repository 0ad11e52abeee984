"""Message-IDs of the mails we send, and the conversation that a mail belongs to."""

import re
from datetime import datetime
from email.utils import parseaddr

from customers.models import Customer
from tickets.models import Delivery, Message, Participant, Ticket

THREAD_AT_MOST = 10
PASSED_ON = re.compile(r"<[!-;=?-~]{1,250}>")
"""Message-IDs of others that may stand in a header of ours: what programs write, and nothing that breaks a line."""


def message_id(delivery: Delivery) -> str:
    """The same for every attempt."""
    return f"<{delivery.public_id.hex}@{domain_of(delivery.sender)}>"


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
    found += [(one.created_at, message_id(one)) for one in got.defer("text", "html")[:THREAD_AT_MOST]]
    thread = [one for _at, one in sorted(found, key=lambda pair: pair[0]) if PASSED_ON.fullmatch(one)]
    return thread[-THREAD_AT_MOST:]
