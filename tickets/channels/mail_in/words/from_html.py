"""HTML to lines of text, with what its structure says about history and signature. One walk without recursion, so that
ten thousand elements inside each other cost what they would beside each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tickets.channels.mail_in.charsets import clean
from tickets.channels.mail_in.words.lines import Line
from tickets.channels.mail_in.words.pictures import marker
from tickets.channels.mail_in.words.shallow import shallow

LARGEST = 8_000_000
"""Characters of HTML that are read; the original stays whole."""
NODES_AT_MOST = 400_000

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
    ]
)
SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "table"])
"""With a blank line around them."""
SILENT = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "meta",
        "link",
        "base",
        "select",
        "textarea",
    ]
)
QUOTE_CLASSES = frozenset(
    [
        "gmail_attr",
        "gmail_quote_attribution",
        "moz-cite-prefix",
        "yahoo_quoted",
        "protonmail_quote",
        "zmail_extra",
        "outlookmessageheader",
        "tutanota_quote",
        "moz-email-headers-table",
        "ms-outlook-mobile-reference-message",
        "yahoo-quoted",
    ]
)
SIGNATURE_CLASSES = frozenset(
    ["gmail_signature", "moz-signature", "protonmail_signature_block", "zmail_signature_below"]
)
QUOTE_IDS = frozenset(
    ("mail-editor-reference-message-container", "isreplycontent", "ymail_original", "reply-intro")
)
HISTORY_IDS = frozenset(
    ("divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg", "x_appendonsend", "replyfullquote")
)
"""From these on all is history: what stands behind them is not in them."""
SIGNATURE_IDS = frozenset(
    ("signature", "ms-outlook-mobile-signature", "mobilesignature", "yiv_signature", "x_signature")
)
OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df|cccccc)\s+1(?:\.0)?pt", re.IGNORECASE
)
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)|max-height\s*:\s*0(?:px)?\s*(?:;|$)",
    re.IGNORECASE,
)
SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass
class Walk:
    pictures: Mapping[str, str]
    lines: list[Line] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    quoted: int = 0
    signature: int = 0
    pre: int = 0
    history: bool = False
    depth: int = 0
    """Of quotations, for the mark in front of their lines."""
    lists: list[int | None] = field(default_factory=list)

    def write(self, text: str) -> None:
        if self.pre:
            first, *rest = text.replace("\r", "").split("\n")
            self.current.append(first)
            for line in rest:
                self.end_line(force=True)
                self.current.append(line)
            return
        text = SPACES.sub(" ", text)
        if text == " " and (not self.current or self.current[-1].endswith(" ")):
            return
        if (self.current and self.current[-1].endswith(" ")) or not self.current:
            text = text.lstrip(" ")
        if text:
            self.current.append(text)

    def end_line(self, *, force: bool = False) -> None:
        text = "".join(self.current).replace("\xa0", " ").rstrip()
        if not text and not force:
            self.current = []
            return
        quoted = bool(self.quoted or self.history)
        mark = "> " * min(self.depth, 5)
        self.lines.append(
            Line(clean(mark + text) if text else "", is_quoted=quoted, is_signature=bool(self.signature))
        )
        self.current = []

    def blank(self) -> None:
        self.end_line()
        if self.lines and not self.lines[-1].is_blank:
            self.lines.append(
                Line("", is_quoted=bool(self.quoted or self.history), is_signature=bool(self.signature))
            )


def lines_of_html(html: str, pictures: Mapping[str, str]) -> list[Line]:
    root = LexborHTMLParser(shallow(html[:LARGEST])).root
    walk = Walk({cid.casefold(): name for cid, name in pictures.items()})
    if root is None:
        return []
    node: LexborNode | None = root
    nodes = 0
    closing: list[tuple[LexborNode, bool, bool]] = []
    while node is not None and nodes < NODES_AT_MOST:
        nodes += 1
        goes_in = _enter(node, walk, closing)
        if goes_in and node.child is not None:
            node = node.child
            continue
        if goes_in:
            _leave(node, walk, closing)
        while node is not None and node.next is None:
            node = node.parent
            if node is not None:
                _leave(node, walk, closing)
        node = node.next if node is not None else None
    walk.end_line()
    return walk.lines


def _enter(node: LexborNode, walk: Walk, closing: list) -> bool:
    """Whether to look inside."""
    tag = node.tag
    if tag == "-text":
        walk.write(node.text_content or "")
        return False
    if tag is None or tag.startswith(("-", "_", "!")) or tag in SILENT:
        return False
    attributes = node.attributes
    if _is_hidden(tag, attributes):
        return False
    if tag == "br":
        walk.end_line(force=True)
        return False
    if tag == "img":
        _picture(attributes, walk)
        return False
    if tag == "hr":
        walk.end_line()
        walk.write("_" * 20)
        walk.end_line()
        return False
    quoted, signature = _marks(tag, attributes, node, walk)
    if tag in SPACED:
        walk.blank()
    elif tag in BLOCKS:
        walk.end_line()
    walk.quoted += quoted
    walk.signature += signature
    if tag == "blockquote":
        walk.depth += 1
    if tag == "pre":
        walk.pre += 1
    if tag in ("ul", "ol"):
        walk.lists.append(None if tag == "ul" else 0)
    if tag == "li":
        _bullet(walk)
    if tag in ("td", "th") and walk.current:
        walk.current.append("\t")
    closing.append((node, quoted, signature))
    return True


def _leave(node: LexborNode, walk: Walk, closing: list) -> None:
    # By identity: comparing nodes compares all the HTML below them, once for each of a million unclosed elements.
    if not closing or closing[-1][0].mem_id != node.mem_id:
        return
    _node, quoted, signature = closing.pop()
    tag = node.tag
    if tag == "a":
        _target(node, walk)
    if tag in SPACED:
        walk.blank()
    elif tag in BLOCKS:
        walk.end_line()
    if tag == "blockquote":
        walk.depth -= 1
    if tag == "pre":
        walk.pre -= 1
    if tag in ("ul", "ol") and walk.lists:
        walk.lists.pop()
    walk.quoted -= quoted
    walk.signature -= signature


def _marks(tag: str, attributes: Mapping[str, str | None], node: LexborNode, walk: Walk) -> tuple[bool, bool]:
    """Whether this element holds history, or a signature. Marks where all that follows is history."""
    classes = set((attributes.get("class") or "").casefold().split())
    name = (attributes.get("id") or "").casefold()
    if name in HISTORY_IDS:
        walk.end_line()
        walk.history = True
    style = attributes.get("style") or ""
    if (
        tag == "div"
        and style
        and OUTLOOK_RULE.search(style[:300])
        and ":" in (node.text(deep=True) or "")[:400]
    ):
        walk.end_line()
        walk.history = True
    is_cite = (attributes.get("type") or "").casefold() == "cite" or "cite" in attributes
    quoted = bool(classes & QUOTE_CLASSES) or name in QUOTE_IDS
    quoted = quoted or (tag == "blockquote" and (is_cite or "gmail_quote" in classes or bool(walk.quoted)))
    quoted = quoted or (tag == "div" and (attributes.get("name") or "").casefold() == "quote")
    signature = bool(classes & SIGNATURE_CLASSES) or name in SIGNATURE_IDS
    return quoted, signature


def _is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and HIDDEN.search(style[:500]) and tag not in ("body", "html"):
        return True
    return tag == "img" and attributes.get("width") in ("0", "1") and attributes.get("height") in ("0", "1")


def _picture(attributes: Mapping[str, str | None], walk: Walk) -> None:
    source = (attributes.get("src") or "").strip()
    name = walk.pictures.get(source.removeprefix("cid:").casefold()) or walk.pictures.get(source.casefold())
    if name:
        walk.write(f" {marker(name)} ")
    elif (alternative := (attributes.get("alt") or "").strip()) and not source.casefold().startswith("cid:"):
        walk.write(f" {alternative[:200]} ")


def _bullet(walk: Walk) -> None:
    number = walk.lists[-1] if walk.lists else None
    if number is None:
        walk.current.append("- ")
    else:
        walk.lists[-1] = number + 1
        walk.current.append(f"{number + 1}. ")


def _target(node: LexborNode, walk: Walk) -> None:
    """Where a link leads stands beside its text, unless the text says so."""
    href = SPACES.sub("", (node.attributes.get("href") or "").strip())[:2_000]
    if not href.casefold().startswith(("http://", "https://")):
        return
    text = (node.text(deep=True) or "").strip()[:2_000]
    bare = href.removeprefix("https://").removeprefix("http://").rstrip("/")
    if text and bare.removeprefix("www.") in text.rstrip("/"):
        return
    walk.write(f" <{href}>" if text else f"<{href}>")
