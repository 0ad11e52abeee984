"""What stands below each mail of somebody: signature, advert of the mail program, notice of the lawyers. Only at the
end of what the person wrote, and in doubt it stays."""

import re

from tickets.channels.mail_in.words.lines import Line
from tickets.channels.mail_in.words.phrases import (
    ADVERT,
    CLOSING,
    CONFIDENTIAL,
    CONTACT,
    MATTERS,
    RECIPIENT,
    RULE,
    SENT_FROM,
)

DELIMITER = re.compile(r"^\s{0,2}(?:-- ?|— ?|–– ?)$")
SIGNATURE_LINES = 15
CONTACT_BLOCK = 10


def mark_signature(lines: list[Line]) -> None:
    for begin, end in _ends(lines):
        _mark_end(lines, begin, end)


def _ends(lines: list[Line]) -> list[tuple[int, int]]:
    """Stretches of own text, each of which may end in a signature: that before the history, and that after it."""
    stretches: list[tuple[int, int]] = []
    begin = None
    for position, line in enumerate([*lines, Line("", is_quoted=True)]):
        if line.is_own and begin is None and not line.is_blank:
            begin = position
        elif not line.is_own and begin is not None:
            stretches.append((begin, position))
            begin = None
    return [stretches[0], stretches[-1]] if len(stretches) > 1 else stretches


def _mark_end(lines: list[Line], begin: int, end: int) -> None:
    end = _without_small_print(lines, begin, end)
    delimiter = _delimiter(lines, begin, end)
    if delimiter is not None:
        _mark(lines, delimiter, end)
        end = delimiter
    end = _without_small_print(lines, begin, end)
    contacts = _contacts(lines, begin, end)
    if contacts is not None:
        _mark(lines, contacts, end)


def _mark(lines: list[Line], begin: int, end: int) -> None:
    for line in lines[begin:end]:
        line.is_signature = True


def _delimiter(lines: list[Line], begin: int, end: int) -> int | None:
    for position in range(end - 1, max(begin - 1, end - SIGNATURE_LINES - 6), -1):
        line = lines[position]
        if not line.is_own or not DELIMITER.match(line.text[:10]):
            continue
        below = [one.text for one in lines[position + 1 : end] if not one.is_blank]
        has_room = len(below) <= SIGNATURE_LINES and all(len(text) < 400 for text in below)
        if below and has_room and not any(MATTERS.search(text) for text in below):
            return position
        return None
    return None


def _without_small_print(lines: list[Line], begin: int, end: int) -> int:
    """Where the text ends once the last paragraphs that say nothing are gone."""
    while True:
        last = end
        while last > begin and (lines[last - 1].is_blank or not lines[last - 1].is_own):
            last -= 1
        first = last
        while first > begin and not lines[first - 1].is_blank and lines[first - 1].is_own:
            first -= 1
        if last <= begin:
            return end
        line = lines[last - 1].text
        if len(line) < 300 and (SENT_FROM.match(line) or RULE.match(line)):
            first = last - 1
        elif not _is_small_print(lines, first, last):
            return end
        if first <= begin and not SENT_FROM.match(line):
            return end
        _mark(lines, first, end)
        end = first


def _is_small_print(lines: list[Line], first: int, last: int) -> bool:
    text = " ".join(line.text for line in lines[first:last])
    if len(text) > 6_000 or (MATTERS.search(text[:2_000]) and not CONFIDENTIAL.search(text[:2_000])):
        return False
    if CONFIDENTIAL.search(text) and RECIPIENT.search(text) and len(text) > 100:
        return True
    return len(text) < 500 and bool(ADVERT.search(text)) and not text.rstrip().endswith("?")


def _contacts(lines: list[Line], begin: int, end: int) -> int | None:
    """Where the lines of phone, address and web site begin below a closing formula and a name."""
    for position in range(end - 1, max(begin - 1, end - CONTACT_BLOCK - 4), -1):
        if not lines[position].is_own or not CLOSING.match(lines[position].text[:60]):
            continue
        below = [at for at in range(position + 1, end) if not lines[at].is_blank]
        if len(below) < 3:
            return None
        block = below[1:]  # the name stays
        texts = [lines[at].text for at in block]
        contacts = sum(bool(CONTACT.search(text[:200])) for text in texts)
        short = all(len(text) < 120 for text in texts)
        if contacts >= 2 and short and len(texts) <= CONTACT_BLOCK and not any(map(MATTERS.search, texts)):
            return block[0]
        return None
    return None
