"""A mail as it was understood: plain values, read out of the bytes by `parse` and used by all that comes after."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message as RawMail


@dataclass(frozen=True)
class Address:
    name: str
    """One line, decoded; empty when there is none."""
    address: str
    """As it was written, without what surrounds it; empty when none can be made out."""

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True)
class File:
    """A part that is a file of its own: an attachment, an inline picture, a mail inside the mail."""

    name: str
    """Made safe to show; never empty."""
    content_type: str
    """As the mail says; what is shown anywhere is found out from the content."""
    content: bytes
    cid: str = ""
    """Content-ID without brackets, by which HTML points at an inline picture."""
    is_inline: bool = False
    """It stood in the text and was not attached for its own sake, such as the logo of a signature."""


@dataclass(frozen=True)
class Words:
    """The text of a mail."""

    own: str
    """What the person wrote, history and signature folded away. Never less than what they wrote: in doubt more."""
    full: str
    """All of it, including `own`."""


@dataclass
class Mail:
    raw_headers: RawMail
    """The parsed mail for those that look for single headers; read them with `headers.header` and `headers.headers`."""
    message_id: str
    """With its brackets; empty when it has none."""
    answers_to: list[str]
    """Message-IDs of In-Reply-To, then of References from the newest to the oldest, each once."""
    sender: Address | None
    """From, or where that is missing or broken Sender, Reply-To, Return-Path."""
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    subject: str
    date: datetime | None
    """Aware; None when missing or senseless."""
    words: Words
    html: str
    """The HTML body as it came, decoded; empty when it has none. Dirty: show it only through `html_view`."""
    files: list[File] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What was wrong with it and how it was read in spite of that; for the curious, in English."""


class Unreadable(ValueError):
    """Nothing can be made of these bytes; `str()` says why, for the agent who looks at the parked mail."""
