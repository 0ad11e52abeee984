"""Single headers of a mail, whatever stands in them."""

import base64
import binascii
import re
from email.header import Header
from email.message import Message as RawMail
from urllib.parse import unquote_to_bytes

from tickets.channels.mail_in.charsets import as_text, clean

LONGEST = 100_000
"""Characters of one header that are read; what people write has some hundred."""
HEADERS_AT_MOST = 2_000
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN = re.compile(r"(\?=)\s+(?==\?)")


def headers(mail: RawMail, name: str) -> list[str]:
    """All headers of this name, unfolded and decoded, in the order of the mail."""
    return [decoded(value) for value in _all(mail, name)]


def header(mail: RawMail, name: str) -> str:
    """The first header of this name; empty when there is none."""
    return next(iter(headers(mail, name)), "")


def raw_headers(mail: RawMail, name: str) -> list[str]:
    """Unfolded, with encoded words as they are: for what must be split before it is decoded, such as addresses."""
    return [unfolded(value) for value in _all(mail, name)]


def raw_header(mail: RawMail, name: str) -> str:
    return next(iter(raw_headers(mail, name)), "")


def decoded(value: str | Header) -> str:
    """With encoded words (RFC 2047) decoded, also where they break its rules: in quotes, glued together, split in the
    middle of a character, in a charset that does not exist."""
    text = unfolded(value)
    if "=?" not in text:
        return text
    text = BETWEEN.sub(r"\1", text)
    pieces: list[tuple[str, bytes] | str] = []
    end = 0
    for match in ENCODED_WORD.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        word = match[1].casefold(), _bytes_of(match[2], match[3])
        # What one mail program split between two words may be one character.
        if pieces and isinstance(pieces[-1], tuple) and match.start() == end and pieces[-1][0] == word[0]:
            pieces[-1] = word[0], pieces[-1][1] + word[1]
        else:
            pieces.append(word)
        end = match.end()
    pieces.append(text[end:])
    words = "".join(piece if isinstance(piece, str) else as_text(piece[1], piece[0]) for piece in pieces)
    return re.sub(r"[\r\n\t]+", " ", clean(words)).strip()


def unfolded(value: str | Header) -> str:
    """On one line. Bytes that are no ASCII are read as UTF-8, or as what is likeliest."""
    text = _as_written(value)[:LONGEST]
    if any("\udc80" <= character <= "\udcff" for character in text):
        text = as_text(text.encode("utf-8", "surrogateescape"))
    return re.sub(r"[\r\n]+[ \t]*", " ", clean(text)).strip()


def parameter(mail: RawMail, header_name: str, name: str) -> str:
    """A parameter such as the `filename` of Content-Disposition: in one piece, in numbered ones (RFC 2231), with a
    charset, or with encoded words, which no rule allows and many programs write."""
    value = _as_written(next(iter(_all(mail, header_name)), ""))[:LONGEST]
    found = dict(_parameters(value))
    # With a charset first: who sends both forms writes the plain one for programs that know no better.
    if f"{name}*" in found and (text := _extended(found[f"{name}*"])):
        return text
    if name in found:
        return decoded(found[name])
    if continued := _continued(name, found):
        return continued
    loose = re.search(rf"(?:^|\s){name}\s*=\s*\"([^\"]{{1,1000}})\"", value, re.IGNORECASE)
    return decoded(loose[1]) if loose else ""


def _all(mail: RawMail, name: str) -> list[str | Header]:
    # Not get_all: of a hostile mail with a hundred thousand headers only the first ones count.
    wanted = name.casefold()
    found = []
    for key, value in mail._headers[:HEADERS_AT_MOST]:
        if key.casefold() == wanted:
            found.append(value)
    return found


def _as_written(value: str | Header) -> str:
    return value if isinstance(value, str) else str(value)


def _bytes_of(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return unquote_to_bytes(
            re.sub(rb"=([0-9A-Fa-f]{2})", rb"%\1", raw.replace(b"%", b"=25").replace(b"_", b" "))
        )
    return from_base64(raw)


def from_base64(raw: bytes) -> bytes:
    """As far as it goes: with junk between, without padding, cut off, several pieces after one another."""
    if b"=" in raw.rstrip(b"=\r\n \t-"):
        return b"".join(_one_base64(piece) for piece in re.split(rb"=+", raw))
    return _one_base64(raw)


def _one_base64(raw: bytes) -> bytes:
    letters = re.sub(
        rb"[^A-Za-z0-9+/]", b"", raw.replace(b"-", b"+") if b"-" in raw and b"+" not in raw else raw
    )
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


_PARAMETER = re.compile(r";\s*([\w.*'-]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)


def _parameters(value: str) -> list[tuple[str, str]]:
    found = []
    for match in _PARAMETER.finditer(value):
        text = match[2].strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text.strip('"')) if "\\" in text else text.strip('"')
        found.append((match[1].casefold(), text))
    return found


def _extended(text: str) -> str:
    charset, quote, rest = text.partition("'")
    if not quote:
        return clean(as_text(unquote_to_bytes(text)))
    return clean(
        as_text(unquote_to_bytes(rest.partition("'")[2].encode("utf-8", "surrogateescape")), charset)
    )


def _continued(name: str, found: dict[str, str]) -> str:
    raw, charset = b"", ""
    for number in range(100):
        if (piece := found.get(f"{name}*{number}*")) is not None:
            if number == 0 and "'" in piece:
                charset, _, rest = piece.partition("'")
                piece = rest.partition("'")[2]
            raw += unquote_to_bytes(piece.encode("utf-8", "surrogateescape"))
        elif (piece := found.get(f"{name}*{number}")) is not None:
            raw += piece.encode("utf-8", "surrogateescape")
        else:
            break
    return decoded(as_text(raw, charset)) if raw else ""
