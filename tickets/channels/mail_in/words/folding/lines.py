"""Lines of a mail, and how they are looked at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 1_000
"""Characters of a line that is still compared with phrases; longer ones are text, whatever they say."""

ATTRIBUTION, HISTORY, SIGNATURE, FORWARD = "attribution", "history", "signature", "forward"
"""What the markup of HTML says of a line: it introduces a quote; from here on all is history; it is a signature; from
here on it is a mail passed on."""


@dataclass(slots=True)
class Line:
    text: str
    level: int = 0
    """How deep in quotes by its markup; `>` stay in the text."""
    is_indented: bool = False
    """In a block quote that may be a quote of ours or an indented paragraph of theirs."""
    mark: str = ""


_SPACES = {
    ord(space): " "
    for space in "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t"
}
_NOTHING = dict.fromkeys(
    map(
        ord,
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad",
    )
)
_LOOK = str.maketrans({**_SPACES, **_NOTHING})


def looked_at(text: str) -> str:
    """The line as phrases are compared with it: usual spaces, nothing invisible, no marks for bold around it."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    if not text.isascii() or "\t" in text:
        text = text.translate(_LOOK)
    return text.strip()


_QUOTED = re.compile(r"[ \t]{0,3}>")
_MARKS = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")


def is_quoted(text: str) -> bool:
    """Begins with `>`."""
    return _QUOTED.match(text) is not None


def depth(text: str) -> int:
    """How many `>` it begins with."""
    found = _MARKS.match(text[:LONGEST])
    return found[1].count(">") if found else 0


def unquoted(text: str) -> str:
    """Without the `>` at its beginning."""
    found = _MARKS.match(text[:LONGEST])
    return text[found.end() :] if found else text


def plain_lines(text: str, most: int) -> list[str]:
    """Lines of a plain text, whatever ends them; when there are more than so many, the last of them holds the rest."""
    for ending in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(ending, "\n")
    return text.split("\n", most)


def next_filled(lines: Sequence[str], start: int) -> int:
    """Index of the first line from `start` on that is not blank; the number of lines when there is none."""
    while start < len(lines) and not lines[start]:
        start += 1
    return start


def is_rule(text: str) -> bool:
    """A line across the page, of dashes or the like."""
    return len(text) >= 5 and not text.strip("-_=*—–─━~#. ")
