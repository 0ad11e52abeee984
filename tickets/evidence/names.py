"""What a stranger typed, made safe to keep and to show on one line."""

import re
import unicodedata

MAX_NAME = 120

# Writing direction overrides and isolates turn "gpj.exe" into "exe.jpg"; zero-width characters hide what is
# there.
_DECEIVING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u061c\u180e]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Text of several lines: line ends as \\n, and no control characters, which PostgreSQL or a mail would
    refuse."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Text of one line: also without what deceives the eye."""
    return re.sub(r"\s+", " ", _DECEIVING.sub("", clean_text(text))).strip()


def clean_file_name(name: str) -> str:
    """For showing only; nothing is ever stored under it. Keeps the extension when the name is cut."""
    bare = clean_line(unicodedata.normalize("NFC", name)).replace("\\", "/").rpartition("/")[2]
    bare = bare.strip(" .") or "file"
    if len(bare) <= MAX_NAME:
        return bare
    stem, dot, extension = bare.rpartition(".")
    if not dot or len(extension) > 10:
        return bare[: MAX_NAME - 1] + "…"
    return stem[: MAX_NAME - len(extension) - 2] + "…." + extension
