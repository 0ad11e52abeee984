"""HTML that cannot be too deep. A parser looks through all that is open for each element that opens, so that a hundred
thousand unclosed ones, half a megabyte, cost it minutes. How deep it goes nobody knows before parsing (comments,
attributes and misplaced ends deceive any quick look), so what counts is how many elements open at all."""

import re

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


def shallow(html: str) -> str:
    """As it is, but without the tags behind the first many; their text stays."""
    if html.count("<") <= OPENED_AT_MOST:
        return html
    counted_out = frozenset() if re.search("<(?:svg|math)", html, re.IGNORECASE) else NEVER_DEEP
    opened = 0
    for match in _OPENED.finditer(html):
        opened += match[1].casefold() not in counted_out
        if opened > OPENED_AT_MOST:
            return html[: match.start()] + _TAG.sub(" ", html[match.start() :])
    return html
