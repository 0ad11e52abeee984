# ruff: noqa: E501  languages stand in lines of their own
"""Reports of mails that did not arrive: the standard kind (RFC 3464) and those that mail servers word for themselves."""

import re
from dataclasses import dataclass, field

from flufl.bounce import scan_message

from tickets.channels.mail_in.automatic_phrases import BOUNCE_SUBJECT
from tickets.channels.mail_in.charsets import as_text
from tickets.channels.mail_in.headers import header
from tickets.channels.mail_in.ids import ids_in
from tickets.channels.mail_in.mail import Mail

READ_AT_MOST = 100_000
POSTMASTER = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|mail-delivery|mdaemon|bounces?)\b", re.IGNORECASE
)
ADDRESS = re.compile(r"[\w.+=%&'*/!#$^`{|}~-]{1,64}@[\w.-]{1,250}\.\w{2,20}")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<!\d)([45]\d\d)(?=[ \-])")
RETURNED_ID = re.compile(r"^\s*>?\s*message-id:\s*(<[^<>\s]{1,990}>)", re.IGNORECASE | re.MULTILINE)
DELAYED = re.compile(
    r"delayed|still (?:being )?retr|will (?:continue|keep) (?:trying|to try)|not yet been delivered|no action is required|warning(?: message)? only|verzögert|hilinenud|viivästynyt|opóźni|zpožd|oneskor",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"user unknown|no such (?:user|mailbox|recipient|address|person)|unknown (?:user|recipient|address)|does not exist|doesn't exist|mailbox (?:unavailable|not found|full|disabled|is full)|account (?:is |has been )?(?:disabled|inactive)|address (?:not found|rejected|couldn't be found)|recipient (?:rejected|address rejected|not found)"
    r"|could(?: not|n't) be (?:delivered|found)|wasn't (?:delivered|found)|was not delivered|not delivered|undeliverable|delivery (?:has )?failed|permanent (?:error|failure|fatal)|failed permanently|host (?:unknown|not found)|domain not found|over quota|quota exceeded|message (?:was )?(?:rejected|refused|blocked)|relay(?:ing)? (?:access )?denied|i wasn't able to deliver|giving up|returned to (?:the )?sender"
    r"|nicht (?:zugestellt|gefunden)|existiert nicht|unbekannt|nebyla? doručen|neexistuje|nebola? doručen|nie (?:została dostarczona|istnieje|można)|ei (?:saanud kätte|toimetatud|eksisteeri|leitud|voitu toimittaa)|n'a pas (?:été|pu)|no se (?:ha podido|pudo)|non (?:è stato|esiste)",
    re.IGNORECASE,
)


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
    if not _looks_like_one(mail):
        return None
    bounce = Bounce()
    _read_reports(mail, bounce)
    if bounce.recipients and all(
        one.action in ("delivered", "relayed", "expanded") for one in bounce.recipients
    ):
        return None
    bounce.recipients = [
        one for one in bounce.recipients if one.action not in ("delivered", "relayed", "expanded")
    ]
    text = mail.words.full[:READ_AT_MOST]
    if not bounce.recipients:
        _read_words(mail, text, bounce)
    _read_original(mail, text, bounce)
    return bounce if bounce.recipients else None


def _looks_like_one(mail: Mail) -> bool:
    kind = header(mail.raw_headers, "Content-Type").casefold()
    if "disposition-notification" in kind or "feedback-report" in kind:
        return False
    if kind.startswith("multipart/report") or any(
        file.content_type == "message/delivery-status" for file in mail.files
    ):
        return True
    if header(mail.raw_headers, "X-Failed-Recipients"):
        return True
    local = mail.sender.address.rpartition("@")[0] or mail.sender.name if mail.sender else ""
    return_path = header(mail.raw_headers, "Return-Path").strip() == "<>"
    by_server = bool(POSTMASTER.match(local)) or return_path
    return by_server and bool(
        BOUNCE_SUBJECT.search(mail.subject) or FAILED.search(mail.words.full[:READ_AT_MOST])
    )


def _read_reports(mail: Mail, bounce: Bounce) -> None:
    for file in mail.files:
        if file.content_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        text = re.sub(r"\r?\n[ \t]+", " ", as_text(file.content[:READ_AT_MOST]))
        for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
            fields = dict(_fields(block))
            to = fields.get("final-recipient") or fields.get("original-recipient") or ""
            address = to.rpartition(";")[2].strip().strip("<>")
            if not address and "action" not in fields:
                continue
            original = fields.get("original-recipient", "").rpartition(";")[2].strip().strip("<>")
            status = STATUS.search(fields.get("status", ""))
            diagnostic = fields.get("diagnostic-code", "").partition(";")[2] or fields.get(
                "diagnostic-code", ""
            )
            action = fields.get("action", "").split()[0].casefold() if fields.get("action") else ""
            if not action:
                action = "delayed" if status and status[1].startswith("4") else "failed"
            bounce.recipients.append(
                Failed(
                    _address(original or address), status[1] if status else "", action, _one_line(diagnostic)
                )
            )


def _fields(block: str) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in block.splitlines()]
    return [(name.strip().casefold(), value.strip()) for name, colon, value in pairs if colon]


def _read_words(mail: Mail, text: str, bounce: Bounce) -> None:
    """Of a report that is only worded. The library knows many mail servers; ours are the rest."""
    permanent: set[str] = set()
    temporary: set[str] = set()
    if len(text) < READ_AT_MOST:
        try:
            temporary, permanent = _scanned(mail)
        except Exception:  # the library was written for well-formed mail
            permanent = set()
    report = _before_original(text)
    named = header(mail.raw_headers, "X-Failed-Recipients")
    if named:
        permanent |= {address.casefold() for address in ADDRESS.findall(named)}
    if not permanent and not temporary and (FAILED.search(report) or BOUNCE_SUBJECT.search(mail.subject)):
        own = {one.address.casefold() for one in mail.to}
        permanent = {a.casefold() for a in ADDRESS.findall(report[:8_000]) if not POSTMASTER.match(a)} - own
    action = "delayed" if DELAYED.search(report) and not FAILED.search(report) else "failed"
    status = STATUS.search(report)
    if status and status[1].startswith("4") and not FAILED.search(report):
        action = "delayed"
    why = _why(report)
    for address in sorted(permanent)[:20]:
        bounce.recipients.append(Failed(address, status[1] if status else "", action, why))
    for address in sorted(temporary - permanent)[:20]:
        bounce.recipients.append(Failed(address, status[1] if status else "", "delayed", why))
    if not bounce.recipients and FAILED.search(report):
        bounce.recipients.append(Failed("", status[1] if status else "", action, why))


def _scanned(mail: Mail) -> tuple[set[str], set[str]]:
    found = scan_message(mail.raw_headers)
    temporary = getattr(found, "temporary_failures", set())
    permanent = getattr(found, "permanent_failures", found if isinstance(found, set) else set())
    return _texts(temporary), _texts(permanent)


def _texts(addresses: set) -> set[str]:
    texts = (one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in addresses)
    return {_address(text) for text in texts if "@" in text}


def _before_original(text: str) -> str:
    """The words of the server, without the mail that it returns."""
    for mark in (
        "\nReturn-Path:",
        "------ This is a copy of",
        "--- Below this line is a copy",
        "\n----- Original message -----",
        "\nReceived: ",
    ):
        text = text.partition(mark)[0]
    return text


def _why(report: str) -> str:
    """The line in which the server says it."""
    for line in report.splitlines():
        if CODE.search(line) or STATUS.search(line):
            return _one_line(line)
    for line in report.splitlines():
        if FAILED.search(line):
            return _one_line(line)
    return ""


def _read_original(mail: Mail, text: str, bounce: Bounce) -> None:
    """What came back: a mail, or its headers, as a part or in the text."""
    ids: list[str] = []
    for file in mail.files:
        if file.content_type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
        ):
            head = as_text(file.content[:READ_AT_MOST])
            ids += RETURNED_ID.findall(head.partition("\n\n")[0].replace("\r", "") or head)
            subject = re.search(r"^subject:\s*(.{1,300})$", head, re.IGNORECASE | re.MULTILINE)
            bounce.original_subject = bounce.original_subject or (subject[1].strip() if subject else "")
    ids += RETURNED_ID.findall(text)
    ids += ids_in(header(mail.raw_headers, "In-Reply-To")) + ids_in(header(mail.raw_headers, "References"))
    bounce.original_ids = list(dict.fromkeys(ids))[:50]


def _address(text: str) -> str:
    found = ADDRESS.search(text)
    return found[0] if found else text[:254]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:400]
