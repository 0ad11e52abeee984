"""Marks what of a text is history and what is signature. Works on lines, some of which the HTML has marked already."""

import re

from tickets.channels.mail_in.words.lines import Line
from tickets.channels.mail_in.words.phrases import (
    ADDRESS,
    DATE_OR_TIME,
    FORWARDED,
    LABEL,
    ORIGINAL,
    RULE,
    WROTE_WORD,
    ZOHO,
)
from tickets.channels.mail_in.words.signature import mark_signature

LONGEST = 1_000
"""Characters of a line that phrases are looked for in."""
ATTRIBUTION_LINES = 4
ATTRIBUTION_LENGTH = 400
HEADER_LINES = 14
LOOKED_AT_MOST = 1_000
"""Lines that could begin a history: more have only mails that are made to cost time."""
QUOTED = re.compile(r"^\s{0,3}(?:>|\|\s|&gt;)")


def fold(lines: list[Line]) -> list[Line]:
    """The same lines, marked."""
    _mark_forwarded(lines)
    starts = _quote_runs(lines)
    attributed = _mark_attributions(lines, starts)
    _mark_runs(lines, starts, attributed)
    _mark_history(lines)
    mark_signature(lines)
    return lines


def _mark_forwarded(lines: list[Line]) -> None:
    """What somebody sends on is what they have to say: nothing below such a line is history."""
    for position, line in enumerate(lines):
        if (
            not line.is_quoted
            and len(line.text) < 200
            and not QUOTED.match(line.text)
            and FORWARDED.match(line.text)
        ):
            if not _announces(lines, position):
                continue
            for below in lines[position:]:
                below.is_forwarded = True
                below.is_quoted = False
            return


def _announces(lines: list[Line], position: int) -> bool:
    """Whether headers, or quoted text, follow a line that may only speak about a forwarded message."""
    text = lines[position].text.strip()
    if text.startswith(("-", "=", "_", "*")):
        return True
    following = [line for line in lines[position + 1 : position + 6] if not line.is_blank]
    return bool(following) and bool(LABEL.match(following[0].text[:LONGEST].lstrip("> ")))


def _quote_runs(lines: list[Line]) -> list[tuple[int, int]]:
    """Stretches of lines that begin with a mark of quoting, blank ones between them included."""
    runs: list[tuple[int, int]] = []
    begin = end = None
    for position, line in enumerate(lines):
        if QUOTED.match(line.text[:10]) and not line.is_quoted:
            begin = position if begin is None else begin
            end = position
        elif begin is not None and not line.is_blank:
            runs.append((begin, end or begin))
            begin = None
    if begin is not None:
        runs.append((begin, end or begin))
    return runs


def _mark_attributions(lines: list[Line], runs: list[tuple[int, int]]) -> bool:
    """The "On … wrote:" above quoted text. True when there was one: then all marks of quoting are meant so."""
    found = False
    quoted_starts = {begin for begin, _end in runs}
    quoted_starts |= {
        position
        for position, line in enumerate(lines)
        if line.is_quoted and not line.is_blank and (position == 0 or not lines[position - 1].is_quoted)
    }
    for begin in sorted(quoted_starts):
        window = _attribution_above(lines, begin)
        if window:
            found = True
            for line in lines[window[0] : begin]:
                line.is_quoted = True
        elif _starts_with_attribution(lines, begin):
            found = True
    return found


def _attribution_above(lines: list[Line], begin: int) -> tuple[int, int] | None:
    """From which to which line somebody is named as the writer of what stands at `begin`."""
    last = begin - 1
    while last >= 0 and lines[last].is_blank and begin - last <= 3:
        last -= 1
    return _attribution_ending(lines, last, needs_date=False) if last >= 0 else None


def _attribution_ending(lines: list[Line], last: int, *, needs_date: bool) -> tuple[int, int] | None:
    end = lines[last].text.rstrip("* ")[-LONGEST:]
    if ZOHO.match(lines[last].text[:LONGEST]):
        return last, last
    if not end.endswith((":", "：")) or len(lines[last].text) > ATTRIBUTION_LENGTH:
        return None
    text = ""
    for first in range(last, max(-1, last - ATTRIBUTION_LINES), -1):
        if lines[first].is_blank or (lines[first].is_quoted and first != last):
            break
        text = f"{lines[first].text.strip()} {text}".strip()
        if len(text) > ATTRIBUTION_LENGTH:
            break
        if _is_attribution(text, needs_date=needs_date) and not _goes_on_above(lines, first, text):
            return first, last
    return None


def _is_attribution(text: str, *, needs_date: bool) -> bool:
    said = WROTE_WORD.search(text)
    if not said:
        return False
    # "schrieb Jan Novák <jan@x.cz>:" names its writer after the verb, most name it before.
    if len(text) - said.end() > 160:
        return False
    dated, addressed = bool(DATE_OR_TIME.search(text)), bool(ADDRESS.search(text))
    if needs_date:
        return dated and (addressed or len(text) - said.end() < 40 or said.start() > 8)
    return dated or addressed or said.start() < 60


def _goes_on_above(lines: list[Line], first: int, text: str) -> bool:
    """Whether the attribution began a line earlier: what is left of it has no date, and the line above one."""
    if first == 0 or lines[first - 1].is_blank or lines[first - 1].is_quoted:
        return False
    above = lines[first - 1].text.strip()
    if DATE_OR_TIME.search(text) or not DATE_OR_TIME.search(above[:LONGEST]):
        return False
    return len(above) < 160 and not above.endswith((".", "!", "?"))


def _starts_with_attribution(lines: list[Line], begin: int) -> bool:
    """The attribution itself is quoted, as phones do it."""
    text = " ".join(line.text.lstrip("> ") for line in lines[begin : begin + 3])[:ATTRIBUTION_LENGTH]
    said = WROTE_WORD.search(text)
    return bool(said and DATE_OR_TIME.search(text[: said.end()]))


def _mark_runs(lines: list[Line], runs: list[tuple[int, int]], attributed: bool) -> None:
    several = sum(end - begin + 1 for begin, end in runs) >= 3 and len(runs) > 1
    for begin, end in runs:
        run = lines[begin : end + 1]
        if attributed or several or _is_quotation(run):
            for line in run:
                line.is_quoted = line.is_quoted or not line.is_forwarded


def _is_quotation(run: list[Line]) -> bool:
    """Of one stretch that nobody announced: "> 5 GB" is a size and ">>> x" a console; a sentence is a quotation."""
    texts = [line.text.strip() for line in run if not line.is_blank]
    if texts[0].startswith(">>>"):
        return False
    if len(texts) >= 3:
        return True
    words = texts[0].lstrip("> |").split()
    if not texts[0].startswith("> ") or len(words) < 2 or not words[0][:1].isalpha():
        return False
    return len(words) >= 4 or texts[-1].endswith((".", "?", "!", "…"))


def _mark_history(lines: list[Line]) -> None:
    """Below a block of headers, or a line such as "Original Message", all is history that has no mark of its own."""
    looked = 0
    for position, line in enumerate(lines):
        if line.is_quoted or line.is_forwarded or line.is_blank or len(line.text) > LONGEST:
            continue
        if (
            ":" not in line.text
            and "-" not in line.text
            and "：" not in line.text
            and not ORIGINAL.match(line.text)
        ):
            continue
        looked += 1
        if looked > LOOKED_AT_MOST:
            return
        begin = _history_begins(lines, position)
        if begin is not None:
            for below in lines[begin:]:
                below.is_quoted = not below.is_forwarded
            return


def _history_begins(lines: list[Line], position: int) -> int | None:
    """Where, with what announces it; None where none begins at this line."""
    text = lines[position].text
    if ORIGINAL.match(text) and (
        text.strip().startswith(("-", "_", "=", "*")) or _header_block(lines, position + 1)
    ):
        return position
    if LABEL.match(text) and _header_block(lines, position):
        above = position - 1
        while above >= 0 and lines[above].is_blank:
            above -= 1
        return above if above >= 0 and RULE.match(lines[above].text[:LONGEST]) else position
    unmarked = _attribution_ending(lines, position, needs_date=True)
    if unmarked and _stands_before_history(lines, position):
        return unmarked[0]
    return None


def _stands_before_history(lines: list[Line], position: int) -> bool:
    """An attribution without marks below it: it must name an address and a date, and something must follow."""
    text = " ".join(line.text for line in lines[max(0, position - 3) : position + 1])
    below = [line for line in lines[position + 1 : position + 200] if not line.is_blank]
    return bool(below) and not any(line.is_quoted for line in below) and bool(ADDRESS.search(text))


def _header_block(lines: list[Line], position: int) -> bool:
    """Three or more headers of different kinds under each other, From among them, with something below."""
    kinds: set[str] = set()
    blanks = strangers = 0
    last = position
    for offset, line in enumerate(lines[position : position + HEADER_LINES]):
        text = line.text[:LONGEST].lstrip("> ")
        match = LABEL.match(text)
        if match:
            kinds.add(match.lastgroup or "")
            blanks = strangers = 0
            last = position + offset
        elif line.is_blank:
            blanks += 1
        else:
            strangers += 1
        if blanks > 1 or strangers > 2:
            break
    if len(kinds & {"from", "date", "to", "subject"}) < 3 or "from" not in kinds:
        return False
    return any(not line.is_blank for line in lines[last + 1 :])
