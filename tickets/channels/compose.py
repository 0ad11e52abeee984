"""What stands in a `Delivery`, as a mail: headers, envelope, texts, files. Read anew for each attempt."""

from email.utils import parseaddr
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from customers.linking import fold_email
from tickets.channels.mail_files import split_files
from tickets.channels.mail_out import REPLIES
from tickets.channels.message_ids import message_id, root_id
from tickets.channels.reply_address import BOUNCE, REPLY, signed_address
from tickets.channels.smtp_answers import NoAddress
from tickets.models import Attachment, Delivery, Mailbox

NAME_AT_MOST = 700
"""Characters of a file's name as a mail encodes it."""


def mail_of(delivery: Delivery) -> EmailMultiAlternatives:
    """Raises ValueError for what no server can deliver."""
    headers = {"Message-ID": message_id(delivery), "From": delivery.sender}
    if delivery.ticket:
        # One that was queued before it knew its thread hangs under the root.
        root = root_id(delivery.ticket, delivery.sender)
        headers["References"] = delivery.references or root
        headers["In-Reply-To"] = delivery.in_reply_to or root
    if delivery.kind not in REPLIES:
        # RFC 3834, and the same for Exchange: no machine should answer a machine.
        headers["Auto-Submitted"] = "auto-replied" if delivery.kind == "acknowledge" else "auto-generated"
        # Not "All": that also keeps Exchange from telling us that a mail could not be delivered.
        headers["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    extension = _extension(delivery)
    mail = EmailMultiAlternatives(
        subject=delivery.subject,
        body=delivery.text,
        # Of the envelope: whatever comes back tells by its address which mail it is about.
        from_email=signed_address(BOUNCE, delivery, extension=extension),
        to=[_one_address(delivery.to)],
        reply_to=[signed_address(REPLY, delivery, extension=extension)] if extension else None,
        headers=headers,
    )
    mail.attach_alternative(delivery.html, "text/html")
    if delivery.message and delivery.kind in REPLIES:
        for file in split_files(delivery.message)[0]:
            with file.original.open("rb") as content:
                mail.attach(_name(file), content.read(), _type(file))
    return mail


def _extension(delivery: Delivery) -> str:
    """What separates a signed part of an address for the mail server of the sender; empty where it knows none."""
    address = fold_email(parseaddr(delivery.sender)[1])
    return Mailbox.objects.filter(folded=address).values_list("extension", flat=True).first() or ""


def _type(file: Attachment) -> str:
    """Text and mails are sent as plain bytes: Django would take them apart and write them anew."""
    is_plain = file.content_type.startswith(("image/", "application/"))
    return file.content_type if is_plain else "application/octet-stream"


def _name(file: Attachment) -> str:
    """Short enough for a line of a mail, which has 998 characters (RFC 5322, 2.1.1), however it is encoded."""
    stem, dot, ending = file.name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem and len(ending) <= 10 else (file.name, "")
    while stem and len(quote(stem + ending)) > NAME_AT_MOST:
        stem = stem[:-1]
    return stem + ending


def _one_address(address: str) -> str:
    """The address if it is just one. Django would write what is not ASCII before the @ as another."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise NoAddress(f"Not an e-mail address: {address!r}") from error
    if not address.rpartition("@")[0].isascii():
        raise NoAddress(f"Only ASCII can be sent to before the @: {address!r}")
    return address
