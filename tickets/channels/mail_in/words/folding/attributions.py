"""Lines that introduce a quote: "On Monday, Bob wrote:", wrapped anywhere, in many languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tickets.channels.mail_in.words.folding.phrases import FIRST_PERSON, OPENERS, QUOTING, WROTE_VERB

LINES, CHARACTERS = 5, 500
"""What an attribution may take."""

_MAIL = re.compile(r"[\w.+'=-]{1,64}@[\w-][\w.-]{0,99}")
_IN_BRACKETS = re.compile(r"<\s?(?:mailto:)?[^<>@\s]{1,64}@[^<>@]{1,100}>")
_MONTH_WORD = r"[^\W\d_]{2,14}\.?"
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-] ?\d{1,2}[./-] ?\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|er)?,? (?:de )?{_MONTH_WORD},? (?:de )?\d\d\b"
)
_TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b\d{1,2} ?[AaPp]\.?[Mm]\b|\b\d{1,2} h(?: \d\d)?\b")
_DAY_AND_MONTH = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?,? {_MONTH_WORD}|\b{_MONTH_WORD} \d{{1,2}}\b")
_ONLY_NAME = re.compile(r"[\"'“„]?[^<>@:]{1,80}[\"'”“]? ?\(?<[^<>@\s]{1,64}@[^<>@\s]{1,100}>\)?,? ")
_ONLY_ADDRESS = re.compile(r"[^<>@\s]{1,64}@[\w.-]{1,100} ")
_REFERENCE = re.compile(r"<[^<>@\s]{1,120}@[^<>@\s]{1,120}>|news:|\[\d|, \d\d?:\d\d", re.IGNORECASE)
_DASHES = re.compile(r"^-{2,}.*-{2,}$")
_SENTENCE_END = re.compile(r"[.!?…]$")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:\d{1,4}|[^\W\d_]{1,9})\.$")
_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|ma[ijyr]|jun|jul|aug|sep|sept|okt|oct|nov|de[czs]|veebr|märts|juuni|juuli|tammi|helmi|maalis"
    r"|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|led|úno|bře|dub|kvě|čvn|čvc|srp|zář|říj|lis|pro|sty|lut|kwi"
    r"|maj|cze|lip|sie|wrz|paź|gru|janv|févr|avr|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|янв|февр?|мар"
    r"|апр|июн|июл|авг|сент?|окт|нояб?|дек|січ|лют|бер|квіт|трав|черв|лип|серп|вер|жовт|лист|груд)[^\W\d_]{0,6}\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    start: int
    end: int
    """Index of its last line."""
    is_certain: bool
    """Also where what follows carries no mark of a quote."""


def find(lines: Sequence[str], is_free: Sequence[bool]) -> dict[int, Attribution]:
    """Attributions by the index of their first line.

    `lines` are as `lines.looked_at` gives them; `is_free` tells those that are no quote by a mark of their own. One
    that is not certain counts only where a quote follows, which is for the caller to see.
    """
    found: dict[int, Attribution] = {}
    for end, line in enumerate(lines):
        if is_free[end] and _closes(line) and (one := _ending_at(lines, is_free, end)):
            found[one.start] = one
    return found


def _closes(line: str) -> bool:
    return line.rstrip("*_ -—–").endswith((":", "：")) or (line.endswith("--") and len(line) > 8)


def _ending_at(lines: Sequence[str], is_free: Sequence[bool], end: int) -> Attribution | None:
    start, text = end, ""
    best: Attribution | None = None
    while start > end - LINES and start >= 0 and is_free[start] and lines[start]:
        # Russian Gmail has a colon after the address, and the verb in the next line.
        if start < end and (_ends_sentence(above := lines[start]) or (_closes(above) and above[-2:] != ">:")):
            break
        text = f"{lines[start]} {text}" if text else lines[start]
        if len(text) > CHARACTERS:
            break
        certain = _is_certain(text)
        if (certain or _is_likely(text)) and (start == end or _may_begin(lines[start], text)):
            best = Attribution(start, end, certain)
            if certain:
                break
        start -= 1
    if best is None:
        return None
    return Attribution(_first_line(lines, is_free, best), end, best.is_certain)


def _first_line(lines: Sequence[str], is_free: Sequence[bool], found: Attribution) -> int:
    """Goes up to where the date or the name begins, when the line was broken within them."""
    start = found.start
    while start > 0 and found.end - start < LINES:
        above = lines[start - 1]
        broken = is_free[start - 1] and above and len(above) <= 100 and not _ends_sentence(above)
        if not broken or not (_opens(above) and _is_piece(above)):
            break
        if _opens(lines[start]) and (above[:1].isdigit() or not lines[start][:1].isdigit()):
            break
        start -= 1
    return start


def _is_piece(line: str) -> bool:
    """The beginning of an attribution and not of a sentence: a date, and few words."""
    return len(line.split()) <= 14 and (bool(_DATE.search(line)) or bool(_DAY_AND_MONTH.search(line)))


def _ends_sentence(line: str) -> bool:
    if not _SENTENCE_END.search(line):
        return False
    last = line.rsplit(None, 1)[-1]
    return not (last.endswith(".") and (last[:-1].isdigit() or len(last) <= 3 or _MONTHS.fullmatch(last)))


def _opens(line: str) -> bool:
    """Its first word is one with which a date begins."""
    first = line.lstrip("*_>-— ").split(None, 1)[:1]
    if not first:
        return False
    word = first[0].strip(".,*_").lower()
    return word in OPENERS or word[:1].isdigit()


def _may_begin(line: str, text: str) -> bool:
    """Whether an attribution of several lines may begin with this one."""
    if _opens(line):
        return bool(_DATE.search(text) or _DAY_AND_MONTH.search(line) or _TIME.search(line))
    words = line.split()
    return len(words) <= 8 and ("<" in line or "@" in line or '"' in line or _is_name(words))


def _is_name(words: Sequence[str]) -> bool:
    return 0 < len(words) <= 6 and all(
        word[:1].isupper()
        or not word[:1].isalpha()
        or word in ("via", "de", "von", "van", "der", "da", "di", "from")
        for word in words
    )


def _is_certain(text: str) -> bool:
    """The sentence of a program: who, when, and the verb, or the address before the colon."""
    mail = _MAIL.search(text)
    date = bool(_DATE.search(text) or _DAY_AND_MONTH.search(text))
    time = bool(_TIME.search(text))
    verb = WROTE_VERB.search(text)
    if not mail and FIRST_PERSON.search(text):
        return False
    if mail and verb and _DASHES.match(text):
        return True
    if not _ends_in_colon(text):
        return bool(_DASHES.match(text) and verb and date and time)
    if verb:
        if mail and (date or time or _is_only_name(text, verb)):
            return True
        return bool(_DATE.search(text)) and time and _begins_or_ends_with_date(text, verb)
    return bool(date and time and _ends_in_address(text))


def _is_only_name(text: str, verb: re.Match[str]) -> bool:
    """`Bob <bob@…> wrote:` and nothing else."""
    before = text[: verb.start()].lstrip("*_ ")
    if text[verb.end() :].strip(" *_:：").strip():
        return False
    return bool(_ONLY_NAME.fullmatch(before) or _ONLY_ADDRESS.fullmatch(before))


def _begins_or_ends_with_date(text: str, verb: re.Match[str]) -> bool:
    """ "On 12.11.2026 14:05, Bob wrote:" or "Bob wrote on 12.11.2026 14:05:", not a date somewhere in a sentence."""
    found = _DATE.search(text)
    if not found:
        return False
    before = text[: found.start()]
    if verb.start() < found.start():
        return len(text) - found.end() <= 40 and len(text[: verb.start()].split()) <= 8
    return (_opens(text) or not before.strip()) and len(before.split()) <= 8 and len(text) <= 200


def _ends_in_colon(text: str) -> bool:
    return text.rstrip("*_ -—–").endswith((":", "："))


def _ends_in_address(text: str) -> bool:
    return text.rstrip("*_ :：").endswith((">", ">)")) and bool(_IN_BRACKETS.search(text[-160:]))


def _is_likely(text: str) -> bool:
    """Enough where a quote follows."""
    if QUOTING.match(text):
        return True
    evidence = bool(
        _MAIL.search(text) or _DATE.search(text) or _TIME.search(text) or _DAY_AND_MONTH.search(text)
    )
    verb = WROTE_VERB.search(text)
    if not verb:
        return evidence and bool(_REFERENCE.search(text)) and len(text) <= 200
    if evidence:
        return bool(_MAIL.search(text)) or not FIRST_PERSON.search(text)
    after = text[verb.end() :].strip(" *_:：-")
    return (
        _is_name(text[: verb.start()].strip("*_- ").split())
        and _is_name([*after.split(), "X"])
        and (not FIRST_PERSON.search(text))
    )
