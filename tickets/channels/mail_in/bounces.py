"""Reports of mails that did not arrive: the standard kind (RFC 3464) and those that mail servers word as they like."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from flufl.bounce import all_failures

from tickets.channels.mail_in.bounce_phrases import BOUNCE_SUBJECT, DELAY_SUBJECT, DELAYED, FAILED, GAVE_UP
from tickets.channels.mail_in.charsets import as_text
from tickets.channels.mail_in.headers import decoded, header
from tickets.channels.mail_in.ids import ids_in
from tickets.channels.mail_in.mail import Mail
from tickets.channels.mail_in.mail_servers import (
    DAEMON,
    POSTMASTER,
    READ_AT_MOST,
    REPLY_CODE,
    STATUS,
    is_failure_report,
)

SUCCESSES = ("delivered", "relayed", "expanded")
RECIPIENTS_AT_MOST = 20
LINES_AT_MOST = 2_000
"""The library asks some hundred questions of each line; servers write fifty."""
ADDRESS = re.compile(r"[\w.+=%&'*/!#$^`{|}~-]{1,64}@[\w.-]{1,250}\.\w{2,20}")
RETURNED_ID = re.compile(
    r"^[ \t>]{0,20}message-id:[ \t]{0,20}(?:\n[ \t]{1,20})?(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
OF_THE_RETURNED = re.compile(
    r"^[ \t>]{0,20}(?:message-id|from|sender|reply-to|return-path|received|date|in-reply-to|references):.*$",
    re.IGNORECASE | re.MULTILINE,
)
WHY = re.compile(
    r"reason|because|deferred|timed? ?out|refused|exceed|quota|\bfull\b|invalid|unknown|not found|delivery error",
    re.IGNORECASE,
)
RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
logging.getLogger("flufl.bounce").setLevel(
    logging.CRITICAL
)  # it logs what it stumbles over, with the traceback


@dataclass(frozen=True)
class Failed:
    address: str
    status: str = ""
    """RFC 3463, such as 5.1.1; empty when none is told."""
    action: str = "failed"
    """failed or delayed."""
    diagnostic: str = ""
    """What the last mail server said, in one line."""


@dataclass
class Bounce:
    recipients: list[Failed] = field(default_factory=list)
    original_ids: list[str] = field(default_factory=list)
    original_subject: str = ""

    @property
    def is_final(self) -> bool:
        """False while the mail server still tries."""
        return any(one.action != "delayed" for one in self.recipients)

    @property
    def detail(self) -> str:
        """Why, in one line."""
        told = [one for one in self.recipients if one.action != "delayed"] or self.recipients
        first = told[0] if told else Failed("")
        return " ".join(part for part in (first.status, first.diagnostic) if part)[:500]


def read_bounce(mail: Mail) -> Bounce | None:
    """None for what is no report of a mail that is late or did not arrive."""
    if not is_failure_report(mail):
        return None
    text = mail.words.full[:READ_AT_MOST]
    bounce = Bounce()
    told = _reported(mail, text)
    bounce.recipients = [one for one in told if one.action not in SUCCESSES]
    if told and not bounce.recipients:
        return None
    _read_original(mail, text, bounce)
    if not bounce.recipients:
        bounce.recipients = _worded(mail, text)
    return bounce if bounce.recipients else None


def tells_of_success(mail: Mail) -> bool:
    """A report that somebody asked for: the mail arrived, or went on to where no reports are made."""
    told = _reported(mail, "")
    return bool(told) and all(one.action in SUCCESSES for one in told)


def _reported(mail: Mail, text: str) -> list[Failed]:
    """From the parts that are made for programs. Sloppy ones lack fields, or the blank line between recipients."""
    found: list[Failed] = []
    why = cache(lambda: _why(_before_original(text)))
    for file in mail.files:
        if file.content_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        fields = as_text(file.content[:READ_AT_MOST]).replace("\r\n", "\n")
        for block in _blocks(re.sub(r"\n[ \t]+(?=\S)", " ", fields)):
            if failed := _recipient(block, why):
                found.append(failed)
            if len(found) == RECIPIENTS_AT_MOST:
                return found
    return found


def _blocks(fields: str) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = [{}]
    for line in fields.split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip(" \t>").casefold()
        if not line.strip() or (name == "final-recipient" and name in blocks[-1]):
            blocks.append({})
        if colon:
            blocks[-1].setdefault(name, value.strip())
    return blocks


def _recipient(block: dict[str, str], why: Callable[[], str]) -> Failed | None:
    """`why` is what the words of the report say."""
    to = [_after_type(block.get(name, "")) for name in ("original-recipient", "final-recipient")]
    written = [address.strip("<> ") for address in to if address.strip("<> ")]
    if not written and "action" not in block:
        return None
    address = next((one for one in written if ADDRESS.search(one)), written[0] if written else "")
    status = STATUS.search(block.get("status", "")) or STATUS.search(block.get("diagnostic-code", ""))
    code = status[1] if status else ""
    diagnostic = _after_type(block.get("diagnostic-code", "")) or why()
    return Failed(_address(address), code, _action(block.get("action", ""), code), _one_line(diagnostic))


def _after_type(value: str) -> str:
    """Of `rfc822; carol@example.com` what follows the type, which some leave out."""
    return (value.partition(";")[2] or value).strip()


def _action(written: str, status: str) -> str:
    word = next(iter(re.findall(r"[a-z]+", written.casefold())), "")
    if word.startswith(("fail", "delay")):
        return "failed" if word[0] == "f" else "delayed"
    if word in SUCCESSES:
        return word
    return {"2": "delivered", "4": "delayed"}.get(status[:1], "failed")


def _worded(mail: Mail, text: str) -> list[Failed]:
    """Of a report that is only worded."""
    report = _before_original(text)
    failed, late = _named(mail, report)
    status = STATUS.search(report)
    code, why = status[1] if status else "", _why(report)
    action = "delayed" if _is_late(mail.subject, report, code) else "failed"
    found = [Failed(address, code, action, why) for address in sorted(failed)]
    found += [Failed(address, code, "delayed", why) for address in sorted(late - failed)]
    if not found and (FAILED.search(report) or DELAYED.search(report) or code):
        found = [Failed("", code, action, why)]
    return found[:RECIPIENTS_AT_MOST]


def _named(mail: Mail, report: str) -> tuple[set[str], set[str]]:
    """The addresses that did not get the mail, and those that may get it yet."""
    if named := _addresses(header(mail.raw_headers, "X-Failed-Recipients")):
        return named, set()
    late, failed = _scanned(mail)
    own = {one.address.casefold() for one in mail.to}
    failed, late = failed - own, late - own
    if failed or late:
        return failed, late
    if FAILED.search(report) or DELAYED.search(report) or BOUNCE_SUBJECT.search(mail.subject):
        failed = _addresses(OF_THE_RETURNED.sub("", report[:8_000])) - own
    return failed or _to_of_original(mail) - own, set()


def _addresses(text: str) -> set[str]:
    found = {address.casefold() for address in ADDRESS.findall(text)}
    return {
        one for one in found if not any(kind.match(one.partition("@")[0]) for kind in (DAEMON, POSTMASTER))
    }


def _scanned(mail: Mail) -> tuple[set[str], set[str]]:
    """By the library, which knows old mail servers: who waits, who failed."""
    parts = [part.get_payload() for part in mail.raw_headers.walk()]
    texts = [text for text in parts if isinstance(text, str)]
    if sum(map(len, texts)) > READ_AT_MOST or sum(text.count("\n") for text in texts) > LINES_AT_MOST:
        return set(), set()
    try:
        late, failed = all_failures(mail.raw_headers)
    except Exception:  # it was written for well-formed mail
        return set(), set()
    return _texts(late), _texts(failed)


def _texts(addresses: frozenset[bytes]) -> set[str]:
    texts = (one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in addresses)
    return {_address(text).casefold() for text in texts if ADDRESS.search(text)}


def _is_late(subject: str, report: str, status: str) -> bool:
    if DELAY_SUBJECT.search(subject):
        return True
    if status.startswith("4") and not GAVE_UP.search(report):
        return True
    return bool(DELAYED.search(report)) and not (GAVE_UP.search(report) or status.startswith("5"))


def _before_original(text: str) -> str:
    """The words of the server, without the mail that it returns."""
    for mark in (
        "\nReturn-Path:",
        "\nReturn-path:",
        "------ This is a copy of",
        "--- Below this line is a copy",
        "\n----- Original message -----",
        "----- Original message follows",
        "\nOriginal message follows.",
        "The header of the original message",
        "Message header follows",
        "\nReceived: ",
    ):
        text = text.partition(mark)[0]
    return text


def _why(report: str) -> str:
    """The line in which the server says it."""
    lines = [line for line in report.splitlines() if line.strip()]
    for says in (REPLY_CODE, STATUS, WHY, FAILED, DELAYED):
        for line in lines:
            if says.search(line):
                return _one_line(line)
    return _one_line(lines[0]) if lines else ""


def _read_original(mail: Mail, text: str, bounce: Bounce) -> None:
    """What came back: a mail, or its headers, as a part or in the text."""
    ids: list[str] = []
    for head in _heads(mail):
        ids += RETURNED_ID.findall(head)
        subject = re.search(r"^subject:[ \t]*(.{1,300})$", head, re.IGNORECASE | re.MULTILINE)
        bounce.original_subject = bounce.original_subject or (decoded(subject[1]) if subject else "")
    ids += RETURNED_ID.findall(text)
    ids += ids_in(header(mail.raw_headers, "In-Reply-To")) + ids_in(header(mail.raw_headers, "References"))
    bounce.original_ids = list(dict.fromkeys(ids))[:50]


def _heads(mail: Mail) -> list[str]:
    """The headers of the mails that came back."""
    texts = [as_text(file.content[:READ_AT_MOST]) for file in mail.files if file.content_type in RETURNED]
    return [text.replace("\r\n", "\n").lstrip("\n").partition("\n\n")[0] for text in texts]


def _to_of_original(mail: Mail) -> set[str]:
    lines = [re.search(r"^to:.{1,1000}$", head, re.IGNORECASE | re.MULTILINE) for head in _heads(mail)]
    return {address for line in lines if line for address in _addresses(line[0])}


def _address(text: str) -> str:
    found = ADDRESS.search(text)
    return found[0] if found else text[:254]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:400]
