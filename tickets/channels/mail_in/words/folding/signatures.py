"""What stands below the person's words and is none of them: signatures, lines of devices, notices of a company."""

import re
from collections.abc import Sequence

from tickets.channels.mail_in.words.folding.lines import is_rule
from tickets.channels.mail_in.words.folding.signature_phrases import (
    ABOUT_MAIL,
    ADVERTS,
    BY_MISTAKE,
    CLOSING,
    CONFIDENTIAL,
    DEVICE,
    GET_OUTLOOK,
    NOTICE_TITLE,
    ORDER_WORD,
    RECIPIENT,
    REGISTRY,
    SCANNED,
    SENT_FROM,
)

SIGNATURE_LINES, SIGNATURE_CHARACTERS = 12, 900
"""What may stand below `-- `; more is a text."""


def end_of_words(lines: Sequence[str], raw: Sequence[str]) -> int:
    """How many of the lines are left when what is no word of the person is taken off their end.

    `lines` are as `lines.looked_at` gives them, `raw` as they came.
    """
    end = _without_blanks(lines, len(lines))
    before = -1
    while end != before:
        before = end
        end = _without_blanks(lines, _notice(lines, _advert(lines, end)))
        end = _without_blanks(lines, _signature(lines, raw, end))
    return _without_blanks(lines, _contacts(lines, end))


def is_signature(lines: Sequence[str]) -> bool:
    """Whether lines that the markup calls a signature are nothing else; people write into it as well."""
    filled = [line for line in lines if line]
    return (
        len(filled) <= SIGNATURE_LINES
        and sum(map(len, filled)) <= SIGNATURE_CHARACTERS
        and not any(is_content(line) for line in filled)
        and sum(_is_prose(line) for line in filled) <= 1
    )


_CODE = re.compile(r"\b[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,}\b")
_BARE_NUMBER = re.compile(r"^[#№]?\W*[A-Z]{0,4}[-/]?\d[\d /-]{3,20}$")
_POSTSCRIPT = re.compile(r"^P\.? ?P?\.?S\b|^(?:NB|N\.B\.|PPS|P\.S|Пс|ЗЫ|З\.Ы)", re.IGNORECASE)
_LINK = re.compile(r"[<(\[]?https?://[^\s<>]{1,500}[>)\]]?")
_PICTURE = re.compile(r"^\[image: .+\]$")
_PHONE = re.compile(
    r"(?:\+|\b00)\d[\d ()./-]{6,18}\d|\b(?:tel|phone|mob|gsm|fax|t|m|p|puh|telef[oó]n\w*|mobil\w*|тел|моб)\b[.: ]+\+?\d"
    r"[\d ()/-]{5,18}|^\(?\d{2,4}\)?[ -]\d{2,4}[ -]\d{2,5}(?:[ -]\d{2,5})?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\bhttps?://|\bwww\.|[\w.+-]@[\w-]{1,63}\.|^[\w-]{1,63}(?:\.[\w-]{2,20}){1,2}/?$", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:[A-Z]{1,2}-?)?\d{3}[ -]?\d{2}\b.{0,3}\s[^\W\d_]{3,}|[^\W\d_]{3,}.{0,30},? (?:[A-Z]{2}-)?\d{5}\b"
)


def is_content(line: str) -> bool:
    """What may be the very thing the person wants to say, wherever it stands: a code, a number, a question, a PS."""
    if _POSTSCRIPT.match(line) or line.endswith("?") or _CODE.search(line) or _PICTURE.match(line):
        return True
    if _BARE_NUMBER.match(line) and not _PHONE.match(line):
        return True
    return (
        any(character.isdigit() for character in line)
        and bool(ORDER_WORD.search(line))
        and not REGISTRY.search(line)
    )


def _is_prose(line: str) -> bool:
    return len(line.split()) >= 7 and not _ADDRESS.search(line)


def _without_blanks(lines: Sequence[str], end: int) -> int:
    while end > 0 and not lines[end - 1]:
        end -= 1
    return end


def _start_of_paragraph(lines: Sequence[str], end: int) -> int:
    while end > 0 and lines[end - 1]:
        end -= 1
    return end


def _advert(lines: Sequence[str], end: int) -> int:
    """Without a last line such as "Sent from my iPhone", or a last paragraph of a virus scanner or a mailing list."""
    if end == 0:
        return end
    last = lines[end - 1].strip("*_ ")
    if not is_content(last) and (_is_device_line(last) or _is_advert(last)):
        return _with_rule(lines, end - 1)
    start = _start_of_paragraph(lines, end)
    if end - start > 8 or _has_content(lines, start, end):
        return end
    if _is_advert(lines[start]) or _is_advert(" ".join(lines[start:end])):
        return _with_rule(lines, start)
    if is_rule(lines[start]) and any(_is_advert(line) for line in lines[start + 1 : end]):
        return start
    return end


def _is_advert(text: str) -> bool:
    if len(text) > 600:
        return False
    return bool(ADVERTS.search(text) or (ABOUT_MAIL.match(text) and SCANNED.search(text)))


def _is_device_line(line: str) -> bool:
    has_link = "aka.ms" in line
    line = _LINK.sub("", line).strip("<>()[] .,;")
    if not 8 <= len(line) <= 90 or len(line.split()) > 12:
        return False
    if "utlook" in line and (has_link or GET_OUTLOOK.match(line)):
        return True
    return bool(SENT_FROM.search(line) and DEVICE.search(line))


def _has_content(lines: Sequence[str], start: int, end: int) -> bool:
    return any(is_content(lines[index]) for index in range(start, end) if lines[index])


def _notice(lines: Sequence[str], end: int, *, again: int = 3) -> int:
    """Without a last paragraph that a company puts below each mail: confidential, not for others, do not print."""
    start = _start_of_paragraph(lines, end)
    if start < end and is_rule(lines[start]):
        start += 1
    paragraph = " ".join(lines[start:end])[:4_000]
    if not paragraph:
        return end
    signs = sum(bool(words.search(paragraph)) for words in (CONFIDENTIAL, RECIPIENT, BY_MISTAKE))
    titled, about = NOTICE_TITLE.match(paragraph), ABOUT_MAIL.match(paragraph)
    if len(paragraph) >= 80 and ((titled and signs) or (about and signs >= 2)):
        return _with_rule(lines, start)
    # A notice of several paragraphs: further ones speak of the recipient, the first says what it is.
    if len(paragraph) >= 60 and signs and again and not _has_content(lines, start, end):
        above = _without_blanks(lines, start)
        shorter = _notice(lines, above, again=again - 1)
        if shorter < above:
            return shorter
    return end


def _with_rule(lines: Sequence[str], start: int) -> int:
    above = _without_blanks(lines, start)
    return above - 1 if above and is_rule(lines[above - 1]) else start


def _signature(lines: Sequence[str], raw: Sequence[str], end: int) -> int:
    """Without what stands below `-- `."""
    for start in range(max(0, end - 3 * SIGNATURE_LINES), end):
        if lines[start] in ("--", "—", "-- *") and _is_delimiter(lines, raw, start, end):
            return start
    return end


def _is_delimiter(lines: Sequence[str], raw: Sequence[str], at: int, end: int) -> bool:
    below = [line for line in lines[at + 1 : end] if line]
    exact = raw[at].startswith("--") and raw[at] in ("-- ", "--\u00a0")
    if len(below) > SIGNATURE_LINES or sum(map(len, below)) > SIGNATURE_CHARACTERS:
        return False
    if any(is_content(line) for line in below) or not any(lines[:at]):
        return False
    if _is_drawing(lines, at, end):
        return False
    if exact:
        return sum(_is_prose(line) for line in below) <= 3
    return len(below) <= 8 and not any(_is_prose(line) for line in below) and "--" not in below


def _is_drawing(lines: Sequence[str], at: int, end: int) -> bool:
    """Signs and no letters right above or below: a picture made of characters, or a table."""
    near = [lines[index] for index in (at - 1, at + 1) if 0 <= index < end and lines[index]]
    return any(not any(character.isalnum() for character in line) for line in near)


def _contacts(lines: Sequence[str], end: int) -> int:
    """Without the telephone numbers and addresses below "Best regards, Carol". The greeting stays, and the name."""
    for start in range(end - 1, max(-1, end - 16), -1):
        if CLOSING.match(lines[start]) and len(lines[start]) <= 50:
            break
    else:
        return end
    name = start + 1
    while name < end and not lines[name]:
        name += 1
    if name >= end or not _is_name(lines[name]):
        return end
    below = [line for line in lines[name + 1 : end] if line]
    if len(below) > SIGNATURE_LINES or any(
        is_content(line) or _is_prose(line) or len(line) > 100 for line in below
    ):
        return end
    contacts = sum(
        bool(_PHONE.search(line) or _ADDRESS.search(line) or _PLACE.search(line)) for line in below
    )
    return name + 1 if contacts >= 2 and contacts * 3 >= len(below) else end


def _is_name(line: str) -> bool:
    return len(line) <= 60 and len(line.split()) <= 6 and not any(character.isdigit() for character in line)
