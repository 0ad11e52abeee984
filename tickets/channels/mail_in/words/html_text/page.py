"""The lines of a page while it is written: white space, breaks between blocks, rows of tables, links."""

import re
from collections.abc import Callable

from tickets.channels.mail_in.words.folding.lines import Line
from tickets.channels.mail_in.words.html_text.marks import link

Picture = Callable[[str], str | None]

MOST_LINES = 50_000
"""Lines of preformatted text that are told apart."""

_WHITE = re.compile(r"[ \t\r\n\f]+")


class Place:
    """What holds for an element and all within it."""

    __slots__ = (
        "href",
        "is_indented",
        "is_pre",
        "is_spaced",
        "is_tiny",
        "level",
        "link_at",
        "lists",
        "mark",
        "tag",
    )

    def __init__(self) -> None:
        self.tag = self.mark = self.href = ""
        self.level = self.lists = 0
        self.is_indented = self.is_pre = self.is_spaced = self.is_tiny = False
        self.link_at: tuple[int, int] | None = None

    def within(self, tag: str) -> "Place":
        inner = Place.__new__(Place)
        inner.tag, inner.mark, inner.href = tag, self.mark, ""
        inner.level, inner.lists = self.level, self.lists
        inner.is_indented, inner.is_pre, inner.is_tiny = self.is_indented, self.is_pre, self.is_tiny
        inner.is_spaced, inner.link_at = False, None
        return inner


class Page:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._buffer: list[str] = []
        self._place = Place()
        self._gap = 0
        """What comes before the next words: 1 a new line, 2 a blank line."""
        self._ends_in_space = True
        self._follows_bullet = False
        self._in_row = self._row_has_text = self._row_is_broken = self._wants_cell = False
        self._next_mark = ""
        self._link: Place | None = None

    def finished(self) -> list[Line]:
        self._write_line()
        while self.lines and not self.lines[-1].text:
            self.lines.pop()
        return self.lines

    def mark_next(self, mark: str) -> None:
        """The next line gets this mark."""
        self._write_line()
        self._next_mark = mark

    def edge(self, *, is_spaced: bool) -> None:
        """A block begins or ends."""
        self._gap = max(self._gap, 2 if is_spaced else 1)
        self._ends_in_space = True

    def line_end(self, place: Place) -> None:
        """A break that somebody wrote; two of them make a blank line."""
        is_blank = not self._buffer or self._gap
        self._write_line()
        if is_blank:
            self._append("", place)
        self._row_is_broken = True
        self._wants_cell = self._follows_bullet = False
        self._gap, self._ends_in_space = 0, True

    def row(self) -> None:
        self._in_row, self._row_has_text, self._row_is_broken, self._wants_cell = True, False, False, False

    def row_ends(self) -> None:
        if not self._row_is_broken:
            self._gap = 1
        self._row_is_broken, self._wants_cell = True, False

    def tighten(self) -> None:
        """No blank line before what follows."""
        self._gap = min(self._gap, 1)

    def cell(self) -> None:
        """Cells of a row stand in one line as long as each is no more than a line."""
        if self._in_row and self._row_has_text and not self._row_is_broken:
            self._wants_cell = True
            self._gap = 0
        else:
            self.edge(is_spaced=False)
        self._ends_in_space = True

    def bullet(self, sign: str, place: Place) -> None:
        self.put(sign, place)
        self._follows_bullet = self._ends_in_space = True

    def link_begins(self, place: Place) -> None:
        self._link = place

    def link_ends(self, place: Place) -> None:
        self._link = None
        if place.link_at is None or place.link_at[0] != len(self.lines):
            return  # without words, or around whole blocks, as banners are
        text = "".join(self._buffer[place.link_at[1] :]).strip()
        if text and not text.startswith("[image: ") and (shown := link(place.href, text)):
            self._buffer.append(shown)
            self._ends_in_space = False

    def text(self, text: str, place: Place) -> None:
        """Words as they stand in the source, with its white space."""
        if place.is_tiny:
            return
        if place.is_pre:
            self._preformatted(text, place)
            return
        text = _WHITE.sub(" ", text)
        if self._ends_in_space and text[:1] == " ":
            text = text[1:]
        if text:
            self.put(text.replace("\u00a0", " ") if "\u00a0" in text else text, place)
            self._ends_in_space = text[-1] == " "

    def put(self, text: str, place: Place) -> None:
        """Words as they shall stand in the line."""
        if self._wants_cell:
            self._buffer.append(" | ")
        elif self._gap and not self._follows_bullet:
            self._break()
        self._gap = 0
        self._wants_cell = self._follows_bullet = False
        if not self._buffer:
            self._place = place
        if self._link is not None:
            self._link.link_at, self._link = (len(self.lines), len(self._buffer)), None
        self._buffer.append(text)
        self._row_has_text = True
        self._ends_in_space = False

    def _preformatted(self, text: str, place: Place) -> None:
        left = max(0, MOST_LINES - len(self.lines))
        first, *others = text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n", left)
        if first:
            self.put(first, place)
        for other in others:
            self.line_end(place)
            if other:
                self.put(other, place)

    def _break(self) -> None:
        if self._buffer:
            self._row_is_broken = self._row_has_text
            self._write_line()
        if self._gap == 2 and self.lines and self.lines[-1].text:
            self._append("", self._place)

    def _write_line(self) -> None:
        if self._buffer:
            self._append("".join(self._buffer).rstrip(), self._place)
            self._buffer = []

    def _append(self, text: str, place: Place) -> None:
        mark = place.mark
        if text and self._next_mark:
            mark, self._next_mark = self._next_mark, ""
        self.lines.append(Line(text, place.level, place.is_indented and not place.level, mark))
