"""Mails as people write them, and the way in that they take."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from tickets.channels.mail_in.handle import handle
from tickets.channels.mail_in.store import store
from tickets.models import InMail, Mailbox
from tickets.tests.factories import make_mailbox

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CAROL, MALLORY, DAVE = "carol@example.com", "mallory@evil.example", "dave@example.com"

_numbers = count(1)


def make_mail(
    text: str = "Hello, my code does not work.",
    *,
    sender: str = f"Carol Customer <{CAROL}>",
    to: str = "help@keyhaven.example",
    subject: str = "My code",
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """`headers` by name with underscores: in_reply_to="<…>"; an empty one is left out."""
    mail = EmailMessage()
    named = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": format_datetime(NOON),
        "Message-ID": f"<mail{next(_numbers)}@example.com>",
    }
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    named["Message-ID"] = named.pop("Message-Id", named["Message-ID"])
    for name, value in named.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def take(raw: bytes, mailbox: Mailbox | None = None, *, at: datetime = NOON) -> InMail:
    """The mail as it is after it came in."""
    stored = store(mailbox or make_mailbox(), raw, at=at, mine=True)
    handle(stored, at=at)
    stored.refresh_from_db()
    return stored


def write(text: str = "Hello, my code does not work.", *, at: datetime = NOON, **mail: Any) -> InMail:
    return take(make_mail(text, **mail), at=at)
