"""HTML of a stranger, for showing: a small allow-list, no style, no script, nothing loaded from elsewhere unless asked.
All changes are made before or inside the cleaner; what it returns is shown as it is (THREATS V19)."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from tickets.channels.mail_in.words.shallow import shallow

TAGS = frozenset(
    {
        *(
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "caption",
            "code",
            "dd",
            "del",
            "div",
            "dl",
            "dt",
            "em",
            "h1",
            "h2",
        ),
        *("h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
    }
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "*": {"dir", "lang"},
}
WITH_CONTENT = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
    "textarea",
}
NUMBER = re.compile(r"\d{1,4}%?")
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,(?:[A-Za-z0-9+/=]|[\r\n]+[ \t]*){1,2000000}")
LINKS = ("http://", "https://", "mailto:")
"""Nothing that leads into our own pages, or runs."""
LARGEST = 500_000
"""Without embedded pictures. The cleaner compares each attribute of a tag with all before it: this costs a second."""
LARGEST_SHOWN = 30_000_000
"""Characters of pictures that came along: a mail may show one any number of times."""


@dataclass(frozen=True)
class Shown:
    html: str
    """Clean; to be shown without another change."""
    blocked: int
    """Pictures from elsewhere that were left out."""


def clean(html: str, *, pictures: Mapping[str, str], remote: bool = False) -> Shown:
    """`pictures` maps a Content-ID to an address of ours; `remote` lets pictures be loaded by https from elsewhere."""
    folded = {cid.casefold(): address for cid, address in pictures.items()}
    embedded: dict[str, str] = {}
    blocked = shown = 0

    def set_aside(match: re.Match[str]) -> str:
        if len(match[0]) < 1000:
            return match[0]
        name = f"data:,{secrets.token_hex(8)}"
        embedded[name] = match[0]
        return name

    def keep(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked, shown
        if name in ("width", "height", "colspan", "rowspan", "start"):
            return value if NUMBER.fullmatch(value) else None
        if (tag, name) == ("a", "href"):
            return value if value.strip().casefold().startswith(LINKS) else None
        if (tag, name) != ("img", "src"):
            return value
        source = value.strip()
        if source.casefold().startswith("cid:"):
            picture = folded.get(source[4:].casefold(), "")
            shown += len(picture)
            return picture if picture and shown <= LARGEST_SHOWN else None
        if source in embedded:
            return embedded[source]
        if EMBEDDED.fullmatch(source) or source in folded.values():
            return source
        if source.casefold().startswith("https://") and remote:
            return source
        blocked += source.casefold().startswith(("http:", "https:", "//"))
        return None

    cleaned = nh3.clean(
        shallow(EMBEDDED.sub(set_aside, html))[:LARGEST],
        tags=set(TAGS),
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Shown(cleaned, blocked)
