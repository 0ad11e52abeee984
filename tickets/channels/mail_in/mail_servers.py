"""Mails that a mail server wrote itself, by who sent them and what they say. Nothing here is proof alone: a person may
be called postmaster, and many a forwarder leaves the envelope sender empty."""

import re

from tickets.channels.mail_in.bounce_phrases import BOUNCE_SUBJECT, DELIVERED_SUBJECT, FAILED
from tickets.channels.mail_in.headers import header, headers
from tickets.channels.mail_in.mail import Mail

READ_AT_MOST = 100_000
DAEMON = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|mail-?delivery\w*|mdaemon|microsoftexchange[0-9a-f]{8,})(?:[+._-].{0,200})?$"
)
POSTMASTER = re.compile(r"^(?:postmaster|bounces?|mailadmin|mail-?system|mail-?robot)(?:[+._-].{0,200})?$")
DAEMON_NAME = re.compile(
    r"\b(?:mail(?:er)? ?-?delivery|mailer[ -]?daemon|system ?administrator|courier mail server|internet mail"
    r"|mail system)\b"
)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.])([45][0-5]\d)(?=[ \-])")


def local_part(mail: Mail) -> str:
    return mail.sender.address.rpartition("@")[0].casefold() if mail.sender else ""


def is_daemon(mail: Mail) -> bool:
    """Its sender is the name of a program."""
    name = mail.sender.name.casefold() if mail.sender else ""
    nameless = not local_part(mail) and (not name or bool(DAEMON_NAME.search(name) or DAEMON.match(name)))
    return bool(DAEMON.match(local_part(mail))) or (nameless and has_null_sender(mail))


def has_null_sender(mail: Mail) -> bool:
    return any(value.strip() in ("<>", "") for value in headers(mail.raw_headers, "Return-Path"))


def report_type(mail: Mail) -> str:
    """Of a multipart/report (RFC 6522), in small letters: "delivery-status"; empty for any other mail."""
    kind = header(mail.raw_headers, "Content-Type").casefold()
    if not kind.startswith("multipart/report"):
        return ""
    for known in ("delivery-status", "disposition-notification", "feedback-report"):
        if known in kind or any(file.content_type == f"message/{known}" for file in mail.files):
            return known
    return "other"


def is_read_receipt(mail: Mail) -> bool:
    return report_type(mail) == "disposition-notification" or (
        header(mail.raw_headers, "Content-Type").casefold().startswith("message/disposition-notification")
    )


def is_failure_report(mail: Mail) -> bool:
    """Whether it looks like a report of a mail that is late or did not arrive."""
    kind = report_type(mail)
    if kind:
        return kind in ("delivery-status", "other") and not DELIVERED_SUBJECT.match(mail.subject)
    daemon, named, null = is_daemon(mail), _is_named_like_one(mail), has_null_sender(mail)
    if not (daemon or named or null):
        return False  # what people write need not be searched
    if _has_status_part(mail) or header(mail.raw_headers, "X-Failed-Recipients"):
        return True
    report = mail.words.full[:READ_AT_MOST]
    subject, failed = bool(BOUNCE_SUBJECT.search(mail.subject)), bool(FAILED.search(report))
    coded = bool(STATUS.search(report) or REPLY_CODE.search(report))
    if daemon:
        return subject or failed or coded
    if named:
        return subject or (failed and coded)
    return failed and (subject or coded)


def _is_named_like_one(mail: Mail) -> bool:
    name = mail.sender.name.casefold() if mail.sender else ""
    return bool(POSTMASTER.match(local_part(mail)) or DAEMON_NAME.search(name))


def _has_status_part(mail: Mail) -> bool:
    return any(file.content_type == "message/delivery-status" for file in mail.files)
