"""winmail.dat, into which Outlook packs what other mail programs cannot open then (MS-OXTNEF)."""

import logging
from dataclasses import dataclass
from typing import Any

from tnefparse import TNEF

from tickets.channels.mail_in.charsets import as_text
from tickets.channels.mail_in.mail import File
from tickets.channels.mail_in.parse.names import named
from tickets.evidence.names import clean_text

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it tells of each property that it does not know
LARGEST = 60_000_000


@dataclass
class Opened:
    files: list[File]
    text: str


def read_tnef(raw: bytes) -> Opened | None:
    """What lies in it; None when it cannot be opened, or holds nothing."""
    if len(raw) > LARGEST:
        return None
    try:
        packed = TNEF(raw, do_checksum=False)
        files = [_file(one) for one in packed.attachments]
        text = _words(packed.body or "")
    except Exception:  # the library trusts its input
        return None
    return Opened(files, text) if files or text else None


def _file(packed: Any) -> File:
    name = named(_words(packed.long_filename() or packed.name), "")
    return File(name, "application/octet-stream", bytes(packed.data))


def _words(value: str | bytes | list | None) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return clean_text(value if isinstance(value, str) else as_text(value or b"")).strip("\0 \r\n")
