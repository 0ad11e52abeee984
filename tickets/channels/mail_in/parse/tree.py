"""The parts of a mail (RFC 2045), also where their boundaries are broken, and the bytes of each."""

import binascii
import re
from email import policy
from email.generator import BytesGenerator
from email.message import Message as RawMail
from email.parser import BytesFeedParser, BytesHeaderParser
from io import BytesIO

from tickets.channels.mail_in.headers import from_base64, header

NESTED_AT_MOST = 100
PARTS_AT_MOST = 500
PARTS_PARSED = 5_000
LOOKS_AT_MOST = 20_000_000
"""Lines times depth: a good two seconds."""
CHUNK = 1 << 16
HEADERS_AT_MOST = 10_000
FOOTER_AT_MOST = 10_000
_FOOTER = re.compile(rb"^(?:-- ?|--\w*-*|_{3,}|={3,}|-{3,})\r?$", re.MULTILINE)
_UU_LINE = re.compile(r"[ -`]{1,90}")
_UU_BEGIN = re.compile(r"begin [0-7]{3,4} \S")


def parsed(raw: bytes, problems: list[str]) -> tuple[RawMail, bytes]:
    """The mail as a tree, and all its bytes where the tree does not hold all of it, else none."""
    raw = without_envelope(raw)
    parser = Bounded(raw)
    try:
        return parser.parsed(), b""
    except TooDeep:
        problems.append("It is nested too deeply; its parts are shown as one text.")
    except TooMany:
        problems.append("It has too many parts to open them; the whole mail is kept as a file.")
        return parser.root, raw
    except Exception:  # the parser trusts its input
        problems.append("Its structure is broken; its parts are shown as one text.")
    return _flat(raw), b""


def bounded(raw: bytes) -> RawMail:
    """Raises `TooDeep` or `TooMany`, and whatever the parser raises."""
    return Bounded(raw).parsed()


class TooDeep(Exception):
    """Each multipart costs the parser a look at each line behind it, and Python its stack."""


class TooMany(Exception):
    """Each part costs memory, be it two characters long."""


class Bounded(BytesFeedParser):
    """The parser of the standard library, stopped where a mail makes it work more than a mail is worth."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(policy=policy.compat32)
        self.raw = raw
        self.made = 0
        self.deepest = min(NESTED_AT_MOST, max(10, LOOKS_AT_MOST // (raw.count(b"\n") + 1)))
        self.root = RawMail(policy=policy.compat32)

    def parsed(self) -> RawMail:
        # In pieces: as a whole, a text costs four bytes a character on its way through.
        for start in range(0, len(self.raw), CHUNK):
            self.feed(self.raw[start : start + CHUNK])
        return self.close()

    def _new_message(self) -> None:
        self.made += 1
        if self.made > PARTS_PARSED:
            raise TooMany
        # Beyond the limit of what is opened, so that this stops nothing that is merely unusual.
        if len(self._msgstack) > self.deepest + 1:
            raise TooDeep
        super()._new_message()
        if self.made == 1:
            self.root = self._msgstack[0]


def without_envelope(raw: bytes) -> bytes:
    """Some pipes write the line of a mailbox file first, or empty lines."""
    raw = raw.lstrip(b"\r\n")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    return raw


def _flat(raw: bytes) -> RawMail:
    """Headers, and all the rest as one text."""
    mail = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:2_000_000])
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    flat = RawMail(policy=policy.compat32)
    flat._headers = [
        one for one in mail._headers[:HEADERS_AT_MOST] if not one[0].casefold().startswith("content-")
    ]
    flat.set_payload(body[-1].decode("ascii", "surrogateescape") if len(body) > 1 else "")
    return flat


def content_type(part: RawMail) -> str:
    try:
        kind = part.get_content_type()
    except Exception:  # a header that is no header
        return "text/plain"
    return kind if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,80}", kind) else "application/octet-stream"


def disposition(part: RawMail) -> str:
    return header(part, "Content-Disposition").partition(";")[0].strip().casefold()


def content(part: RawMail) -> bytes:
    """The bytes of a leaf, decoded as far as its encoding holds. Not `get_payload`, which decodes what is not ASCII by
    the declared charset and replaces what does not fit."""
    payload = part._payload
    if isinstance(payload, list):
        return whole(part)
    raw = _raw(payload or "")
    match encoding_of(part):
        case "base64":
            return _unbased(raw)
        case "quoted-printable":
            return binascii.a2b_qp(raw)
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _uudecoded(payload)
    return raw


def encoding_of(part: RawMail) -> str:
    """As `quoted-printable`, also where it is written as `"Quoted Printable" (as always)`."""
    name = header(part, "Content-Transfer-Encoding").partition("(")[0].partition(";")[0]
    return re.sub(r"[\s_]+", "-", name.strip("\"' \t").casefold())


def _unbased(raw: bytes) -> bytes:
    """What a mailing list or a virus scanner wrote in plain text below the base64 stays text."""
    tail = raw[-FOOTER_AT_MOST:]
    start = next((match.start() for match in _FOOTER.finditer(tail)), None)
    if start is not None and len(re.findall(rb"[A-Za-z]{2,}[ ,][A-Za-z ]", tail[start:])) > 1:
        above = raw[: len(raw) - len(tail) + start]
        return (
            (from_base64(above) if _looks_encoded(above) else above) + b"\n\n" + tail[start:].strip(b"\r\n")
        )
    return from_base64(raw) if _looks_encoded(raw) else raw


def _raw(payload: str) -> bytes:
    try:
        return payload.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return payload.encode("utf-8", "surrogateescape")


def _looks_encoded(raw: bytes) -> bool:
    """Some programs say base64 and send plain text: decoded, it would be lost."""
    sample = raw[:4000]
    junk = len(re.sub(rb"[A-Za-z0-9+/=\s-]", b"", sample))
    words = len(re.findall(rb"[A-Za-z]+ [a-z]+ [a-z]+", sample))
    return junk * 10 <= len(sample) and words < 3


def uu_blocks(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Files that stand in a text between `begin` and `end`; the text without them."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files = []
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        end = _uu_end(lines, position) if _UU_BEGIN.match(line) else None
        if end is None:
            kept.append(line)
            position += 1
            continue
        files.append((line.split(" ", 2)[2].strip(), _uudecoded("\n".join(lines[position : end + 1]))))
        position = end + 1
    return "\n".join(kept), files


def _uu_end(lines: list[str], begin: int) -> int | None:
    for position in range(begin + 1, len(lines)):
        line = lines[position].rstrip("\r")
        if line == "end":
            return position if position > begin + 1 else None
        if line and not _is_uu(line):
            return None
    return None


def _is_uu(line: str) -> bool:
    """A line says how long it is; blanks at its end may have been cut off."""
    if not _UU_LINE.fullmatch(line):
        return False
    encoded = (((ord(line[0]) - 32) & 63) + 2) // 3 * 4
    return len(line) - 1 <= encoded + 2 and (len(line) - 1) * 2 >= encoded


def _uudecoded(text: str) -> bytes:
    out = []
    for line in text.split("\n"):
        line = line.rstrip("\r\n")
        if not line or line == "end" or line.startswith("begin "):
            continue
        try:
            out.append(binascii.a2b_uu(_raw(line)))
        except binascii.Error:
            # Too long for what its first character says: take just that (as `uu` of the standard library did).
            size = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(_raw(line[:size])))
            except binascii.Error:
                continue
    return b"".join(out)


class _AsItCame(BytesGenerator):
    """Writes headers as they were read. The one of the library folds them anew, which takes it a minute for one of
    100,000 characters in many lines."""

    def _write_headers(self, msg: RawMail) -> None:
        for name, value in msg._headers:
            self.write(f"{name}: {value}\n")
        self.write("\n")


def whole(part: RawMail) -> bytes:
    """A part with its headers and all that it holds, as it came but for line ends."""
    buffer = BytesIO()
    try:
        _AsItCame(buffer, mangle_from_=False, maxheaderlen=0, policy=policy.compat32).flatten(part)
        return buffer.getvalue()
    except Exception:  # headers that are none cannot be written again
        return _written(part)


def _written(part: RawMail) -> bytes:
    lines = [f"{name}: {value}" for name, value in part._headers]
    payload = part._payload
    below = [_written(one) for one in payload] if isinstance(payload, list) else [_raw(str(payload or ""))]
    return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n" + b"\n".join(below)
