"""What a person wrote in a mail: their own words, with quoted history and signature folded away, and all of it."""

import re
from collections.abc import Mapping, Sequence

from tickets.channels.mail_in.mail import Words
from tickets.channels.mail_in.words.folding import quotes, signatures
from tickets.channels.mail_in.words.folding.lines import SIGNATURE, Line, is_quoted, looked_at, plain_lines
from tickets.channels.mail_in.words.html_text import lines_of_html
from tickets.channels.mail_in.words.pictures import Pictures

LINES = 25_000
"""Lines that are looked at; a person does not write more. The rest is folded where all before it was history."""


def read_words(plain: str | None, html: str | None, pictures: Mapping[str, str]) -> Words:
    """Pure. `plain` and `html` are the decoded bodies of the mail, as far as it has them.

    `pictures` maps Content-ID and Content-Location to the name of the file; `own` and `full` hold `[image: NAME]` where
    such a picture stood. `own` is empty only when `full` is: a mail of nothing but history or a forward is all own.
    """
    known = Pictures(pictures)
    from_plain = _Version(_lines(known.in_text(plain))) if plain and plain.strip() else None
    from_html = _Version(lines_of_html(html, known.name)) if html and html.strip() else None
    if from_plain and from_html and from_html.full:
        return _chosen(from_plain, from_html)
    version = from_plain or from_html
    return version.words() if version else Words("", "")


def _lines(text: str) -> list[Line]:
    return [Line(text) for text in plain_lines(text, LINES)]


class _Version:
    """One of the two bodies."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.full = _joined(
            [f"{'> ' * line.level}{line.text}" if line.level else line.text for line in lines]
        )
        self._own: str | None = None

    @property
    def own(self) -> str:
        if self._own is None:
            self._own = _own(self.lines) or self.full
        return self._own

    @property
    def tells_quotes(self) -> bool:
        """Its markup says what is quoted."""
        return any(line.level or (line.mark and line.mark != SIGNATURE) for line in self.lines)

    @property
    def has_pointed(self) -> bool:
        return any(is_quoted(line.text) for line in self.lines)

    def words(self) -> Words:
        return Words(self.own, self.full)


def _chosen(plain: _Version, html: _Version) -> Words:
    """Both say the same in most mails. HTML is taken where its markup tells what is quoted, the plain text where its
    `>` do; and when one says what the other does not, nothing of it is lost."""
    if _is_stub(plain.full, html.full):
        return html.words()
    if html.tells_quotes or not plain.has_pointed:
        first, second = html, plain
    else:
        first, second = plain, html
    if not _lacks(first.full, second.own):
        return first.words()
    if not _lacks(second.full, first.own):
        return second.words()
    return Words(f"{first.own}\n\n{second.own}", f"{first.full}\n\n{second.full}")


_STUB = re.compile(r"\bHTML\b", re.IGNORECASE)


def _is_stub(plain: str, html: str) -> bool:
    """ "Your program does not show HTML" and such, beside HTML that says something else."""
    return len(plain) < 400 and _STUB.search(plain) is not None and _lacks(html, plain)


_WORD = re.compile(r"[^\W\d_]{3,30}")
_NO_WORDS = re.compile(
    r"<?(?:https?|mailto|cid):[^\s<>]{0,2000}>?|\[(?:image|cid): ?[^\]]{0,200}\]", re.IGNORECASE
)
_COMPARED = 30_000
"""Characters of an own text whose words are looked for in the other body."""


def _lacks(full: str, own: str) -> bool:
    """Whether much of what one body says is missing in the other."""
    own_words = set(_WORD.findall(_NO_WORDS.sub(" ", own[:_COMPARED]).lower()))
    missing = own_words - set(_WORD.findall(full[: 20 * _COMPARED].lower()))
    return len(missing) >= 3 and len(missing) * 3 > len(own_words)


def _own(lines: Sequence[Line]) -> str:
    """Empty when nothing of it is own."""
    looked, rest = lines[:LINES], lines[LINES:]
    folded = quotes.fold(looked)
    parts: list[str] = []
    for start, end in folded.runs:
        cut = end if folded.forwarded_from is None else min(max(start, folded.forwarded_from), end)
        parts.append(_joined(_without_signature(looked[start:cut])))
        parts.append(_joined([line.text for line in looked[cut:end]]))
    if rest and not folded.is_history_to_end:
        parts.append(_without_quotes(rest))
    return "\n\n".join(part for part in parts if part)


_QUOTED_LINES = re.compile(r"^[ \t]{0,3}>.*$\n?", re.MULTILINE)


def _without_quotes(rest: Sequence[Line]) -> str:
    """What follows more lines than anybody writes: without what is marked as quoted, and not looked at closer."""
    return _QUOTED_LINES.sub("", "\n".join(line.text for line in rest if not line.level)).strip("\n")


def _without_signature(lines: Sequence[Line]) -> list[str]:
    lines = _without_marked(lines) if any(line.mark == SIGNATURE for line in lines) else lines
    raw = [line.text for line in lines]
    return raw[: signatures.end_of_words([looked_at(text) for text in raw], raw)]


def _without_marked(lines: Sequence[Line]) -> list[Line]:
    """Without what the markup calls a signature, where it is nothing else."""
    left: list[Line] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and (lines[end].mark == SIGNATURE or (end > at and not lines[end].text)):
            end += 1
        if end == at or not signatures.is_signature([looked_at(line.text) for line in lines[at:end]]):
            end = max(end, at + 1)
            left.extend(lines[at:end])
        at = end
    return left


def _joined(texts: Sequence[str]) -> str:
    """Without blank lines at both ends, and with no more than one between two others."""
    written: list[str] = []
    for text in texts:
        stripped = text.rstrip()
        if stripped:
            written.append(stripped)
        elif written and written[-1]:
            written.append("")
    if written and not written[-1]:
        written.pop()
    return "\n".join(written)
