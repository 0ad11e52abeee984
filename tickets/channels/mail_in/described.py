"""A mail and what became of it as JSON, for whoever hands us mail by `manage.py receive_mail`."""

import hashlib
from typing import Any

from tickets.channels.mail_in.mail import Address, Mail
from tickets.models import InMail

NOBODY = Address("", "")
LATER = "It is stored and will be read in a moment."


def described(in_mail: InMail, mail: Mail | None) -> dict[str, Any]:
    """`mail` is None when it could not be read. A mail whose reading waits for the database is told as parked."""
    reason = " ".join(part for part in (in_mail.reason, in_mail.told.get("detail", "")) if part)
    outcome = {
        "outcome": in_mail.outcome or InMail.Outcome.PARKED,
        "ticket": in_mail.ticket.number if in_mail.ticket else None,
        "message": in_mail.message_id,
        "automatic": in_mail.is_automatic,
        "reason": reason if in_mail.outcome else LATER,
        "id": str(in_mail.public_id),
    }
    return outcome | _read(mail)


def _read(mail: Mail | None) -> dict[str, Any]:
    if mail is None:
        nothing = {"subject": "", "text": "", "full_text": "", "attachments": []}
        return {"from": NOBODY.as_json(), "to": [], "cc": [], **nothing}
    return {
        "from": (mail.sender or NOBODY).as_json(),
        "to": [one.as_json() for one in mail.to],
        "cc": [one.as_json() for one in mail.cc],
        "subject": mail.subject,
        "text": mail.words.own,
        "full_text": mail.words.full,
        "attachments": [
            {
                "name": file.name,
                "type": file.content_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in mail.files
        ],
    }
