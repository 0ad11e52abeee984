"""Walks through the tree of an HTML mail and writes down its lines."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tickets.channels.mail_in.words.folding.lines import (
    ATTRIBUTION,
    FORWARD,
    HISTORY,
    SIGNATURE,
    Line,
    plain_lines,
)
from tickets.channels.mail_in.words.folding.patterns import worded
from tickets.channels.mail_in.words.html_text import marks
from tickets.channels.mail_in.words.html_text.bounds import is_bearable, text_without_tags, without_data
from tickets.channels.mail_in.words.html_text.page import MOST_LINES, Page, Picture, Place
from tickets.channels.mail_in.words.shallow import shallow

_BLOCKS = worded("""
    div table tbody thead tfoot tr ul ol dl dt dd li blockquote pre form fieldset center section article aside header
    footer nav main address figure figcaption details summary caption h1 h2 h3 h4 h5 h6 hr p body html
""")
_SPACED = worded("p ul ol dl blockquote pre h1 h2 h3 h4 h5 h6 hr")
"""Those with a blank line above and below."""
_BARE = worded("b i u strong em tbody thead tfoot html head body o:p br s sub sup code tr h1 h2 h3 h4 h5 h6")
"""Those whose attributes say nothing that matters."""
_NO_MARGIN = re.compile(r"margin(?:-bottom)?\s*:\s*0")
_PICTURE_NAME = re.compile(r"\.(?:png|jpe?g|gif|webp|bmp|svg)$", re.IGNORECASE)
_DEEPEST_QUOTE = 20
_NOTHING: marks.Attributes = {}


def lines_of_html(source: str, picture: Picture) -> list[Line]:
    """All that is shown, line by line; `picture` gives the file name for a Content-ID or Content-Location."""
    source = without_data(source)
    if not is_bearable(source):
        return [Line(text.strip()) for text in plain_lines(text_without_tags(source), MOST_LINES)]
    root = LexborHTMLParser(shallow(source)).root
    walk = _Walk(picture)
    if root is not None:
        walk.through(root)
    return walk.page.finished()


class _Walk:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.page = Page()
        self.numbers: list[int] = []
        """Of the lists around: the last number given, or -1 where they have bullets."""

    def through(self, root: LexborNode) -> None:
        """A loop and no recursion: mails nest as deep as they like."""
        opened: list[tuple[LexborNode, Place]] = []
        place = Place()
        node: LexborNode | None = root
        while node is not None:
            inner = self._enter(node, place)
            child = node.first_child if inner is not None else None
            if inner is not None and child is not None:
                opened.append((node, place))
                node, place = child, inner
                continue
            if inner is not None:
                self._leave(inner)
            following = node.next
            while following is None and opened:
                self._leave(place)
                node, place = opened.pop()
                following = node.next
            node = following

    def _enter(self, node: LexborNode, place: Place) -> Place | None:
        """What holds within the element; None when nothing in it is shown, or it was written down already."""
        tag = node.tag
        if tag == "-text":
            self.page.text(node.text_content or "", place)
            return None
        if tag is None or tag[0] in "-!" or marks.is_dropped(tag):
            return None
        if tag == "br":
            self.page.line_end(place)
            return None
        attributes = _NOTHING if tag in _BARE else node.attributes
        if attributes and marks.is_hidden(attributes):
            return None
        if tag == "img":
            self._image(attributes, place)
            return None
        inner = place.within(tag)
        if attributes or tag == "blockquote":
            self._look(node, tag, attributes, inner)
        self._open(tag, attributes, inner)
        return inner

    def _look(self, node: LexborNode, tag: str, attributes: marks.Attributes, place: Place) -> None:
        """Takes over what the markup says."""
        if (tiny := marks.tininess(attributes)) is not None:
            place.is_tiny = tiny
        found = marks.mark(tag, attributes)
        if found == marks.GMAIL:
            found = _gmail(node)
        if found == marks.QUOTE:
            place.level = min(place.level + 1, _DEEPEST_QUOTE)
        elif found == marks.INDENTED:
            place.is_indented = True
        elif found in (ATTRIBUTION, SIGNATURE):
            place.mark = found
        elif found in (HISTORY, FORWARD) and not place.level:
            self.page.mark_next(found)

    def _open(self, tag: str, attributes: marks.Attributes, place: Place) -> None:
        if tag in ("td", "th"):
            self.page.cell()
        elif tag in _BLOCKS:
            place.is_spaced = tag in _SPACED and _is_spaced(tag, attributes, place)
            self.page.edge(is_spaced=place.is_spaced)
            self._open_block(tag, attributes, place)
        elif tag == "a" and (href := attributes.get("href")):
            place.href = href
            self.page.link_begins(place)

    def _open_block(self, tag: str, attributes: marks.Attributes, place: Place) -> None:
        if tag == "tr":
            self.page.row()
        elif tag == "pre":
            place.is_pre = True
        elif tag in ("ul", "ol"):
            if place.lists:
                self.page.tighten()
            place.lists += 1
            self.numbers.append(_number(attributes.get("start")) - 1 if tag == "ol" else -1)
        elif tag == "li":
            self._bullet(place)

    def _leave(self, place: Place) -> None:
        tag = place.tag
        if tag == "a" and place.href:
            self.page.link_ends(place)
        elif tag in _BLOCKS:
            if tag in ("ul", "ol"):
                self.numbers.pop()
            self.page.edge(is_spaced=place.is_spaced)
            if tag in ("tr", "table"):
                self.page.row_ends()

    def _bullet(self, place: Place) -> None:
        sign = "- "
        if self.numbers and self.numbers[-1] >= 0:
            self.numbers[-1] += 1
            sign = f"{self.numbers[-1]}. "
        self.page.bullet("  " * min(max(place.lists - 1, 0), 8) + sign, place)

    def _image(self, attributes: marks.Attributes, place: Place) -> None:
        if any(
            (attributes.get(side) or "").strip().removesuffix("px") in ("0", "1")
            for side in ("width", "height")
        ):
            return
        source = (attributes.get("src") or "").strip()
        name = self.picture(source) if source and len(source) <= 1_000 else None
        if name:
            self.page.edge(is_spaced=False)
            self.page.put(f"[image: {name}]", place)
            self.page.edge(is_spaced=False)
            return
        alt = " ".join((attributes.get("alt") or "").split())
        if alt and not _PICTURE_NAME.search(alt):
            self.page.text(alt, place)


def _is_spaced(tag: str, attributes: marks.Attributes, place: Place) -> bool:
    if tag in ("ul", "ol"):
        return place.lists == 0
    if tag != "p" or not attributes:
        return True
    if "msonormal" in (attributes.get("class") or "").lower():
        return False  # Outlook: each line is one
    return not _NO_MARGIN.search((attributes.get("style") or "").lower())


def _number(start: str | None) -> int:
    return int(start) if start and start.isascii() and start.isdigit() and len(start) < 6 else 1


def _gmail(node: LexborNode) -> str:
    """Gmail's own region: the attribution and the quote in it are marked themselves. Where some other program left the
    region only, all of it is quoted, unless it is a mail passed on, which the text says."""
    if node.css_first("blockquote") is not None or node.css_first(".gmail_attr") is not None:
        return marks.NONE
    return marks.QUOTE
