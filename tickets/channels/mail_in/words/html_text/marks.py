"""What the markup of mail programs says: quoted, introducing a quote, a signature, hidden."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tickets.channels.mail_in.words.folding.lines import ATTRIBUTION, FORWARD, HISTORY, SIGNATURE
from tickets.channels.mail_in.words.folding.patterns import worded

QUOTE, INDENTED, HIDDEN, GMAIL, NONE = "quote", "indented", "hidden", "gmail", ""
"""Beside those of a line: a region that is quoted; one that may be; one that is not shown; Gmail's, which holds the
attribution and the quote, and sometimes words of the person below."""

_DROPPED = worded("""
    head style script title meta link template object embed applet iframe frame frameset svg math audio video canvas map
    colgroup datalist xml base
""")
_QUOTE_CLASSES = worded("""
    yahoo_quoted protonmail_quote tutanota_quote zmail_extra wisestamp_quote iosymail clean_bq cite quoted-message
    front-blockquote missive_quote sh-quoted-content mail_quote replied-quote
""")
_QUOTE_IDS = worded("""
    mail-editor-reference-message-container olk_src_body_section isreplycontent airmailquote origbody _origmsg_
""")
_QUOTE_NAMES = frozenset(("quote", "messagereplysection"))
_ATTRIBUTION_CLASSES = worded("moz-cite-prefix gmail_attr reply-intro protonmail_quote_header")
_HISTORY_CLASSES = frozenset(("outlookmessageheader", "mail-quote-header"))
_HISTORY_IDS = frozenset(("divrplyfwdmsg", "zwchr", "replyforwardmessage", "stopspelling"))
_SIGNATURE_CLASSES = worded("""
    gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block tutanota_signature yahoo_signature
""")
_SIGNATURE_IDS = worded(
    "ms-outlook-mobile-signature signature outlooksignature protonmail_mobile_signature_block"
)
_FORWARD_IDS = frozenset(("isforwardcontent",))
_FORWARD_CLASSES = frozenset(("moz-forward-container",))
_SEPARATING = re.compile(r"border-top\s*:\s*(?:solid|\d\S{0,5} solid)")
_UNSHOWN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px|em|pt)?\s*(?:;|$|!)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!))"
)
_TINY = re.compile(r"(?:^|[;\s])font-size\s*:\s*[01](?:\.\d+)?\s*(?:px|pt|em|%)?\s*(?:;|$|!)")
_SIZED = re.compile(r"(?:^|[;\s])font(?:-size)?\s*:")

Attributes = Mapping[str, str | None]


def is_dropped(tag: str) -> bool:
    """Elements without words for people."""
    return tag in _DROPPED


def is_hidden(attributes: Attributes) -> bool:
    """Not shown with all that is within."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and _UNSHOWN.search(style.lower()) is not None


def tininess(attributes: Attributes) -> bool | None:
    """True where letters become too small to read, False where they get a size again, None where nothing is said."""
    style = attributes.get("style")
    if not style or "font" not in style.lower():
        return None
    style = style.lower()
    if _TINY.search(style):
        return True
    return False if _SIZED.search(style) else None


def mark(tag: str, attributes: Attributes) -> str:
    """What this element says of the lines in it, or from it on (`history`, `forward`)."""
    if not attributes:
        return INDENTED if tag == "blockquote" else NONE
    classes = (attributes.get("class") or "").lower().split()
    name = (attributes.get("id") or "").lower()
    if tag == "blockquote":
        return _blockquote(attributes, classes, name)
    if classes and (found := _by_class(classes)):
        return found
    if name and (found := _by_id(name)):
        return found
    if (attributes.get("name") or "").lower() in _QUOTE_NAMES and tag != "a":
        return QUOTE
    if "data-smartmail" in attributes:
        return SIGNATURE
    style = attributes.get("style")
    if style and tag == "div" and "border-top" in style and _SEPARATING.search(style.lower()):
        return HISTORY
    return NONE


def _blockquote(attributes: Attributes, classes: list[str], name: str) -> str:
    if (attributes.get("type") or "").lower() == "cite" or "cite" in attributes or "gmail_quote" in classes:
        return QUOTE
    if any(one in _QUOTE_CLASSES for one in classes) or name in _QUOTE_IDS or "quote" in name:
        return QUOTE
    return INDENTED


def _by_class(classes: list[str]) -> str:
    for one in classes:
        if one in ("gmail_quote", "gmail_quote_container"):
            return GMAIL
        if one in _QUOTE_CLASSES or one.endswith("yahoo_quoted"):
            return QUOTE
        if one in _ATTRIBUTION_CLASSES:
            return ATTRIBUTION
        if one in _SIGNATURE_CLASSES:
            return SIGNATURE
        if one in _HISTORY_CLASSES:
            return HISTORY
        if one in _FORWARD_CLASSES:
            return FORWARD
    return NONE


def _by_id(name: str) -> str:
    if name in _HISTORY_IDS:
        return HISTORY
    if name in _QUOTE_IDS or "yahoo_quoted" in name:
        return QUOTE
    if name in _SIGNATURE_IDS:
        return SIGNATURE
    return FORWARD if name in _FORWARD_IDS else NONE


_SHOWN_LINK = 500
_DIGITS = re.compile(r"\D")


def link(href: str, text: str) -> str:
    """What stands behind the text of a link: ` <address>`, or nothing where the text says it already."""
    href = href.strip()
    scheme, _, rest = href.partition(":")
    scheme = scheme.lower()
    if scheme == "mailto":
        address = rest.split("?", 1)[0].strip()
        return "" if not address or address.lower() in text.lower() else f" <{address}>"
    if scheme == "tel":
        number = _DIGITS.sub("", rest)
        return "" if not number or number[-7:] in _DIGITS.sub("", text) else f" <{rest.strip()}>"
    if scheme not in ("http", "https", "ftp"):
        return ""
    href = _without_safelink(href)
    if len(href) > _SHOWN_LINK or any(character.isspace() for character in href):
        return ""
    return "" if _bare(href) == _bare(text) else f" <{href}>"


def _bare(address: str) -> str:
    address = address.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return address.rstrip("/")


def _without_safelink(href: str) -> str:
    """Outlook sends people through a checking host of its own."""
    if "safelinks.protection.outlook.com" not in href[:200]:
        return href
    try:
        return parse_qs(urlsplit(href).query).get("url", [href])[0]
    except ValueError:
        return href
