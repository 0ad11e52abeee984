"""From bytes to a `Mail`. Pure: no database, no network, no clock. Whatever is broken is read as far as it goes, with a
line in `problems`; what a hostile mail can cost is bounded by the limits in `tree`."""

from email.message import Message as RawMail

from tickets.channels.mail_in.addresses import read_addresses
from tickets.channels.mail_in.headers import header, raw_headers
from tickets.channels.mail_in.ids import answered_ids, own_id
from tickets.channels.mail_in.mail import Address, Mail, Unreadable
from tickets.channels.mail_in.parse.body import read_body
from tickets.channels.mail_in.parse.dates import read_date
from tickets.channels.mail_in.parse.tree import parsed

SENDERS = ("From", "Sender", "Reply-To", "Return-Path")


def read(raw: bytes) -> Mail:
    """Everything that a mail says. Raises `Unreadable` for bytes in which there is nothing to read."""
    if not raw.strip(b"\0\r\n\t "):
        raise Unreadable("It is empty.")
    problems: list[str] = []
    mail, unopened = parsed(raw, problems)
    body = read_body(mail, problems, unopened)
    if not mail._headers and not body.words.full and not body.files:
        raise Unreadable("It has neither headers nor a text.")
    return Mail(
        raw_headers=mail,
        message_id=own_id(mail),
        answers_to=answered_ids(mail),
        sender=_sender(mail, problems),
        reply_to=read_addresses(raw_headers(mail, "Reply-To")[:3]),
        to=read_addresses(raw_headers(mail, "To")),
        cc=read_addresses(raw_headers(mail, "Cc")),
        subject=header(mail, "Subject")[:2000],
        date=read_date(header(mail, "Date")),
        words=body.words,
        html=body.html,
        files=body.files,
        problems=problems,
    )


def _sender(mail: RawMail, problems: list[str]) -> Address | None:
    named: Address | None = None
    for name in SENDERS:
        values = raw_headers(mail, name)
        if name == "From" and len(values) > 1:
            problems.append("It has several From lines; the first one counts.")
        for address in read_addresses(values[:3]):
            if address.address:
                if name != "From":
                    problems.append(f"Its From line names no address; {name} does.")
                return Address(named.name, address.address) if named and not address.name else address
            named = named or address
    return named
