"""Blocks of headers that mail programs put above what is quoted: From, Sent, To, Subject, in many languages; and the
lines between dashes that say that the original or a forwarded mail follows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tickets.channels.mail_in.words.folding.lines import is_rule, next_filled
from tickets.channels.mail_in.words.folding.phrases import (
    FORWARD_BEGINS,
    FORWARDED,
    LABELS,
    ORIGINAL,
    REPLY_ABOVE,
)

LINES = 60
"""What a block may take; a long list of recipients runs over many."""

_LONGEST_LABEL = 30
_BOLD = " *_>\u00a0|"
_TIME = re.compile(r"\d{1,2}[:.h]\d\d")
_LABEL_IN_LINE = re.compile(r"(?:^|\s)[*_]{0,2}([^\W\d_][^\W\d_ -]{0,20}) ?[*_]{0,2}:")


@dataclass(frozen=True, slots=True)
class Block:
    end: int
    """Index of its last line."""
    kinds: frozenset[str]
    is_exact: bool
    """The date has a time and the sender an address, as programs write them."""

    @property
    def is_complete(self) -> bool:
        """It needs no line of dashes above it to be believed."""
        if not {"from", "sent"} <= self.kinds:
            return False
        return "subject" in self.kinds or ("to" in self.kinds and self.is_exact)

    @property
    def is_plausible(self) -> bool:
        """Enough where something else says that a quote begins."""
        return len(self.kinds & {"from", "sent", "to", "subject"}) >= 2


def label(line: str) -> tuple[str, str]:
    """Kind of header that the line begins with, empty when it begins with none, and its value."""
    name, colon, _ = line[: _LONGEST_LABEL + 10].partition(":")
    if not colon:
        name, colon, _ = line[: _LONGEST_LABEL + 10].partition("：")
    if not colon:
        return "", ""
    kind = LABELS.get(name.strip(_BOLD).lower(), "")
    return kind, line[len(name) + 1 :].strip(_BOLD) if kind else ""


def find(lines: Sequence[str], start: int, *, trusted: bool = False) -> Block | None:
    """The block that begins at this line. `lines` are as `lines.looked_at` gives them. `trusted`: something else says
    that it is one, so whatever stands as its date is one."""
    kind, value = label(lines[start])
    if kind in ("", "cc", "other"):
        return None
    values = {kind: value}
    if in_one := _in_one_line(lines[start]):
        return Block(start, in_one, is_exact=True)
    end = index = start
    continued = 0
    while index + 1 < len(lines) and index - start < LINES:
        index += 1
        line = lines[index]
        if not line:
            index = next_filled(lines, index)
            if index >= len(lines) or not _goes_on(lines[index], values, _last_value(lines, end)):
                break
            line = lines[index]
        kind, value = label(line)
        if kind:
            if kind in values and kind in ("from", "sent", "subject"):
                break
            values.setdefault(kind, value)
            end, continued = index, 0
        elif continued < 30 and _continues(line, _last_value(lines, end)):
            if lines[end].rstrip(_BOLD).endswith(":"):
                values[label(lines[end])[0]] = line
            end, continued = index, continued + 1
        else:
            break
    return Block(end, frozenset(values), _is_exact(values)) if trusted or _makes_sense(values) else None


def _goes_on(line: str, values: dict[str, str], last: str) -> bool:
    """A blank line within a block: another header follows it, or the value of one that stands alone."""
    kind = label(line)[0]
    return bool(kind and kind not in values) or (not last and "from" in values and "subject" not in values)


def _last_value(lines: Sequence[str], index: int) -> str:
    kind, value = label(lines[index])
    return value if kind else lines[index]


def _continues(line: str, last: str) -> bool:
    return (
        not last
        or last.endswith((";", ",", "<", "(", "-"))
        or line.startswith("<")
        or ("@" in line and ("<" in line or ";" in line or "," in line) and len(line) <= 200 and "@" in last)
    )


def _makes_sense(values: dict[str, str]) -> bool:
    sent = values.get("sent")
    return sent is None or any(character.isdigit() for character in sent)


def _is_exact(values: dict[str, str]) -> bool:
    return bool(_TIME.search(values.get("sent", ""))) and any(
        sign in values.get("from", "") for sign in "@<["
    )


def _in_one_line(line: str) -> frozenset[str] | None:
    """All headers run together in one line, as some converters leave them."""
    if len(line) < 40:
        return None
    kinds = [LABELS[name] for found in _LABEL_IN_LINE.finditer(line) if (name := found[1].lower()) in LABELS]
    whole = {"from", "sent"} <= set(kinds) and bool({"to", "subject"} & set(kinds)) and "@" in line
    return frozenset(kinds) if whole and len(kinds) >= 3 and _TIME.search(line) else None


def separator(line: str) -> str:
    """`original` or `forwarded` for the lines that say so, else empty."""
    if len(line) > 200 or not line:
        return ""
    inner = line.strip("-_=—–*>+~ \t").rstrip(":： ").lower()
    if line[0] in "-_=—–*+~>":
        dashes = line.lstrip("*> ")[:2]
        if inner in ORIGINAL and len(dashes) == 2 and not dashes.strip("-_=—–+~"):
            return "original"
        if inner.startswith(FORWARDED) and not line.lstrip("*> ")[:2].strip("-_=—–+~"):
            return "forwarded"
    if inner.startswith(FORWARD_BEGINS) and line.rstrip("*_ ").endswith((":", "：")) and len(inner) <= 60:
        return "forwarded"
    return "original" if REPLY_ABOVE.match(line) else ""


def lotus(lines: Sequence[str], start: int) -> int | None:
    """Index of the last line of a block of Lotus Notes, with To, cc and Subject without colons; None if it is none.

    Bob Shop <bob@shop.example>
    12.11.2026 14:05
                            To      Carol
                            cc
                            Subject Re: Key
    """
    if not any(character.isdigit() for character in lines[start]) and "@" not in lines[start]:
        return None
    seen: dict[str, int] = {}
    digits = False
    for index in range(start, min(start + 14, len(lines))):
        line = lines[index]
        digits = digits or bool(_TIME.search(line))
        word = line.split(None, 1)[:1]
        kind = LABELS.get(word[0].lower(), "") if word else ""
        if kind == "subject" and {"to", "cc"} <= set(seen) and digits:
            alone = len(line.split()) == 1
            return next_filled(lines, index + 1) if alone and index + 1 < len(lines) else index
        if kind in ("to", "cc"):
            seen.setdefault(kind, index)
    return None


def rule_above(lines: Sequence[str], start: int) -> int:
    """Index of the line of dashes above this line; the line itself when there is none."""
    index = start - 1
    while index >= 0 and not lines[index]:
        index -= 1
    return index if index >= 0 and start - index <= 4 and is_rule(lines[index]) else start
