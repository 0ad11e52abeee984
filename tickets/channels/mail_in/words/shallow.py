"""HTML that cannot be too deep, nor too bold. How deep it goes nobody knows before parsing (comments, attributes and
misplaced ends deceive any quick look), so what counts is how many elements open at all.

A parser looks through all that is open for each element that opens, so that a hundred thousand unclosed ones, half a
megabyte, cost it minutes. And it opens all bold, italic and the like anew in each paragraph until they are closed, of
the same kind three at most ("Noah's Ark clause"), so that four thousand that differ and a thousand paragraphs, 45 kB,
become four million elements.
"""

import re
from collections import Counter

OPENED_AT_MOST = 8_000
"""Cost a quarter of a second if each lies in the one before."""
_OPENED = re.compile(r"<([a-zA-Z][^\s<>/]{0,20})")
_TAG = re.compile(r"<[^<>]*>")
NEVER_DEEP = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("p", "li", "dt", "dd", "tr", "td", "th"),
    }
)
"""They are empty, or the next one closes them."""

_FORMATTING = r"(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])"
_FORMATS = re.compile(rf"<{_FORMATTING}([^>]*)", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"(?:\s+[\w:-]+(?:=(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<=`]+))?)*\s*/?")
_FORMAT_TAG = re.compile(rf"</?{_FORMATTING}[^>]*>?", re.IGNORECASE)
OF_A_KIND = 3
REOPENED_AT_MOST = 300_000
"""Elements, two seconds of a parser and its reader."""


def shallow(html: str) -> str:
    """As it is, but without the tags behind the first many, and without bold and the like where they would come to too
    much; the text stays."""
    html = _without_formats(html)
    if html.count("<") <= OPENED_AT_MOST:
        return html
    counted_out = frozenset() if re.search("<(?:svg|math)", html, re.IGNORECASE) else NEVER_DEEP
    opened = 0
    for match in _OPENED.finditer(html):
        opened += match[1].casefold() not in counted_out
        if opened > OPENED_AT_MOST:
            return html[: match.start()] + _TAG.sub(" ", html[match.start() :])
    return html


def _without_formats(html: str) -> str:
    tags = html.count("<")
    if tags * tags <= REOPENED_AT_MOST * 4:
        return html  # a tag formats or is formatted, so half of each are the worst
    kinds: Counter[str] = Counter()
    for match in _FORMATS.finditer(html):
        # Attributes that may be read in two ways may go on behind this ">", and differ there.
        kind = match[0] if _ATTRIBUTES.fullmatch(match[1]) else f"\0{match.start()}"
        kinds[kind] += 1
    open_at_most = sum(min(count, OF_A_KIND) for count in kinds.values())
    if open_at_most * tags <= REOPENED_AT_MOST:
        return html
    return _FORMAT_TAG.sub("<wbr>", html)
