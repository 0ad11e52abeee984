"""What the person wrote: the text of a mail with history and signature folded away. The worst mistake is to cut the
person's own words, the second is to leave history in; in doubt more stays."""

from collections.abc import Mapping

from tickets.channels.mail_in.mail import Words
from tickets.channels.mail_in.words.fold import fold
from tickets.channels.mail_in.words.from_html import lines_of_html
from tickets.channels.mail_in.words.lines import Line, joined
from tickets.channels.mail_in.words.pictures import mark_pictures

STUB = 200
"""A plain form so short beside a long HTML one says only that there is an HTML one."""


def read_words(plain: str | None, html: str | None, pictures: Mapping[str, str]) -> Words:
    """`pictures` maps Content-ID and Content-Location to the name of a file, which stands as `[image: NAME]` in the
    text where the picture stood."""
    lines = _lines(plain, html, pictures)
    full = joined(lines)
    own = joined([line for line in fold(lines) if line.is_own])
    return Words(own or full, full)


def _lines(plain: str | None, html: str | None, pictures: Mapping[str, str]) -> list[Line]:
    from_plain = [Line(text.rstrip()) for text in mark_pictures(plain, pictures).split("\n")] if plain else []
    if not html:
        return from_plain
    from_html = lines_of_html(html, pictures)
    if not _size(from_html):
        return from_plain
    if not _size(from_plain) or _is_stub(from_plain, from_html):
        return from_html
    # HTML says by its structure what is quoted; a plain text has only rules of thumb.
    return from_html if any(line.is_quoted or line.is_signature for line in from_html) else from_plain


def _size(lines: list[Line]) -> int:
    return sum(len(line.text.strip()) for line in lines)


def _is_stub(plain: list[Line], html: list[Line]) -> bool:
    return _size(plain) < STUB and _size(html) > 3 * _size(plain)
