"""What a mail adds to what was said: who says they sent it, how far that is sure, and what came along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.evidence.received import Received, keep_files
from tickets.models import Message
from tickets.models.ticket import Channel, Verified


@dataclass(frozen=True)
class ByMail:
    name: str
    address: str
    verified: Verified = Verified.NOT
    header_id: str = ""
    quoted: str = ""
    """The whole text, where history or a signature was folded away from it."""
    files: Sequence[Received] = ()


def stronger(one: str, than: str) -> bool:
    """Whether one way to know a sender (`Verified`) is surer than another."""
    return Verified.values.index(one) < Verified.values.index(than)


def say_by_mail(mail: ByMail, *, text: str, at: datetime, **who: Any) -> Message:
    """Write the message of a mail with its files; `who` are columns of `Message`, among them the ticket. An empty mail
    is a message, too: somebody sent it."""
    message = Message.objects.create(
        direction=Message.Direction.IN,
        channel=Channel.MAIL,
        sender_name=mail.name[:200],
        sender_address=mail.address[:254],
        header_id=mail.header_id[:998],
        verified=mail.verified,
        text=text.strip(),
        quoted=mail.quoted if mail.quoted.strip() != text.strip() else "",
        created_at=at,
        **who,
    )
    keep_files(mail.files, message, at=at)
    return message
