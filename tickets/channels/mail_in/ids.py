"""Message-IDs, with their brackets, as far as they can be made out."""

import re
from email.message import Message as RawMail

from tickets.channels.mail_in.headers import header, headers

AT_MOST = 100
_BRACKETED = re.compile(r"<([^<>\s]{1,990})>")


def ids_in(text: str) -> list[str]:
    found = [f"<{one}>" for one in _BRACKETED.findall(text)]
    if not found:
        found = [f"<{word.strip('<>,;')}>" for word in text.split() if "@" in word and len(word) < 990]
    return found[:AT_MOST]


def own_id(mail: RawMail) -> str:
    text = header(mail, "Message-ID")
    return next(iter(ids_in(text)), f"<{text.strip('<> ')[:990]}>" if text.strip("<> ") else "")


def answered_ids(mail: RawMail) -> list[str]:
    """Of In-Reply-To, then of References from the newest to the oldest, each once."""
    direct = [one for value in headers(mail, "In-Reply-To")[:5] for one in ids_in(value)]
    chain = [one for value in headers(mail, "References")[:5] for one in ids_in(value)]
    return list(dict.fromkeys([*direct, *reversed(chain)]))[:AT_MOST]
