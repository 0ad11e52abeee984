"""HTML that would cost too much to read as a tree is read as text with its tags taken out.

The tree is linear for what people send; it is not for thousands of attributes at one element or for elements nested
tens of thousands deep, which only an attacker sends.
"""

import html
import re

from tickets.channels.mail_in.words.folding.patterns import worded

LARGE = 100_000
"""Characters up to which nothing costs too much, whatever they are."""
LARGEST, MOST_TAGS, MOST_ATTRIBUTES, DEEPEST = 8_000_000, 150_000, 3_000, 3_000

_DATA = re.compile(r"""(=\s*["']?)data:[a-z0-9.+/-]{1,60}[;,][^"'\s>]{200,}""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,60})")
_ATTRIBUTE = re.compile(r"""[\s/]*(?:[^\s/>=][^\s/>=]*\s*(?:=\s*(?:"[^"]*"?|'[^']*'?|[^\s>]*))?|=)""")
_VOID = worded("""
    br hr img input meta link area base col embed source track wbr p li td th tr option dd dt
""")
_BREAKING = re.compile(
    r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?blockquote|hr)\b[^<>]{0,2000}>", re.IGNORECASE
)
_ANY = re.compile(r"<[/!?a-zA-Z][^<>]{0,5000}>")


def without_data(source: str) -> str:
    """Without pictures written into it, which are no text and may be megabytes."""
    return _DATA.sub(r"\1data:", source) if "data:" in source else source


def is_bearable(source: str) -> bool:
    """Whether a tree of it may be built."""
    if len(source) <= LARGE:
        return source.count("<") <= 30_000
    if len(source) > LARGEST or source.count("<") > MOST_TAGS:
        return False
    at = depth = deepest = 0
    while found := _TAG.search(source, at):
        at, attributes = found.end(), 0
        while (attribute := _ATTRIBUTE.match(source, at)) and attribute.end() > at:
            at, attributes = attribute.end(), attributes + 1
            if attributes > MOST_ATTRIBUTES:
                return False
        if found[2].lower() not in _VOID:
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest <= DEEPEST


def text_without_tags(source: str) -> str:
    """The words of any HTML, in linear time, without its structure."""
    for opening, closing in (("<!--", "-->"), ("<style", "</style"), ("<script", "</script")):
        source = _without(source, opening, closing)
    if "<" in source:
        source = _ANY.sub("", _BREAKING.sub("\n", source))
    return html.unescape(source) if "&" in source else source


def _without(source: str, opening: str, closing: str) -> str:
    """Without what stands between the two; all that follows one that is never closed is kept."""
    if opening not in source:
        return source
    parts, at = [], 0
    while (start := source.find(opening, at)) >= 0:
        end = source.find(closing, start + len(opening))
        if end < 0:
            break
        parts.append(source[at:start])
        at = end + len(closing)
    parts.append(source[at:])
    return "".join(parts)
