"""Parts of a mail that its boundary does not show: it is missing, another one, or closed before all parts had come."""

import re
from email import policy
from email.errors import MessageError
from email.message import Message as RawMail

from tickets.channels.mail_in.parse.tree import TooDeep, TooMany, bounded

_DELIMITER = re.compile(r"^--([^\s\"\0]{1,70})[ \t]*\r?\nContent-[A-Za-z-]{1,40}:", re.MULTILINE)
SEARCHED = 100_000
TAIL = 20_000
"""Characters below the last part that are read as text; people write none there, lists write a footer."""


def found_parts(text: str) -> list[RawMail]:
    """Of a multipart in which none was found: by the first line that looks like a delimiter. None is as good."""
    delimiter = _DELIMITER.search(text[:SEARCHED])
    return _divided(text, delimiter[1]) if delimiter else []


def behind_the_end(part: RawMail) -> list[RawMail]:
    """What stands below the closing delimiter, and most programs drop: further parts, or some text."""
    below = part.epilogue
    if not below or not below.strip():
        return []
    boundary = part.get_boundary() or ""
    if boundary and f"--{boundary}\n" in below.replace("\r\n", "\n") and (parts := _divided(below, boundary)):
        return parts
    text = RawMail(policy=policy.compat32)
    text.set_payload(below.strip("\r\n")[:TAIL])
    return [text]


def _divided(text: str, boundary: str) -> list[RawMail]:
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'
    try:
        payload = bounded((head + text).encode("utf-8", "surrogateescape"))._payload
    except (TooDeep, TooMany, MessageError, ValueError):
        return []
    return payload if isinstance(payload, list) else []
