"""Texts and files of a mail, in the order in which they stand in it."""

import html as html_module
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message as RawMail
from urllib.parse import quote, unquote

from tickets.channels.mail_in.charsets import as_text
from tickets.channels.mail_in.headers import header, parameter
from tickets.channels.mail_in.mail import File, Words
from tickets.channels.mail_in.parse.calendar import read_invitation
from tickets.channels.mail_in.parse.flowed import unflowed
from tickets.channels.mail_in.parse.mend import behind_the_end, found_parts
from tickets.channels.mail_in.parse.names import named, unique
from tickets.channels.mail_in.parse.tnef import read_tnef
from tickets.channels.mail_in.parse.tree import (
    NESTED_AT_MOST,
    PARTS_AT_MOST,
    content,
    content_type,
    disposition,
    encoding_of,
    uu_blocks,
    whole,
)
from tickets.channels.mail_in.words import read_words
from tickets.evidence.names import clean_text

TEXTS = (
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/x-amp-html",
    "application/xhtml+xml",
)
NO_BODIES = (
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/csv",
    "text/rfc822-headers",
)


LONGEST_CID = 300
_SOURCE = re.compile(
    r"(?:src|background|href|srcset)\s{0,9}=\s{0,9}"
    r"(?:\"([^\"<>]{1,1000})\"|'([^'<>]{1,1000})'|([^\s\"'<>]{1,1000}))|url\([\"']?([^\"')]{1,1000})",
    re.IGNORECASE,
)


@dataclass
class Segment:
    """A stretch of text, in the forms in which the mail has it."""

    plain: str | None = None
    html: str | None = None


@dataclass
class Body:
    words: Words
    html: str
    files: list[File]


@dataclass
class Found:
    """What the walk has come across so far."""

    problems: list[str]
    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    locations: dict[str, int] = field(default_factory=dict)
    """Content-Location -> which of the files."""
    standing: list[tuple[Segment, int]] = field(default_factory=list)
    """Pictures that stand between the texts, and which of the files they are."""
    spare_texts: list[str] = field(default_factory=list)
    """For a mail that has no text otherwise: of an invitation, of winmail.dat."""
    parts: int = 0
    rest: list[bytes] = field(default_factory=list)


def read_body(mail: RawMail, problems: list[str], unopened: bytes = b"") -> Body:
    """`unopened` is a mail that was too much to open: it is kept beside what could be read."""
    found = Found(problems)
    _walk(mail, found)
    if unopened:
        found.files.append(File("whole-mail.eml", "message/rfc822", unopened))
    elif found.rest:
        problems.append("It has too many parts; the last ones are kept in one file.")
        found.files.append(File("more-parts.eml", "message/rfc822", b"\r\n".join(found.rest)))
    if not any((one.plain or one.html or "").strip() for one in found.segments) and found.spare_texts:
        found.segments = [Segment(plain="\n\n".join(found.spare_texts))]
    files = unique(found.files)
    _stand(found, files)
    plain, html = _joined(found.segments)
    places: dict[int, list[str]] = {}
    for place, number in found.locations.items():
        places.setdefault(number, []).append(place)
    pointed = _pointed_at(html)
    files = [_placed(file, html, pointed, places.get(number, [])) for number, file in enumerate(files)]
    for segment, number in found.standing:
        if segment in found.segments:
            files[number] = replace(files[number], is_inline=True)
    pictures = {place: files[number].name for place, number in found.locations.items()}
    for file in files:
        if file.cid:
            pictures |= {file.cid: file.name, quote(file.cid): file.name}
    return Body(read_words(plain, html, pictures), html or "", files)


def _stand(found: Found, files: list[File]) -> None:
    """A picture with text behind it stood there, as one mail program sends pictures in a text; the last ones are just
    attached."""
    texts = [one for one in found.segments if (one.plain or one.html or "").strip()]
    last = texts[-1] if texts else None
    behind = False
    places = {id(segment): number for segment, number in found.standing}
    kept: list[Segment] = []
    for segment in reversed(found.segments):
        number = places.get(id(segment))
        behind = behind or segment is last
        if number is None:
            kept.append(segment)
        elif behind:
            segment.plain = f"[image: {files[number].name}]"
            kept.append(segment)
    found.segments = kept[::-1]
    found.standing = [(segment, number) for segment, number in found.standing if segment.plain]


def _walk(mail: RawMail, found: Found) -> None:
    """Depth first without recursion. An alternative collects its forms into one segment."""
    stack: list[tuple[RawMail, int, Segment | None]] = [(mail, 0, None)]
    while stack:
        part, depth, shared = stack.pop()
        found.parts += 1
        if found.parts > PARTS_AT_MOST or depth > NESTED_AT_MOST:
            found.rest.append(whole(part))
            continue
        kind = content_type(part)
        payload = part._payload
        if kind.startswith("multipart/") and isinstance(payload, str) and (parts := found_parts(payload)):
            found.problems.append("Its parts are divided otherwise than it says.")
            payload = parts
        if kind.startswith("multipart/") and isinstance(payload, list):
            payload = [*payload, *behind_the_end(part)]
            if kind == "multipart/encrypted":
                found.problems.append("It is encrypted; its parts are kept as files.")
            if kind == "multipart/alternative" and shared is None:
                shared = Segment()
                found.segments.append(shared)
            stack.extend((one, depth + 1, shared) for one in reversed(payload))
        else:
            kind = "text/plain" if part is mail and _is_body(part, kind) else kind
            _leaf(part, kind, shared, found, alone=part is mail)


def _is_body(part: RawMail, kind: str) -> bool:
    """The only part of a mail is its text, whatever kind of text that is and wherever the type is spelt wrong."""
    return kind not in NO_BODIES and (kind.startswith("text/") or kind == "plain/text") and kind not in TEXTS


def _leaf(part: RawMail, kind: str, shared: Segment | None, found: Found, *, alone: bool) -> None:
    if kind.startswith("multipart/"):
        found.problems.append("It says that it has parts, and none can be found.")
        kind = "text/plain"
    if kind.startswith("message/"):
        found.files.append(_message(part, kind))
    elif _is_text(part, kind, alone=alone):
        _text(part, kind, shared, found)
    else:
        _file(part, kind, found)


def _is_text(part: RawMail, kind: str, *, alone: bool) -> bool:
    """A text with a name is a file, but the only part of a mail is what somebody wrote."""
    if kind not in TEXTS or disposition(part) == "attachment":
        return False
    return alone or not _name_of(part)


def _name_of(part: RawMail) -> str:
    return parameter(part, "Content-Disposition", "filename") or parameter(part, "Content-Type", "name")


def _text(part: RawMail, kind: str, shared: Segment | None, found: Found) -> None:
    raw = content(part)
    charset = parameter(part, "Content-Type", "charset")
    is_html = kind in ("text/html", "application/xhtml+xml")
    if is_html and not charset:
        charset = _charset_in(raw)
    text = clean_text(as_text(raw, charset))
    if kind in ("text/enriched", "text/richtext"):
        text = re.sub(r"</?[a-zA-Z][^<>]{0,60}>", "", text)
    if kind == "text/x-amp-html":
        return
    if not is_html:
        if parameter(part, "Content-Type", "format").casefold() == "flowed":
            text = unflowed(text, delete_space=parameter(part, "Content-Type", "delsp").casefold() == "yes")
        text, files = uu_blocks(text)
        found.files += [File(named(name, ""), "application/octet-stream", data) for name, data in files]
    segment = shared
    if segment is None or (segment.html if is_html else segment.plain) is not None:
        segment = Segment()
        found.segments.append(segment)
    if is_html:
        segment.html = text
    else:
        segment.plain = text


def _charset_in(raw: bytes) -> str:
    said = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w:.-]{2,40})", raw[:4000], re.IGNORECASE)
    return said[1].decode("ascii") if said else ""


def _message(part: RawMail, kind: str) -> File:
    """A mail inside the mail, or a report of a mail server: a file, whatever lies in it."""
    payload = part._payload
    inner = payload[0] if isinstance(payload, list) and payload else None
    encoding = encoding_of(part)
    if kind in ("message/rfc822", "message/global") and inner is not None:
        # Encoded as a whole, which RFC 2046 forbids and programs do.
        raw = (
            content(_with_encoding(inner, encoding))
            if encoding in ("base64", "quoted-printable")
            else whole(inner)
        )
        subject = header(inner, "Subject")
        return File(named(_name_of(part) or (f"{subject[:60]}.eml" if subject else ""), kind), kind, raw)
    raw = b"\n".join(whole(one) for one in payload) if isinstance(payload, list) else content(part)
    return File(named(_name_of(part), kind), kind, raw)


def _with_encoding(inner: RawMail, encoding: str) -> RawMail:
    if "Content-Transfer-Encoding" not in inner:
        inner["Content-Transfer-Encoding"] = encoding
    return inner


def _file(part: RawMail, kind: str, found: Found) -> None:
    raw = content(part)
    name = _name_of(part)
    if kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.casefold() == "winmail.dat":
        opened = read_tnef(raw)
        if opened:
            found.files += opened.files
            found.spare_texts += [opened.text] if opened.text else []
            return
        found.problems.append("Its winmail.dat cannot be opened; it is kept as a file.")
    if kind == "text/calendar":
        name = name or "invite.ics"
        found.spare_texts += read_invitation(as_text(raw, parameter(part, "Content-Type", "charset")))
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        found.problems.append("It is signed or encrypted by S/MIME; it is kept as a file.")
    if kind == "application/applefile" and name:
        name += ".applefile"  # what a Mac knows of the file beside it, which bears the same name
    cid = header(part, "Content-ID").strip("<> ")[:LONGEST_CID]
    is_picture = kind.startswith("image/")
    is_inline = is_picture and (disposition(part) == "inline" or bool(cid))
    if location := header(part, "Content-Location"):
        found.locations[location] = len(found.files)
    if is_picture and disposition(part) == "inline" and not cid and not location:
        standing = Segment()
        found.segments.append(standing)
        found.standing.append((standing, len(found.files)))
    found.files.append(File(named(name, kind), kind, raw, cid=cid, is_inline=is_inline))


def _placed(file: File, html: str | None, pointed: set[str], places: list[str]) -> File:
    """Whether it stands in the text is said by the text, where that is HTML."""
    if html is None:
        return file
    names = [f"cid:{file.cid}", *places] if file.cid else places
    return replace(file, is_inline=any(name.casefold() in pointed for name in names))


def _pointed_at(html: str | None) -> set[str]:
    """All that stands where an address may stand, as written and without its percent signs and entities."""
    found: set[str] = set()
    for match in _SOURCE.finditer(html or ""):
        written = (match[1] or match[2] or match[3] or match[4] or "").strip().casefold()
        found |= {written, unquote(written), html_module.unescape(written)}
    return found


def _joined(segments: list[Segment]) -> tuple[str | None, str | None]:
    segments = [one for one in segments if one.plain is not None or one.html is not None]
    if len(segments) <= 1:
        return (segments[0].plain, segments[0].html) if segments else (None, None)
    plain = list(_plain_of(segments)) if any(one.plain is not None for one in segments) else None
    html = None
    if any(one.html is not None for one in segments):
        html = "<br>\n".join(one.html if one.html is not None else _as_html(one.plain) for one in segments)
    # With HTML alone in one of them the plain forms would not be all of it.
    complete = plain is not None and all(one.plain is not None for one in segments)
    return ("\n\n".join(plain) if complete and plain else None), html


def _as_html(plain: str | None) -> str:
    return f"<pre>{html_module.escape(plain or '')}</pre>"


def _plain_of(segments: list[Segment]) -> Iterator[str]:
    for one in segments:
        if one.plain is not None and one.plain.strip():
            yield one.plain.strip("\n")
