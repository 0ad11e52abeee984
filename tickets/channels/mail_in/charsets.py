"""Bytes to text, whatever their charset is called. Nothing is lost, and nothing comes out that a database refuses."""

import codecs
import re

from charset_normalizer import from_bytes

ALIASES = {
    "unknown-8bit": "",
    "x-unknown": "",
    "unknown": "",
    "default": "",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-16",
    "unicode-1-1-utf-7": "utf-7",
    "x-user-defined": "",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "cp-850": "cp850",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",  # what calls itself so is its superset, mostly
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",  # browsers do the same (WHATWG Encoding): the difference are controls nobody writes
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "latin-2": "iso8859-2",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-13": "cp1257",
    "windows-874": "cp874",
    "x-windows-949": "cp949",
}
LEGACY = re.compile(r"(?:x-)?(?:windows|win|cp|ibm)[-_ ]?(\d{3,4})")
NOT_TEXT = frozenset(
    {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "undefined"}
)
SEVERAL_BYTES = frozenset({"gb18030", "big5", "cp950", "cp949", "euc_kr", "euc_jp", "shift_jis", "cp932"})
_JAPANESE = re.compile(rb"\x1b\$[@B]")
GUESSED_FROM = 20_000
GUESSED_WITH = 80
"""Bytes below which a guess is mostly wrong."""
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


def as_text(raw: bytes, charset: str | None = None) -> str:
    """By its charset if that fits, else UTF-8, else the likeliest one, else Windows-1252 with what is left replaced."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not len(raw) % 2:
        charset = "utf-16"
    elif _JAPANESE.search(raw) and raw.isascii():
        charset = "iso-2022-jp"  # often sent without a word about it, and senseless as anything else
    declared = python_name(charset)
    for name in dict.fromkeys(_order(raw, declared)):
        try:
            return clean(raw.decode(name))
        except (UnicodeError, LookupError, ValueError):
            continue
    return clean(_nearly(raw, declared) or raw.decode(_guessed(raw) or "cp1252", "replace"))


def python_name(charset: str | None) -> str:
    """What Python calls it; empty for what it does not know, or what is no charset."""
    name = (charset or "").strip("\"' \t\r\n").casefold().partition("*")[0]
    name = ALIASES.get(name, name)
    if legacy := LEGACY.fullmatch(name):
        name = f"cp{legacy[1]}"
    try:
        found = codecs.lookup(name).name.replace("_codec", "") if name and len(name) < 40 else ""
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if found in NOT_TEXT or name in NOT_TEXT else found


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL and JSON refuse."""
    return _UNWANTED.sub("", text)


def _order(raw: bytes, declared: str) -> list[str]:
    # Text that is valid UTF-8 beyond ASCII is UTF-8, whatever one-byte charset it calls itself: the other way round
    # happens never by chance. Charsets with shifts are ASCII to the eye.
    if declared.startswith(("iso2022", "utf-7", "utf_7", "hz", "utf-16", "utf_16", "utf-32")):
        return [declared, "utf-8"]
    return ["utf-8", declared] if declared else ["utf-8"]


def _nearly(raw: bytes, declared: str) -> str:
    """In a charset of several bytes a letter that was cut or spoilt must not turn all others into noise."""
    for name in ("utf-8", declared):
        if name == "utf-8" or name in SEVERAL_BYTES:
            text = raw.decode(name, "replace")
            spoilt = text.count("\ufffd")
            if name == "utf-8" and spoilt == 1 and text.endswith("\ufffd") and not text[:-1].isascii():
                return text  # cut off in the middle of a letter
            if spoilt * 5 <= sum(character > "\x7f" for character in text) - spoilt:
                return text
    return ""


def _guessed(raw: bytes) -> str:
    if len(raw) < GUESSED_WITH:
        return ""
    try:
        best = from_bytes(raw[:GUESSED_FROM]).best()
    except Exception:  # its detectors fail in several ways on what is no text at all
        return ""
    return best.encoding if best else ""
