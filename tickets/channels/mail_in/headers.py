"""Single headers of a mail, whatever stands in them."""

import re
from email.header import Header, decode_header
from email.message import Message as RawMail

LONGEST = 20_000
"""Characters of one header that are read; what people write has some hundred."""


def headers(mail: RawMail, name: str) -> list[str]:
    """All headers of this name, unfolded and decoded, in the order of the mail."""
    return [decoded(value) for value in mail.get_all(name, [])]


def header(mail: RawMail, name: str) -> str:
    """The first header of this name; empty when there is none."""
    return next(iter(headers(mail, name)), "")


def raw_header(mail: RawMail, name: str) -> str:
    """Unfolded, with encoded words as they are: for what must be split before it is decoded, such as addresses."""
    return next((_unfolded(value) for value in mail.get_all(name, [])), "")


def decoded(value: str | Header) -> str:
    """With encoded words (RFC 2047) decoded, also where they break its rules: in quotes, glued together, in a charset
    that does not exist. Bytes that are no ASCII are read as UTF-8, or else as Windows-1252."""
    text = _unfolded(value)
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except Exception:
        return text
    return "".join(_part(part, charset) for part, charset in parts)


def _unfolded(value: str | Header) -> str:
    text = str(value)[:LONGEST]
    if any("\udc80" <= character <= "\udcff" for character in text):
        text = _as_text(text.encode("ascii", "surrogateescape") if text.isascii() else _bytes(text))
    return re.sub(r"[\r\n]+[ \t]?", " ", text).replace("\0", "").strip()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _as_text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _part(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "ascii")
    except (LookupError, UnicodeDecodeError):
        return _as_text(part)
