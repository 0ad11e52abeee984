"""What looks like a mark of quoting and is none, and what is one although it is no `>`."""

import re
from collections.abc import Sequence

from tickets.channels.mail_in.words.folding.lines import unquoted

_COMPARED = re.compile(r">\s?[\d$€£][\d.,]{0,12}\s?\S{0,12}(?:\s\S{1,15}){0,8}")
_LIST_ITEM = re.compile(r">\s?\d{1,2}[.)]\s")
_FACE = re.compile(r">[:;_.<][\S]{0,3}$|>\.?<")
_HUNK = re.compile(r"^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$|^---$|^< ")


def is_no_quote(text: str) -> bool:
    """A single line with `>` that nothing else shows to be a quote."""
    inner = unquoted(text).strip()
    if text.startswith(">From ") or _FACE.match(text):
        return True
    if _COMPARED.fullmatch(text) and not _LIST_ITEM.match(text):
        return True
    if " > " in inner or (text[1:2] not in ("", " ", ">") and "<" in inner):
        return True  # a way in a menu; the rest of a tag
    return len(inner) <= 40 and len(inner.split()) <= 4 and inner[-1:] not in ".?!:;,…"


def is_in_comparison(looks: Sequence[str], start: int) -> bool:
    """In the output of `diff`."""
    return any(_HUNK.match(look) for look in looks[max(0, start - 2) : start] if look)


def is_barred(look: str) -> bool:
    """Quoted by a bar, and no row of a table."""
    return look.startswith("|") and "|" not in look[1:]


_INITIALS = re.compile(r"([A-Z]{1,4})> ")


def is_initialled(looks: Sequence[str], at: int) -> bool:
    """Quoted by the initials of who wrote it."""
    return _INITIALS.match(looks[at]) is not None
